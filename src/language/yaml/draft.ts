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
import type { Span } from '../text/lines';
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
  readonly span: Span;
  readonly items: readonly Draft[];
}

/** A map with something in it, or with keys, that need a second look. */
export interface DraftMap {
  readonly kind: 'draft map';
  readonly flow: boolean;
  readonly span: Span;
  readonly pairs: readonly DraftPair[];
}

export interface DraftPair {
  /** What the key is called: a number as it is written. Left out where it is no scalar. */
  readonly name?: string;
  /** Whether the key is written without quotes. */
  readonly plain: boolean;
  readonly keySpan: Span;
  /** Left out where not even a colon follows the key. */
  readonly value?: Draft;
}

/** What is wrong with the syntax, by the composer's code and offsets into the text. */
export type SyntaxFault = Pick<YAMLError, 'code' | 'pos' | 'message'>;

/** What lists hold, or maps, and what is wrong in it. */
interface Contents {
  readonly items: Draft[];
  readonly pairs: DraftPair[];
  readonly errors: SyntaxFault[];
}

/** Makes drafts of YAML's nodes. Recurses as deep as lists and maps are nested. */
export class Drafting {
  /** What was taken out of collections before, by their source tokens; a stand-in is there in its place. */
  readonly #taken = new Map<unknown, Contents>();

  /** Takes what a part of a collection holds. That comes up where the collection does, which may be nowhere in a broken file. */
  take(collection: CollectionToken, part: unknown, errors: readonly SyntaxFault[]): void {
    const before = this.#taken.get(collection);
    const contents = before ?? { items: [], pairs: [], errors: [] };
    this.#taken.set(collection, contents);
    contents.errors.push(...errors);
    if (isCollection(part)) {
      this.#add(contents, part, before !== undefined);
    }
  }

  /** The errors of what was taken out of it before are added to `errors`. */
  draft(node: Node, errors: SyntaxFault[]): Draft {
    if (isAlias(node)) {
      return { kind: 'alias', name: node.source, span: spanOf(node) };
    }
    const draft = isCollection(node) ? this.#collection(node, errors) : scalarOf(node as Scalar);
    const { anchor } = node as Scalar;
    return anchor ? { kind: 'anchored', name: anchor, draft } : draft;
  }

  #collection(node: YAMLMap | YAMLSeq, errors: SyntaxFault[]): Collection {
    const before = this.#taken.get(node.srcToken);
    if (before) {
      errors.push(...before.errors);
    }
    const contents = { items: before?.items ?? [], pairs: before?.pairs ?? [], errors };
    this.#add(contents, node, before !== undefined);
    const flow = node.flow === true;
    const span = spanOf(node);
    return isMap(node) ? mapOf(span, flow, contents.pairs) : listOf(span, flow, contents.items);
  }

  #add({ items, pairs, errors }: Contents, node: YAMLMap | YAMLSeq, skipFirst: boolean): void {
    for (const [index, item] of node.items.entries()) {
      if (index === 0 && skipFirst) {
        continue;
      }
      if (isPair<Node, Node | null>(item)) {
        pairs.push(this.#pair(item, errors));
      } else {
        items.push(this.draft(item as Node, errors));
      }
    }
  }

  #pair({ key, value }: Pair<Node, Node | null>, errors: SyntaxFault[]): DraftPair {
    const keySpan = spanOf(key);
    // No key can be a list or map, but what is wrong in it is to be told.
    if (isCollection(key)) {
      this.#collection(key, errors);
    }
    const named = isScalar(key) && !(key.value === null && !key.source) ? key : undefined;
    return {
      name: named && (typeof named.value === 'string' ? named.value : (named.source ?? '')),
      plain: named?.type === 'PLAIN',
      keySpan,
      value: value ? this.draft(value, errors) : undefined,
    };
  }
}

export type Collection = MapNode | ListNode | DraftMap | DraftList;

/** The list as far as it is settled. `span` is YAML's: what is indented ends with its last item instead. */
export function listOf(span: Span, flow: boolean, items: readonly Draft[]): ListNode | DraftList {
  if (items.every(isSettled)) {
    return listNode(span, flow, items);
  }
  return { kind: 'draft list', flow, span: trimmed(span, flow, placeOfDraft(items[items.length - 1])[1]), items };
}

/** The map as far as it is settled. `span` is YAML's: what is indented ends with its last pair instead. */
export function mapOf(span: Span, flow: boolean, pairs: readonly DraftPair[]): MapNode | DraftMap {
  const entries = entriesOf(pairs);
  if (entries) {
    return mapNode(span, flow, entries);
  }
  return { kind: 'draft map', flow, span: trimmed(span, flow, pairEnd(pairs[pairs.length - 1])), pairs };
}

/** Undefined where a value or the keys need a second look. */
function entriesOf(pairs: readonly DraftPair[]): Entry[] | undefined {
  const names = new Set<string>();
  const entries: Entry[] = [];
  for (const pair of pairs) {
    const { name, keySpan, value } = pair;
    if (name === undefined || !value || !isSettled(value) || isMergeKey(pair)) {
      return undefined;
    }
    names.add(name);
    entries.push({ key: name, keySpan, value });
  }
  return names.size < pairs.length || areDashed(pairs) ? undefined : entries;
}

function isSettled(draft: Draft): draft is TreeNode {
  return draft.kind === 'scalar' || draft.kind === 'map' || draft.kind === 'list';
}

export function isMergeKey({ name, plain }: DraftPair): boolean {
  return name === '<<' && plain;
}

/** Whether the keys of a map, which is not empty, all begin with a dash. */
export function areDashed(pairs: readonly DraftPair[]): boolean {
  return pairs.length > 0 && pairs.every(({ name, plain }) => plain && /^-[A-Za-z]/.test(name ?? ''));
}

/** Where a pair ends in the text. */
export function pairEnd({ keySpan, value }: DraftPair): number {
  return Math.max(keySpan[1], value ? placeOfDraft(value)[1] : 0);
}

/** Where a draft is written; an anchor stands before it. */
export function placeOfDraft(draft: Draft): Span {
  return draft.kind === 'anchored' ? draft.draft.span : draft.span;
}

/** `span` is YAML's: what is indented ends with its last item instead. */
export function mapNode(span: Span, flow: boolean, entries: readonly Entry[]): MapNode {
  const last = entries.at(-1);
  return { kind: 'map', span: trimmed(span, flow, last && endOf(last)), flow, entries };
}

/** `span` is YAML's: what is indented ends with its last item instead. */
export function listNode(span: Span, flow: boolean, items: readonly TreeNode[]): ListNode {
  const last = items.at(-1);
  return { kind: 'list', span: trimmed(span, flow, last && placeOf(last)[1]), flow, items };
}

function trimmed([start, end]: Span, flow: boolean, lastEnd: number | undefined): Span {
  return [start, Math.max(start, flow || lastEnd === undefined ? end : lastEnd)];
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
