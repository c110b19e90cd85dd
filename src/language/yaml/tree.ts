/**
 * The file as a tree of maps, lists and scalars, each with its place in the text. An alias is its anchor's
 * node once more, with the anchor's place.
 */
import type { Span } from '../text/lines';

export type TreeNode = MapNode | ListNode | ScalarNode;
export type Path = readonly (string | number)[];

interface Aliased {
  /** Where the alias stands, if the node stands here because of one. */
  readonly alias?: Span;
}

export interface MapNode extends Aliased {
  readonly kind: 'map';
  readonly span: Span;
  readonly flow: boolean;
  readonly entries: readonly Entry[];
  /**
   * The entries that its merge keys bring. They are written elsewhere, and read all the same, so that nothing
   * seems to be missing.
   */
  readonly behind?: readonly Entry[];
}

export interface Entry {
  readonly key: string;
  readonly keySpan: Span;
  /** A scalar `null` of no width, right after the colon, where the file gives no value. */
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

/** Where a node is written: of an alias the alias itself, which stands where the node is used. */
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
  return [...node.entries, ...(node.behind ?? [])].find((entry) => entry.key === key);
}

/** A node as it is meant: with what its merge keys stand for among its entries. */
export function meantBy(node: TreeNode): TreeNode {
  return node.kind === 'map' && node.behind ? { ...node, entries: [...node.entries, ...node.behind] } : node;
}

/**
 * The span of what a path leads to. Where the file does not hold all of it, what stands nearest: the scalar
 * that stands for a thing's parameters, else the key (or list item) of the deepest part that exists.
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
  // The layers of a block stand right under its type, or under `layers`.
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

/** Where a list item, or the file, says what it is: its first key, or the scalar itself. */
export function headOf(node: TreeNode): Span {
  return node.kind === 'map' && node.entries.length > 0 ? node.entries[0].keySpan : node.span;
}

export function isEmpty(node: TreeNode): boolean {
  return node.kind === 'scalar' && node.value === null;
}
