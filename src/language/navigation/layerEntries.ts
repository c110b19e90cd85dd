/** The layers written in a file, with names and places; also for a file with errors. */

import { findLayerKind } from '../../spec/layers';
import { findThing, findThingByAlias } from '../schema/things';
import type { Span } from '../text/lines';
import { entryOf, type ListNode, nodeAtPath, type Path, type ScalarNode, type TreeNode } from '../yaml/tree';

export interface LayerEntry {
  /** The canonical type where it is known, else as written. */
  readonly type: string;
  readonly typeSpan: Span;
  /** The written name, or `dense_1`; without the names of the blocks around it. */
  readonly name: string;
  /** Where the file writes the name. */
  readonly nameNode?: ScalarNode;
  /** The item of the list. */
  readonly item: TreeNode;
  /** The value under the type. */
  readonly value?: TreeNode;
  /** The path of the item. */
  readonly path: Path;
  /** The layers of a block. */
  readonly inner: readonly LayerEntry[];
}

export function layerEntries(tree: TreeNode | undefined): LayerEntry[] {
  const path = ['model', 'layers'];
  const list = tree && nodeAtPath(tree, path);
  return list?.kind === 'list' ? entriesOf(list, path) : [];
}

function entriesOf(list: ListNode, path: Path): LayerEntry[] {
  const counts = new Map<string, number>();
  return list.items.flatMap((item, index): LayerEntry[] => {
    const head = headOf(item);
    if (!head) {
      return [];
    }
    const entry = findThing('layer', head.type) ?? findThingByAlias('layer', head.type);
    const type = entry?.name ?? head.type;
    const count = (counts.get(type) ?? 0) + 1;
    counts.set(type, count);
    const nameNode = nameOf(head.value);
    const name = nameNode ? nameNode.source : `${type}_${count}`;
    const own = [...path, index];
    const block = head.value?.kind === 'map' ? entryOf(head.value, 'layers')?.value : head.value;
    const inner = findLayerKind(type)?.isBlock && block?.kind === 'list' ? entriesOf(block, [...own, head.type]) : [];
    return [{ type, typeSpan: head.span, name, nameNode, item, value: head.value, path: own, inner }];
  });
}

/** The key or scalar that gives the type of a list item. */
function headOf(item: TreeNode): { type: string; span: Span; value?: TreeNode } | undefined {
  if (item.kind === 'scalar') {
    return typeof item.value === 'string' && item.value !== '' ? { type: item.value, span: item.span } : undefined;
  }
  if (item.kind === 'list' || item.entries.length === 0) {
    return undefined;
  }
  const known = item.entries.find(({ key }) => findThing('layer', key));
  const { key, keySpan, value } = known ?? item.entries[0];
  return { type: key, span: keySpan, value };
}

function nameOf(value: TreeNode | undefined): ScalarNode | undefined {
  const node = value && entryOf(value, 'name')?.value;
  return node?.kind === 'scalar' && node.source !== '' ? node : undefined;
}
