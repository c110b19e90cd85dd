/** A tree as it comes out of YAML's nodes a part at a time, before aliases are followed and the keys of a map are compared. */
import {
  isAlias,
  isCollection,
  isMap,
  isPair,
  isScalar,
  type Node,
  type Pair,
  type Scalar,
  type YAMLError,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';
import type { Span } from './lines';
import type { CollectionToken } from './parts';
import { type Entry, endOf, type ListNode, type MapNode, placeOf, type ScalarNode, type TreeNode } from './tree';

/** Whatever needs no second look is already as it will be in the tree; nothing of YAML's nodes is held. */
export type Draft = TreeNode | DraftAlias | Anchored | DraftList | DraftMap;

export interface DraftAlias {
  readonly kind: 'alias';
  readonly name: string;
  readonly span: Span;
}

export interface Anchored {
  readonly kind: 'anchored';
  readonly name: string;
  readonly draft: Exclude<Draft, DraftAlias | Anchored>;
}

/** A list with something in it that needs a second look. */
export interface DraftList {
  readonly kind: 'draft list';
  readonly flow: boolean;
  /** As YAML has it: what is indented ends behind the line. */
  readonly span: Span;
  readonly items: readonly Draft[];
}

/** A map with something in it, or with keys, that need a second look. */
export interface DraftMap {
  readonly kind: 'draft map';
  readonly flow: boolean;
  /** As YAML has it: what is indented ends behind the line. */
  readonly span: Span;
  readonly pairs: readonly DraftPair[];
}

export interface DraftPair {
  /** Left out where it is no scalar. */
  readonly key?: ScalarNode;
  readonly keySpan: Span;
  /** Left out where not even a colon follows the key. */
  readonly value?: Draft;
  /** From the key to the end of the value, as YAML has it: what is indented ends behind the line. */
  readonly span: Span;
}

/** What lists hold, or maps, and what is wrong in it. */
interface Contents {
  readonly items: Draft[];
  readonly pairs: DraftPair[];
  readonly errors: YAMLError[];
}

/** Makes drafts of YAML's nodes. Recurses as deep as lists and maps are nested. */
export class Drafting {
  /** What was taken out of collections before, by their source tokens; a stand-in is there in its place. */
  readonly #taken = new Map<unknown, Contents>();

  /** Takes what a part of a collection holds. That comes up where the collection does, which may be nowhere in a broken file. */
  take(collection: CollectionToken, part: unknown, errors: readonly YAMLError[]): void {
    const before = this.#taken.get(collection);
    const contents = before ?? { items: [], pairs: [], errors: [] };
    this.#taken.set(collection, contents);
    contents.errors.push(...errors);
    if (isCollection(part)) this.#add(contents, part, before !== undefined);
  }

  /** The errors of what was taken out of it before are added to `errors`. */
  draft(node: Node, errors: YAMLError[]): Draft {
    if (isAlias(node)) return { kind: 'alias', name: node.source, span: spanOf(node) };
    const draft = isCollection(node) ? this.#collection(node, errors) : scalarOf(node as Scalar);
    const { anchor } = node as Scalar;
    return anchor ? { kind: 'anchored', name: anchor, draft } : draft;
  }

  #collection(node: YAMLMap | YAMLSeq, errors: YAMLError[]): MapNode | ListNode | DraftMap | DraftList {
    const before = this.#taken.get(node.srcToken);
    if (before) errors.push(...before.errors);
    const contents = { items: before?.items ?? [], pairs: before?.pairs ?? [], errors };
    this.#add(contents, node, before !== undefined);
    const flow = node.flow === true;
    const span = spanOf(node);
    if (isMap(node)) {
      const { pairs } = contents;
      const entries = entriesOf(pairs);
      return entries ? mapNode(span, flow, entries) : { kind: 'draft map', flow, span, pairs };
    }
    const { items } = contents;
    return items.every(isSettled) ? listNode(span, flow, items) : { kind: 'draft list', flow, span, items };
  }

  #add({ items, pairs, errors }: Contents, node: YAMLMap | YAMLSeq, skipFirst: boolean): void {
    for (const [index, item] of node.items.entries()) {
      if (index === 0 && skipFirst) continue;
      if (isPair<Node, Node | null>(item)) pairs.push(this.#pair(item, errors));
      else items.push(this.draft(item as Node, errors));
    }
  }

  #pair({ key, value }: Pair<Node, Node | null>, errors: YAMLError[]): DraftPair {
    const keySpan = spanOf(key);
    // No key can be a list or map, but what is wrong in it is to be told.
    if (isCollection(key)) this.#collection(key, errors);
    return {
      key: isScalar(key) && !(key.value === null && !key.source) ? scalarOf(key) : undefined,
      keySpan,
      value: value ? this.draft(value, errors) : undefined,
      span: [keySpan[0], Math.max(keySpan[1], value?.range?.[1] ?? 0)],
    };
  }
}

/** Undefined where a value or the keys need a second look. */
function entriesOf(pairs: readonly DraftPair[]): Entry[] | undefined {
  const names = new Set<string>();
  const entries: Entry[] = [];
  for (const { key, keySpan, value } of pairs) {
    if (!key || !value || !isSettled(value) || isMergeKey(key)) return undefined;
    const name = nameOf(key);
    names.add(name);
    entries.push({ key: name, keySpan, value });
  }
  return names.size < pairs.length || areDashed(pairs) ? undefined : entries;
}

function isSettled(draft: Draft): draft is TreeNode {
  return draft.kind === 'scalar' || draft.kind === 'map' || draft.kind === 'list';
}

export function isMergeKey({ value, quoted }: ScalarNode): boolean {
  return value === '<<' && !quoted;
}

/** What a key is called: a number as it is written. */
export function nameOf({ value, source }: ScalarNode): string {
  return typeof value === 'string' ? value : source;
}

/** Whether the keys of a map, which is not empty, all begin with a dash. */
export function areDashed(pairs: readonly DraftPair[]): boolean {
  return pairs.length > 0 && pairs.every(({ key }) => key && !key.quoted && /^-[A-Za-z]/.test(key.source));
}

/** `span` is YAML's: what is indented ends with its last item instead. */
export function mapNode(span: Span, flow: boolean, entries: readonly Entry[]): MapNode {
  const last = entries.at(-1);
  const end = flow || !last ? span[1] : endOf(last);
  return { kind: 'map', span: [span[0], Math.max(span[0], end)], flow, entries };
}

/** `span` is YAML's: what is indented ends with its last item instead. */
export function listNode(span: Span, flow: boolean, items: readonly TreeNode[]): ListNode {
  const last = items.at(-1);
  const end = flow || !last ? span[1] : placeOf(last)[1];
  return { kind: 'list', span: [span[0], Math.max(span[0], end)], flow, items };
}

function scalarOf(node: Scalar): ScalarNode {
  const { value } = node;
  const known = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null;
  return { kind: 'scalar', span: spanOf(node), value: known, source: node.source ?? '', quoted: node.type !== 'PLAIN' };
}

function spanOf({ range }: Node): Span {
  const [start, end] = range ?? [0, 0];
  return [start, Math.max(start, end)];
}
