/** The ranges of “Expand Selection”: word, value, entry, inside of the brackets, the brackets, … the file. */
import type { Position, Range } from '../../spec/problem';
import type { ParsedSpec } from '../reading/parse';
import type { Span } from '../text/lines';
import { endOf, placeOf, type TreeNode } from '../yaml/tree';

/** From the innermost range outwards, each strictly inside the next; at least the whole file. */
export function selectionAt({ tree, marks, lines, text }: ParsedSpec, position: Position): Range[] {
  const offset = lines.offsetAt(position);
  const spans: Span[] = [[0, text.length]];
  const add = (span: Span) => {
    const [start, end] = spans[spans.length - 1];
    const inside = span[0] >= start && span[1] <= end && span[0] <= offset && offset <= span[1];
    if (inside && span[1] > span[0] && (span[0] > start || span[1] < end)) {
      spans.push(span);
    }
  };
  if (tree) {
    descend(tree, offset, text, add);
  }
  for (const span of marks.comments) {
    if (holds(span, offset)) {
      add(span);
    }
  }
  for (const { span } of [...marks.anchors, ...marks.aliases]) {
    if (holds(span, offset)) {
      add(span);
    }
  }
  return spans.reverse().map((span) => lines.range(span));
}

function descend(node: TreeNode, offset: number, text: string, add: (span: Span) => void): void {
  const place = placeOf(node);
  add(place);
  if (node.alias) {
    return;
  }
  if (node.kind === 'scalar') {
    // The text inside the quotes.
    if (node.quoted && /["']/.test(text[place[0]])) {
      add([place[0] + 1, place[1] - 1]);
    }
    return;
  }
  if (node.flow) {
    add(innerOf(place, text));
  }
  if (node.kind === 'list') {
    const item = node.items.find((each) => holds(placeOf(each), offset));
    if (!item) {
      return;
    }
    const dash = node.flow ? -1 : text.lastIndexOf('-', placeOf(item)[0]);
    if (dash >= place[0]) {
      add([dash, placeOf(item)[1]]);
    }
    descend(item, offset, text, add);
    return;
  }
  for (const { keySpan, value } of node.entries) {
    const whole: Span = [keySpan[0], endOf({ keySpan, value })];
    if (!holds(whole, offset)) {
      continue;
    }
    add(whole);
    if (holds(keySpan, offset)) {
      add(keySpan);
    } else {
      descend(value, offset, text, add);
    }
    return;
  }
}

/** The inside of the brackets, without the white space beside them. */
function innerOf([start, end]: Span, text: string): Span {
  let from = start + 1;
  let to = end - 1;
  while (from < to && /\s/.test(text[from])) {
    from++;
  }
  while (to > from && /\s/.test(text[to - 1])) {
    to--;
  }
  return [from, Math.max(from, to)];
}

function holds([start, end]: Span, offset: number): boolean {
  return offset >= start && offset <= end;
}
