/** Indented lists and maps of a draft, and the lines on which their members begin. */

import { lineStartOf, type Span } from '../text/lines';
import { type Draft, type DraftList, type DraftMap, placeOfDraft } from './draft';
import type { ListNode, MapNode } from './tree';

/** A list or map without brackets. */
export type Block = MapNode | ListNode | DraftMap | DraftList;

/** The draft, if it is one. */
export function blockOf(draft: Draft | undefined): Block | undefined {
  switch (draft?.kind) {
    case 'list':
    case 'map':
    case 'draft list':
    case 'draft map':
      return draft.flow ? undefined : draft;
    default:
      return undefined;
  }
}

export function memberCount(block: Block): number {
  return itemsOf(block)?.length ?? keysOf(block).length;
}

/** What a list's item is, or the value of a map's key. */
export function valueAt(block: Block, index: number): Draft | undefined {
  return itemsOf(block)?.[index] ?? keysOf(block)[index]?.value;
}

/** Where a member begins: the key, or what stands behind the dash. */
export function startAt(block: Block, index: number): number {
  const items = itemsOf(block);
  return items ? placeOfDraft(items[index])[0] : keysOf(block)[index].keySpan[0];
}

/** The last member that begins at the offset or before it; -1 where none does. */
export function memberBefore(block: Block, offset: number): number {
  let low = -1;
  let high = memberCount(block) - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (startAt(block, middle) <= offset) {
      low = middle;
    } else {
      high = middle - 1;
    }
  }
  return low;
}

/**
 * The beginning of a member's line, up to and with its dash, or the colon behind its key: what makes it a member whatever
 * stands on the lines before. Undefined where something else makes it one, or where it shares its line with another.
 */
export function markAt(block: Block, index: number, text: string): Span | undefined {
  const start = startAt(block, index);
  const line = lineStartOf(text, start);
  const before = text.slice(line, start);
  const column = columnOf(block, text);
  if (itemsOf(block)) {
    const dash = line + column;
    return /^ *- *(?:&\S+ +)?$/.test(before) && before.indexOf('-') === column && isSpace(text[dash + 1])
      ? [line, dash + 1]
      : undefined;
  }
  const [, end] = keysOf(block)[index].keySpan;
  const isAlone = /^ *$/.test(before) && before.length === column && !text.slice(start, end).includes('\n');
  return isAlone && text[end] === ':' && isSpace(text[end + 1]) ? [line, end + 1] : undefined;
}

/** Where on its line a list or map begins. */
export function columnOf({ span: [start] }: Block, text: string): number {
  return start - lineStartOf(text, start);
}

function isSpace(character: string | undefined): boolean {
  return character === undefined || /[ \r\n]/.test(character);
}

function itemsOf(block: Block): readonly Draft[] | undefined {
  return block.kind === 'list' || block.kind === 'draft list' ? block.items : undefined;
}

function keysOf(block: Block): readonly { readonly keySpan: Span; readonly value?: Draft }[] {
  switch (block.kind) {
    case 'map':
      return block.entries;
    case 'draft map':
      return block.pairs;
    default:
      return [];
  }
}
