/** From the lexemes of a text to drafts of its tree, a part at a time, so that no part is held longer than it takes to read it. */
import { Composer, type CST, type Document, type YAMLError } from 'yaml';
import type { Steps } from '../../common/steps';
import { type Draft, Drafting, type SyntaxFault } from './draft';
import { PartParser } from './parts';

/** How specs are composed. Tags, which specs do not use, make nothing else of what they mark. */
export const composing = {
  uniqueKeys: false,
  schema: 'core',
  merge: false,
  resolveKnownTags: false,
  logLevel: 'silent',
  prettyErrors: false,
} as const;

/** A document that was composed. */
export interface Composed {
  /** Left out where the document holds nothing at all. */
  readonly draft?: Draft;
  /** With warnings. */
  readonly errors: readonly SyntaxFault[];
  readonly start: number;
  /** As a directive gives it. */
  readonly version?: string;
}

/** Composes the documents of a text from its lexemes. */
export class Composition {
  readonly #parser = new PartParser();
  readonly #drafting = new Drafting();

  /** Where the next lexeme begins. */
  get offset(): number {
    return this.#parser.offset;
  }

  /** Whether more lists and maps are open than that. */
  isDeeper(than: number): boolean {
    return this.#parser.isDeeper(than);
  }

  next(lexeme: string): void {
    this.#parser.next(lexeme);
  }

  /** Makes drafts of what is complete so far. To be called now and then. */
  *advance(): Steps<void> {
    for (const { collection, token } of this.#parser.parts()) {
      yield;
      const document: CST.Document = { type: 'document', offset: token.offset, start: [], value: token };
      for (const { contents, errors, warnings } of composed([document], token.offset)) {
        this.#drafting.take(collection, contents, [...errors, ...warnings].map(faultOf));
      }
    }
  }

  /** After the last lexeme: the documents of the text, at least one. */
  *documents(length: number): Steps<Composed[]> {
    this.#parser.end();
    const documents: Composed[] = [];
    for (const { contents, errors, warnings, range, directives } of composed(this.#parser.tokens, length)) {
      yield;
      const { explicit, version } = directives.yaml;
      const all: SyntaxFault[] = [...errors, ...warnings].map(faultOf);
      const draft = contents ? this.#drafting.draft(contents, all) : undefined;
      documents.push({ draft, errors: all.filter(isOwn), start: range[0], version: explicit ? version : undefined });
    }
    return documents;
  }
}

/** An error of the library holds much more. */
function faultOf({ code, pos, message }: YAMLError): SyntaxFault {
  return { code, pos, message };
}

/** Behind some faults the composer loses its place, and takes the next key to have begun long before. */
function isOwn({ code, pos: [start, end] }: SyntaxFault): boolean {
  return code !== 'KEY_OVER_1024_CHARS' || end - start > 1000;
}

function composed(tokens: readonly CST.Token[], length: number): Iterable<Document.Parsed> {
  const composer = new Composer({ ...composing, keepSourceTokens: true });
  return composer.compose(tokens, true, length) as Iterable<Document.Parsed>;
}
