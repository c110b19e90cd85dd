/**
 * YAML's parser, which hands over the items of long lists and maps while it reads on. What it holds is then never more than
 * a few lines: the whole of a long file in its tokens is a burden to the garbage collector that a person feels.
 */
import { type CST, Parser } from 'yaml';
import { assertNever } from '../../common/assertNever';

export type CollectionToken = CST.BlockMap | CST.BlockSequence | CST.FlowCollection;
type Item = CollectionToken['items'][number];

/** Items of a collection that are complete, in order. */
export interface Part {
  /** The collection as the parser holds it, which stays the same object to its end. What follows is still in it, behind a stand-in. */
  readonly collection: CollectionToken;
  /** A collection of these items alone. All but the first part begin with a stand-in, which shows where the items before end. */
  readonly token: CollectionToken;
  /** The collections around it, outermost first. */
  readonly around: readonly CollectionToken[];
}

/** UTF-16 units of a part, roughly: what is made of them takes about a millisecond. */
const partLength = 4096;

/** Parses lexeme by lexeme. */
export class PartParser {
  readonly #parser = new Parser();
  /** Collections with a stand-in before their items. */
  readonly #parted = new WeakSet<CollectionToken>();
  /** What stands at the top: documents, and comments between them. */
  readonly tokens: CST.Token[] = [];

  /** Where the next lexeme begins. */
  get offset(): number {
    return this.#parser.offset;
  }

  /** Whether more lists and maps are open than that. */
  isDeeper(than: number): boolean {
    const { stack } = this.#parser;
    return stack.length > than && stack.filter(isCollectionToken).length > than;
  }

  next(lexeme: string): void {
    for (const token of this.#parser.next(lexeme)) {
      this.tokens.push(token);
    }
  }

  end(): void {
    for (const token of this.#parser.end()) {
      this.tokens.push(token);
    }
  }

  /** Takes out what is complete of the collections that are open, the outermost first. */
  *parts(): Generator<Part, void> {
    const around: CollectionToken[] = [];
    for (const token of this.#parser.stack) {
      if (!isCollectionToken(token)) {
        continue;
      }
      const part = this.#partOf(token);
      if (part) {
        yield { collection: token, token: part, around: [...around] };
      }
      around.push(token);
    }
  }

  #partOf(collection: CollectionToken): CollectionToken | undefined {
    const { items } = collection;
    const isFirst = !this.#parted.has(collection);
    const from = isFirst ? 0 : 1;
    // The last one grows still, and comments are put behind the one before it.
    let to = items.length - 2;
    if (to <= from || startOf(items[to]) - startOf(items[from]) < partLength) {
      return undefined;
    }
    // Next to an item that lacks something, what is wrong depends on its neighbours.
    while (to > from && !(isInOrder(items[to - 1], collection) && isInOrder(items[to], collection))) {
      to--;
    }
    if (to === from) {
      return undefined;
    }
    const end = startOf(items[to]);
    this.#parted.add(collection);
    return partOf(collection, collection.items.splice(0, to, standIn(collection, end) as never), end);
  }
}

function isCollectionToken(token: CST.Token): token is CollectionToken {
  return token.type === 'block-map' || token.type === 'block-seq' || token.type === 'flow-collection';
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

function partOf(token: CollectionToken, items: readonly Item[], end: number): CollectionToken {
  const part = { ...token, items } as CollectionToken;
  return part.type === 'flow-collection' ? closed(part, end) : part;
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

/** Closes a part as the parser does, which then gives its items the form that they have in the end. */
function closed(part: CST.FlowCollection, offset: number): CST.FlowCollection {
  const { indent } = part;
  const end: CST.SourceToken = isBraced(part)
    ? { type: 'flow-map-end', offset, indent, source: '}' }
    : { type: 'flow-seq-end', offset, indent, source: ']' };
  const whole: CST.FlowCollection = { ...part, end: [end] };
  const parser = new Parser();
  parser.stack.push({ ...part, items: [] }, whole);
  for (const _ of parser.end()) {
  }
  return whole;
}

function isBraced({ start }: CST.FlowCollection): boolean {
  return start.type === 'flow-map-start';
}

function startOf({ start, key, sep, value }: Item): number {
  return (start[0] ?? key ?? sep?.[0] ?? value)?.offset ?? 0;
}
