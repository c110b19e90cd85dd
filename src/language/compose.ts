/** From YAML's tokens to its nodes, in short steps: what is long is composed a part at a time. */
import { Composer, type CST, type Document, isCollection, isPair } from 'yaml';
import { assertNever } from '../common/assertNever';
import type { Steps } from '../common/steps';

/** Items that are composed at once, roughly, with all that is in them: about a millisecond. */
const mostItems = 500;
/** Items that are looked at between two yields. */
const itemsPerSlice = 1024;

/** How specs are composed. */
export const composing = {
  uniqueKeys: false,
  schema: 'core',
  merge: false,
  logLevel: 'silent',
  prettyErrors: false,
} as const;

type CollectionToken = CST.BlockMap | CST.BlockSequence | CST.FlowCollection;
type Item = CollectionToken['items'][number];

/**
 * The parts before the last of a collection that was taken apart, in order. All but the first begin with a stand-in for
 * the items before them, so that they see where those end.
 */
type Parts = readonly [CollectionToken, ...CollectionToken[]];

/** The documents that the tokens make, as `Composer` makes them. Yields between two parts. */
export function* composeSteps(tokens: readonly CST.Token[], length: number): Steps<Document.Parsed[]> {
  const cutter = new Cutter();
  const short: CST.Token[] = [];
  for (const token of tokens) short.push(token.type === 'document' ? yield* cutter.document(token) : token);
  yield;
  const documents: Document.Parsed[] = [];
  for (const document of composed(short, length)) {
    documents.push(document);
    yield;
  }
  for (const document of documents) yield* fill(document.contents, document, cutter.cuts);
  return documents;
}

function composed(tokens: readonly CST.Token[], length: number): Iterable<Document.Parsed> {
  const composer = new Composer({ ...composing, keepSourceTokens: true });
  return composer.compose(tokens, true, length) as Iterable<Document.Parsed>;
}

/** Puts the parts that belong below a node into their places; what is wrong in them belongs to the document. */
function* fill(node: unknown, document: Document.Parsed, cuts: ReadonlyMap<unknown, Parts>): Steps<void> {
  for (const { items, parts } of cutsBelow(node, cuts)) {
    const last = items.splice(0).slice(1);
    for (const [index, value] of parts.entries()) {
      yield;
      const token: CST.Document = { type: 'document', offset: value.offset, start: [], value };
      for (const { contents, errors, warnings } of composed([token], value.offset)) {
        document.errors.push(...errors);
        document.warnings.push(...warnings);
        yield* fill(contents, document, cuts);
        const own = isCollection(contents) ? contents.items : [];
        for (const item of index === 0 ? own : own.slice(1)) items.push(item);
      }
    }
    for (const item of last) items.push(item);
  }
}

/** The collections below a node that were taken apart, with the items that they have of their last part. */
function cutsBelow(root: unknown, cuts: ReadonlyMap<unknown, Parts>): { items: unknown[]; parts: Parts }[] {
  const found: { items: unknown[]; parts: Parts }[] = [];
  const look = (node: unknown) => {
    if (isPair(node)) {
      look(node.key);
      look(node.value);
    } else if (isCollection(node)) {
      const parts = cuts.get(node.srcToken);
      if (parts) found.push({ items: node.items, parts });
      for (const item of node.items) look(item);
    }
  };
  if (cuts.size > 0) look(root);
  return found;
}

/** Takes collections apart, from the innermost to the outermost, until none holds more than is composed at once. */
class Cutter {
  /** By the last part, which stands where the whole did. */
  readonly cuts = new Map<unknown, Parts>();
  /** Of all that were seen, those that are still in their place. */
  #items = 0;
  #seen = 0;

  *document(token: CST.Document): Steps<CST.Document> {
    return token.value ? { ...token, value: yield* this.#shortened(token.value, token.start) } : token;
  }

  *#shortened(token: CST.Token, before: readonly CST.SourceToken[]): Steps<CST.Token> {
    // A tag may make something else of a collection, so that it must be there as a whole.
    if (!isCollectionToken(token) || before.some(({ type }) => type === 'tag')) return token;
    const from = this.#items;
    const sizes: number[] = [];
    let whole = token;
    for (const [index, item] of token.items.entries()) {
      const start = this.#items++;
      const { key, value } = item;
      const shortKey = key && isCollectionToken(key) ? yield* this.#shortened(key, item.start) : key;
      const shortValue =
        value && isCollectionToken(value) ? yield* this.#shortened(value, item.sep ?? item.start) : value;
      sizes.push(this.#items - start);
      if (this.#seen++ % itemsPerSlice === 0) yield;
      if (shortKey === key && shortValue === value) continue;
      if (whole === token) whole = withItems(token, [...token.items]);
      whole.items[index] = { ...item, key: shortKey, value: shortValue } as Item;
    }
    if (this.#items - from <= mostItems) return whole;
    const starts = partStarts(whole, sizes);
    const [first, ...others] = starts.map((start, index) => partOf(whole, start, starts[index + 1]));
    const last = others.pop();
    if (!last) return whole;
    this.cuts.set(last, [first, ...others]);
    this.#items = from + sizes.slice(starts.at(-1)).reduce((sum, size) => sum + size, 0);
    return last;
  }
}

function isCollectionToken(token: CST.Token): token is CollectionToken {
  return token.type === 'block-map' || token.type === 'block-seq' || token.type === 'flow-collection';
}

function withItems(token: CollectionToken, items: readonly Item[]): CollectionToken {
  return { ...token, items } as CollectionToken;
}

/** The indices at which a collection is cut, from 0 on. */
function partStarts(token: CollectionToken, sizes: readonly number[]): number[] {
  const { items } = token;
  const starts = [0];
  let count = 0;
  for (const [index, size] of sizes.entries()) {
    // Next to an item that lacks something, what is wrong depends on its neighbours.
    if (index > 0 && count + size > mostItems && isInOrder(items[index - 1], token) && isInOrder(items[index], token)) {
      starts.push(index);
      count = 0;
    }
    count += size;
  }
  return starts;
}

/** Whether an item is all that it should be. */
function isInOrder({ start, key, sep, value }: Item, token: CollectionToken): boolean {
  switch (token.type) {
    case 'block-seq':
      return start.some(({ type }) => type === 'seq-item-ind');
    case 'block-map':
      return isIndentedBy(key, token.indent) && (sep ?? []).some(({ type }) => type === 'map-value-ind');
    case 'flow-collection':
      return key != null || value != null;
    default:
      return assertNever(token);
  }
}

function isIndentedBy(key: CST.Token | null | undefined, indent: number): boolean {
  return key != null && 'indent' in key && key.indent === indent;
}

function partOf(token: CollectionToken, from: number, to: number | undefined): CollectionToken {
  const items = token.items.slice(from, to);
  const part = withItems(token, from > 0 ? [standIn(token, startOf(items[0])), ...items] : items);
  return part.type === 'flow-collection' && to !== undefined ? closed(part, startOf(token.items[to])) : part;
}

/** An item of no width. */
function standIn(token: CollectionToken, offset: number): Item {
  const { indent } = token;
  const mark = (type: CST.SourceToken['type']): CST.SourceToken => ({ type, offset, indent, source: '' });
  const empty: CST.FlowScalar = { type: 'scalar', offset, indent, source: '' };
  switch (token.type) {
    case 'block-seq':
      return { start: [mark('seq-item-ind')], value: empty };
    case 'block-map':
      return { start: [mark('space')], key: empty, sep: [mark('map-value-ind')], value: empty };
    case 'flow-collection':
      return isBraced(token) ? { start: [], key: empty, sep: [] } : { start: [], value: empty };
    default:
      return assertNever(token);
  }
}

function closed(token: CST.FlowCollection, offset: number): CST.FlowCollection {
  const { indent } = token;
  const end: CST.SourceToken = isBraced(token)
    ? { type: 'flow-map-end', offset, indent, source: '}' }
    : { type: 'flow-seq-end', offset, indent, source: ']' };
  return { ...token, end: [end] };
}

function isBraced({ start }: CST.FlowCollection): boolean {
  return start.type === 'flow-map-start';
}

function startOf({ start, key, sep, value }: Item): number {
  return (start[0] ?? key ?? sep?.[0] ?? value)?.offset ?? 0;
}
