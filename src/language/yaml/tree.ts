/**
 * The file as a tree of maps, lists and scalars, each with its span in the text. An alias repeats the node of
 * its anchor, with the anchor's span.
 */
import type { Span } from '../text/lines';

export type TreeNode = MapNode | ListNode | ScalarNode;
export type Path = readonly (string | number)[];

interface Aliased {
  /** The span of the alias, if the node comes from one. */
  readonly alias?: Span;
}

export interface MapNode extends Aliased {
  readonly kind: 'map';
  readonly span: Span;
  readonly flow: boolean;
  readonly entries: readonly Entry[];
  /** Entries from merge keys. They are written elsewhere, and read so that no key seems to be missing. */
  readonly merged?: readonly Entry[];
}

export interface Entry {
  readonly key: string;
  readonly keySpan: Span;
  /** Where the file gives no value: a scalar `null` of width 0, right after the colon. */
  readonly value: TreeNode;
}

export interface ListNode extends Aliased {
  readonly kind: 'list';
  readonly span: Span;
  readonly flow: boolean;
  readonly items: readonly TreeNode[];
}

export interface ScalarNode extends Aliased {
  readonly kind: 'scalar';
  readonly span: Span;
  readonly value: string | number | boolean | null;
  /** As written, without quotes. */
  readonly source: string;
  readonly quoted: boolean;
}

/** The span at which a node is used: that of the alias, if it comes from one. */
export function placeOf(node: TreeNode): Span {
  return node.alias ?? node.span;
}

/** Where an entry ends in the text. */
export function endOf({ keySpan, value }: Pick<Entry, 'keySpan' | 'value'>): number {
  return Math.max(keySpan[1], placeOf(value)[1]);
}

/** The entry of a key: the first one, where the key is repeated. */
export function entryOf(node: TreeNode | undefined, key: string): Entry | undefined {
  if (node?.kind !== 'map') {
    return undefined;
  }
  return [...node.entries, ...(node.merged ?? [])].find((entry) => entry.key === key);
}

/** The node with its merged entries among its own. */
export function withMerged(node: TreeNode): TreeNode {
  return node.kind === 'map' && node.merged ? { ...node, entries: [...node.entries, ...node.merged] } : node;
}

/**
 * The span of the node at a path. If the file holds only part of the path: the scalar at which the path
 * breaks off, else the key (or list item) of the deepest part that exists.
 */
export function locate(root: TreeNode, path: Path, what: 'key' | 'value' = 'value'): Span {
  let node = root;
  let keySpan: Span | undefined;
  for (const step of path) {
    const entry = typeof step === 'string' ? entryOf(node, step) : undefined;
    const next = childOf(node, step);
    if (!next) {
      if (node.kind === 'scalar' && node.span[1] > node.span[0]) {
        return node.span;
      }
      return keySpan ?? headOf(node);
    }
    node = next;
    keySpan = entry?.keySpan ?? headOf(next);
  }
  if (what === 'key' && keySpan) {
    return keySpan;
  }
  return node.span[1] > node.span[0] || !keySpan ? node.span : keySpan;
}

function childOf(node: TreeNode, step: string | number): TreeNode | undefined {
  if (typeof step === 'string') {
    return entryOf(node, step)?.value;
  }
  // The layers of a block are listed directly under its type, or under `layers`.
  const list = node.kind === 'map' ? entryOf(node, 'layers')?.value : node;
  return list?.kind === 'list' ? list.items[step] : undefined;
}

/** The node at exactly this path. */
export function nodeAtPath(root: TreeNode, path: Path): TreeNode | undefined {
  let node: TreeNode | undefined = root;
  for (const step of path) {
    node = node && childOf(node, step);
  }
  return node;
}

/** Whether the file holds this key in the map at the path. */
export function hasKey(root: TreeNode, path: Path, key: string): boolean {
  return entryOf(nodeAtPath(root, path), key) !== undefined;
}

/** The span at which a list item or the whole file is marked: its first key, or the node itself. */
export function headOf(node: TreeNode): Span {
  return node.kind === 'map' && node.entries.length > 0 ? node.entries[0].keySpan : node.span;
}

export function isEmpty(node: TreeNode): boolean {
  return node.kind === 'scalar' && node.value === null;
}
