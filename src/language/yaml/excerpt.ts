/**
 * A short text that stands for a long one which was edited in one place: what was edited, with the lines that it stands
 * under, and the beginning of what follows. Read by itself it gives what reading all would give there.
 *
 *     data: …              (left out)
 *     model:               a heading
 *       layers:            a heading
 *         - …              (left out)
 *         - dense: 8▮      what was edited, from the beginning of a line to that of another
 *         - end            the end: the beginning of the next line, with a word for what follows
 *         - …              (left out)
 */

import { lineStartOf, type Span } from '../text/lines';
import { type Block, blockOf, markAt, memberBefore, memberCount, startAt, valueAt } from './blocks';
import type { Draft } from './draft';

/** All but a middle of two texts is the same. */
export interface Change {
  readonly start: number;
  /** In the text before the edit. */
  readonly oldEnd: number;
}

/** A list or map on the way from the file to what was edited. */
export interface Level {
  readonly block: Block;
  /** The member that the way goes through; of the last level the first one that is read again. */
  readonly index: number;
  /** Where that member's mark stands in the excerpt. */
  readonly mark: Span;
}

export interface Excerpt {
  readonly text: string;
  /** From the file to the list or map whose members are read again; at least one. */
  readonly levels: readonly Level[];
  /** What was edited, in the excerpt. */
  readonly span: Span;
  /** The same in the text before the edit. */
  readonly oldSpan: Span;
  /** What follows: a member of a level. Left out where all up to the end of the file is read again. */
  readonly end?: { readonly depth: number; readonly index: number; readonly mark: Span };
}

/** Whether a part of the text before the edit has a fault. */
export type Faulty = (from: number, to: number) => boolean;

/** The word that stands for what follows. */
export const endWord = 'end';

/** Of several ways to see an edit, such as one line end more, the one that begins first: the marks behind it stay untouched. */
export function changeOf(before: string, after: string): Change {
  const shorter = Math.min(before.length, after.length);
  let tail = 0;
  while (tail < shorter && before.charCodeAt(before.length - 1 - tail) === after.charCodeAt(after.length - 1 - tail)) {
    tail++;
  }
  let start = 0;
  const most = shorter - tail;
  while (start < most && before.charCodeAt(start) === after.charCodeAt(start)) {
    start++;
  }
  return { start, oldEnd: before.length - tail };
}

/**
 * `draft` is that of the text before the edit. What is wrong in one line may show in the next, so that neighbours of a
 * fault are read together. Undefined where the change begins before all that could be read by itself.
 */
export function excerptOf(
  draft: Draft,
  { before, after, change }: { readonly before: string; readonly after: string; readonly change: Change },
  isFaulty: Faulty,
): Excerpt | undefined {
  const way = wayTo(draft, before, change, isFaulty);
  const last = way.at(-1);
  if (!last) {
    return undefined;
  }
  const [from] = last.mark;
  const end = endOf(way, before, change, isFaulty);
  const oldTo = end ? end.mark[0] : before.length;
  const parts: string[] = [];
  let length = 0;
  const levels: Level[] = [];
  for (const [depth, { block, index, mark }] of way.entries()) {
    levels.push({ block, index, mark: moved(mark, length - mark[0]) });
    const next = way[depth + 1];
    if (!next) {
      break;
    }
    const heading = before.slice(mark[0], lineStartOf(before, startAt(next.block, 0)));
    parts.push(heading);
    length += heading.length;
  }
  const edited = after.slice(from, oldTo + after.length - before.length);
  const span: Span = [length, length + edited.length];
  parts.push(edited);
  if (!end) {
    return { text: parts.join(''), levels, span, oldSpan: [from, oldTo] };
  }
  parts.push(before.slice(...end.mark), ` ${endWord}\n`);
  const text = parts.join('');
  return { text, levels, span, oldSpan: [from, oldTo], end: { ...end, mark: moved(end.mark, span[1] - oldTo) } };
}

export function moved([start, end]: Span, by: number): Span {
  return [start + by, end + by];
}

/** Members that are looked at for one where reading can begin, or end. */
const reach = 64;

/** Down to the list or map in which the least is to be read again; none where the change begins before the first member. */
function wayTo(draft: Draft, text: string, { start }: Change, isFaulty: Faulty): Level[] {
  const above: Level[] = [];
  let way: Level[] = [];
  let block = blockOf(draft);
  while (block) {
    const at = memberBefore(block, start);
    const first = firstToRead(block, at, text, start, isFaulty);
    if (first) {
      way = [...above, first];
    }
    const heading = at < 0 ? undefined : markAt(block, at, text);
    const inner = heading && heading[1] < start ? blockOf(valueAt(block, at)) : undefined;
    if (!heading || !inner || memberCount(inner) === 0 || !markAt(inner, 0, text)) {
      break;
    }
    above.push({ block, index: at, mark: heading });
    block = inner;
  }
  return way;
}

/** The last member whose mark stands before the change, untouched, with no fault next to it. */
function firstToRead(block: Block, at: number, text: string, start: number, isFaulty: Faulty): Level | undefined {
  for (let index = at; index >= 0 && index > at - reach; index--) {
    const mark = markAt(block, index, text);
    // The character behind the mark belongs to it.
    if (!mark || mark[1] >= start) {
      continue;
    }
    const before = index > 0 ? lineStartOf(text, startAt(block, index - 1)) : mark[0];
    if (isFaulty(before, mark[1])) {
      continue;
    }
    return { block, index, mark };
  }
  return undefined;
}

/** The first member behind the change, of any level, whose line is untouched, with no fault in it. */
function endOf(way: readonly Level[], text: string, { oldEnd }: Change, isFaulty: Faulty): Excerpt['end'] {
  for (let depth = way.length - 1; depth >= 0; depth--) {
    const { block } = way[depth];
    const count = memberCount(block);
    const first = memberBefore(block, oldEnd) + 1;
    for (let index = first; index < count && index < first + reach; index++) {
      const mark = markAt(block, index, text);
      if (!mark || mark[0] <= oldEnd) {
        continue;
      }
      const next = index + 1 < count ? startAt(block, index + 1) : block.span[1] + 1;
      if (!isFaulty(mark[0], next)) {
        return { depth, index, mark };
      }
    }
  }
  return undefined;
}
