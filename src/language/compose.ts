/** From YAML's tokens to its nodes, in short steps: the long lists of a file are composed a stretch at a time. */
import {
  Composer,
  type CST,
  type Document,
  isCollection,
  isMap,
  isPair,
  isSeq,
  type ParsedNode,
  type YAMLSeq,
} from 'yaml';

/** Items of a list that are composed at once. */
const stretch = 256;
/** Maps within maps in which long lists are looked for: `data`, `rows`. */
const deepest = 3;

/** How specs are composed. */
export const composing = {
  uniqueKeys: false,
  schema: 'core',
  merge: false,
  logLevel: 'silent',
  prettyErrors: false,
} as const;

interface LongList {
  /** What holds the list as its value. */
  readonly pair: { value?: CST.Token };
  readonly list: CST.BlockSequence;
}

/** The documents that the tokens make, as `Composer` makes them. Yields between two stretches. */
export function* composeSteps(tokens: readonly CST.Token[], length: number): Generator<undefined, Document.Parsed[]> {
  const lists = longLists(tokens);
  // The last item stays, so that what follows the list begins where it does.
  for (const { pair, list } of lists) pair.value = { ...list, items: list.items.slice(-1) };
  const documents = [...new Composer(composing).compose(tokens, true, length)] as Document.Parsed[];
  const [document] = documents;
  for (const { pair, list } of lists) {
    pair.value = list;
    const node = listAt(document?.contents ?? null, list.offset);
    // Where the list is not found, the rest is too unusual to be put together from parts.
    if (!node) return wholeOf(lists, tokens, length);
    yield* fill(node, list, document);
  }
  return documents;
}

function wholeOf(lists: readonly LongList[], tokens: readonly CST.Token[], length: number): Document.Parsed[] {
  for (const { pair, list } of lists) pair.value = list;
  return [...new Composer(composing).compose(tokens, true, length)] as Document.Parsed[];
}

function longLists(tokens: readonly CST.Token[]): LongList[] {
  const documents = tokens.filter((token) => token.type === 'document');
  const [only] = documents;
  return documents.length === 1 && only.value ? listsIn(only.value, deepest) : [];
}

function listsIn(token: CST.Token, depth: number): LongList[] {
  if (token.type !== 'block-map' || depth === 0) return [];
  return token.items.flatMap((pair) => {
    const { value } = pair;
    if (value?.type === 'block-seq' && value.items.length > stretch) return [{ pair, list: value }];
    return value ? listsIn(value, depth - 1) : [];
  });
}

/** The list that stands at an offset, with its last item alone. */
function listAt(node: ParsedNode | null, offset: number): YAMLSeq.Parsed | undefined {
  if (isSeq(node) && node.items.length <= 1 && node.range?.[0] === offset) return node as YAMLSeq.Parsed;
  if (!isMap(node)) return undefined;
  for (const pair of node.items) {
    const found = isPair(pair) && isCollection(pair.value) ? listAt(pair.value as ParsedNode, offset) : undefined;
    if (found) return found;
  }
  return undefined;
}

/** Composes the other items as lists of their own; what is wrong in them belongs to the document. */
function* fill(node: YAMLSeq.Parsed, list: CST.BlockSequence, document: Document.Parsed): Generator<undefined, void> {
  const last = node.items.splice(0);
  const others = list.items.slice(0, -1);
  for (let from = 0; from < others.length; from += stretch) {
    yield;
    const items = others.slice(from, from + stretch);
    const offset = items[0].start[0]?.offset ?? list.offset;
    const part: CST.Document = { type: 'document', offset, start: [], value: { ...list, offset, items } };
    for (const { contents, errors, warnings } of new Composer(composing).compose([part])) {
      document.errors.push(...errors);
      document.warnings.push(...warnings);
      if (isSeq(contents)) node.items.push(...(contents.items as typeof node.items));
    }
  }
  node.items.push(...last);
}
