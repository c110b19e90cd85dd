/** A text in its parts, as YAML has them, and what is wrong with its syntax; nothing is said of it yet. */
import { CST, Lexer } from 'yaml';
import type { Steps } from '../../common/steps';
import { maximumNesting } from '../text/limits';
import type { Span } from '../text/lines';
import { type Composed, Composition } from './compose';
import type { Marks } from './marks';
import { OpenMarks } from './unclosed';

export interface Scan {
  readonly text: string;
  /** At least one; none where lists and maps are nested too deep. */
  readonly documents: readonly Composed[];
  readonly marks: Marks;
  /** Tags, which specs do not use. */
  readonly tags: readonly Span[];
  /** Where a bracket or quote stands that is never closed. */
  readonly unclosed: readonly number[];
  /** The lexeme at which lists and maps are nested too deep; what follows was not read. */
  readonly tooDeep?: Span;
  /** Whether the text has neither directives nor marks of documents nor a byte order mark. */
  readonly isBare: boolean;
}

/** Lexemes between two yields: well under a millisecond. */
const lexemesPerSlice = 256;

type MarkLists = { -readonly [K in keyof Marks]: Mutable<Marks[K]> };
type Mutable<T> = T extends readonly (infer E)[] ? E[] : never;

const around: ReadonlySet<string | null> = new Set(['byte-order-mark', 'directive-line', 'doc-start', 'doc-end']);

/** Lexes and composes, watching the nesting so that nothing recursive ever sees a text that is too deep. */
export function* scanSteps(text: string): Steps<Scan> {
  const marks: MarkLists = { anchors: [], aliases: [], comments: [] };
  const tags: Span[] = [];
  const open = new OpenMarks();
  const composition = new Composition();
  let isBare = true;
  let scalarFollows = false;
  let count = 0;
  for (const lexeme of new Lexer().lex(text)) {
    if (++count % lexemesPerSlice === 0) {
      yield;
      yield* composition.advance();
    }
    const start = composition.offset;
    const type: string | null = scalarFollows ? null : CST.tokenType(lexeme);
    scalarFollows = type === 'scalar';
    open.see(type, lexeme, start);
    const span: Span = [start, start + lexeme.length];
    if (type === 'anchor') {
      marks.anchors.push({ name: lexeme.slice(1), span });
    } else if (type === 'alias') {
      marks.aliases.push({ name: lexeme.slice(1), span });
    } else if (type === 'comment') {
      marks.comments.push(span);
    } else if (type === 'tag') {
      tags.push(span);
    } else if (around.has(type)) {
      isBare = false;
    }
    composition.next(lexeme);
    if (composition.isDeeper(maximumNesting)) {
      return { text, documents: [], marks, tags, unclosed: open.all(), tooDeep: span, isBare };
    }
  }
  const documents = yield* composition.documents(text.length);
  return { text, documents, marks, tags, unclosed: open.all(), isBare };
}
