/** From a text to YAML's tokens, and from them to its nodes, in short steps. */
import {
  Composer,
  CST,
  type Document,
  isCollection,
  isPair,
  Lexer,
  type Node,
  type Pair,
  Parser,
  type YAMLError,
} from 'yaml';
import type { Steps } from '../../common/steps';

/**
 * Options of the composer. `resolveKnownTags`: off, so that no tag changes the value after it.
 * `keepSourceTokens`: to find the node of a collection that was composed in parts.
 */
const options = {
  uniqueKeys: false,
  schema: 'core',
  merge: false,
  resolveKnownTags: false,
  logLevel: 'silent',
  prettyErrors: false,
  keepSourceTokens: true,
} as const;

/** A syntax error or warning: the composer's code, and offsets into the text. */
export type SyntaxFault = Pick<YAMLError, 'code' | 'pos' | 'message'>;

export interface ComposedDocument {
  /** Undefined where the document is empty. */
  readonly contents?: Node;
  readonly faults: readonly SyntaxFault[];
  readonly start: number;
  /** The YAML version, where a directive gives one. */
  readonly version?: string;
}

/** Items of a list, or pairs of a map. */
type Items = (Node | Pair<Node, Node | null>)[];
type Collection = CST.BlockMap | CST.BlockSequence | CST.FlowCollection;

/** Longer lists and maps are composed in parts of about this many items. */
const itemsPerPart = 100;

/** Tokens composed between two yields. A token may be a document, or a bracket out of place. */
const tokensPerStep = 64;

/** Lexemes read between two yields, in well under a millisecond. */
export const lexemesPerStep = 256;

/** The tokens of a text. */
export function* tokenSteps(text: string): Steps<CST.Token[]> {
  const parser = new Parser();
  const tokens: CST.Token[] = [];
  let count = 0;
  for (const lexeme of new Lexer().lex(text)) {
    if (++count % lexemesPerStep === 0) {
      yield;
    }
    for (const token of parser.next(lexeme)) {
      tokens.push(token);
    }
  }
  for (const token of parser.end()) {
    tokens.push(token);
  }
  return tokens;
}

/** The documents of a text of this length. The tokens are used up. */
export function* composeSteps(tokens: readonly CST.Token[], length: number): Steps<ComposedDocument[]> {
  // The package composes a whole document at once, so long lists and maps are composed before it.
  const parts = new Parts();
  for (const token of tokens) {
    if (token.type === 'document' && CST.isCollection(token.value)) {
      yield* parts.takeOut(token.value);
    }
  }
  const documents = yield* composed(tokens, length);
  for (const { contents } of documents) {
    if (contents) {
      yield* parts.putBack(contents);
    }
  }
  return documents.map(({ contents, range, errors, warnings, directives: { yaml } }, index) => ({
    contents: contents ?? undefined,
    faults: [...errors, ...warnings, ...(index === 0 ? parts.faults : [])]
      .filter(isReal)
      .map(({ code, pos, message }) => ({ code, pos, message })),
    start: range[0],
    version: yaml.explicit ? yaml.version : undefined,
  }));
}

function* composed(tokens: readonly CST.Token[], length: number): Steps<Document.Parsed[]> {
  const composer = new Composer(options);
  const documents: Document.Parsed[] = [];
  for (let from = 0; from < tokens.length; from += tokensPerStep) {
    withoutStacks(() => {
      for (const token of tokens.slice(from, from + tokensPerStep)) {
        documents.push(...(composer.next(token) as Iterable<Document.Parsed>));
      }
    });
    yield;
  }
  withoutStacks(() => documents.push(...(composer.end(true, length) as Iterable<Document.Parsed>)));
  return documents;
}

/** The package makes an error of each fault. To note the stack of each would take most of the time. */
function withoutStacks(work: () => void): void {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    work();
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

/** Whether an error is real: after some others the composer calls a key too long that is not. */
function isReal({ code, pos: [start, end] }: YAMLError): boolean {
  return code !== 'KEY_OVER_1024_CHARS' || end - start > 1000;
}

/** The items of long collections, composed apart from the document. */
class Parts {
  readonly faults: YAMLError[] = [];
  readonly #composed = new Map<unknown, { readonly items: Items; readonly end: number }>();

  /** Composes the items of long collections, which are left empty. Recurses as deep as they nest. */
  *takeOut(token: Collection): Steps<void> {
    for (const { key, value } of token.items) {
      for (const inner of [key, value]) {
        if (CST.isCollection(inner)) {
          yield* this.takeOut(inner);
        }
      }
    }
    if (token.items.length <= itemsPerPart) {
      return;
    }
    const items: Items = [];
    // A fault between two items is placed at the end of the first.
    let [end, after] = [token.offset, token.offset];
    for (const part of partsOf(token)) {
      const value = part.type === 'flow-collection' ? part : { ...part, offset: end };
      const document: CST.Token = { type: 'document', offset: end, start: [], value };
      const [{ contents, errors, warnings }] = yield* composed([document], end);
      if (isCollection(contents)) {
        items.push(...contents.items);
        [, end, after] = contents.range ?? [end, end, end];
      }
      this.faults.push(...errors, ...warnings);
    }
    this.#composed.set(token, { items, end });
    if (token.type === 'flow-collection') {
      const last = items.at(-1);
      const node = isPair<Node, Node | null>(last) ? (last.value ?? last.key) : last;
      after = node?.range?.[2] ?? after;
    }
    token.items = [{ start: [{ type: 'space', offset: after, indent: token.indent, source: '' }] }];
  }

  /** Gives the collections in the node their items. */
  *putBack(root: Node): Steps<void> {
    const stack = [root];
    let count = 0;
    for (let node = stack.pop(); node && this.#composed.size > 0; node = stack.pop()) {
      if (!isCollection(node)) {
        continue;
      }
      const whole = this.#composed.get(node.srcToken);
      if (whole) {
        node.items = whole.items;
        if (!node.flow && node.range) {
          node.range = [node.range[0], whole.end, node.range[2]];
        }
      }
      for (const item of node.items as Items) {
        if (++count % 1000 === 0) {
          yield;
        }
        const inner = isPair<Node, Node | null>(item) ? [item.key, item.value] : [item];
        stack.push(...inner.filter((each) => isCollection(each)));
      }
    }
  }
}

/** Collections that together hold the items of one. */
function partsOf(token: Collection): Collection[] {
  const { items } = token;
  const parts: Collection[] = [];
  let from = 0;
  for (let to = itemsPerPart; from < items.length; to++) {
    if (to >= items.length) {
      parts.push(partOf(token, from, items.length));
      break;
    }
    if (to - from >= itemsPerPart && (token.type !== 'flow-collection' || beginsWithComma(items, to))) {
      parts.push(partOf(token, from, to));
      from = to;
    }
  }
  return parts;
}

/** Whether a comma ends the item before this one, as it should. */
function beginsWithComma(items: CST.CollectionItem[], index: number): boolean {
  const [first, ...others] = items[index].start;
  const { key, sep, value } = items[index - 1];
  return first?.type === 'comma' && others.every(({ type }) => type !== 'comma') && Boolean(key ?? sep ?? value);
}

function partOf(token: Collection, from: number, to: number): Collection {
  if (token.type !== 'flow-collection') {
    return { ...token, items: token.items.slice(from, to) } as Collection;
  }
  const items = token.items.slice(from, to);
  let { offset } = token;
  if (from > 0) {
    const [comma, ...start] = items[0].start;
    items[0] = { ...items[0], start };
    offset = comma.offset;
  }
  const isMap = token.start.type === 'flow-map-start';
  const type = isMap ? 'flow-map-end' : 'flow-seq-end';
  const end: CST.SourceToken = { type, offset, indent: token.indent, source: isMap ? '}' : ']' };
  return { ...token, offset, items, end: [end] };
}
