/** The edits that quick fixes consist of. They handle every form of writing a file. */
import { t } from '@vscode/l10n';
import type { Fix } from '../../spec/problem';
import { type Lines, lineStartOf, type Span } from '../text/lines';
import { type Entry, endOf, isEmpty, type ListNode, type MapNode, placeOf, type TreeNode } from '../yaml/tree';
import { removalOf } from './removal';

/** The parts of a file that edits need. */
export interface SpecText {
  readonly tree?: TreeNode;
  readonly text: string;
  readonly lines: Lines;
}

export interface Edit {
  readonly span: Span;
  readonly newText: string;
}

/** A fix made of these edits; none if one of them is impossible. */
export function fixOf({ lines }: SpecText, title: string, edits: readonly (Edit | undefined)[]): Fix[] {
  const made = new Map<string, Fix['edits'][number]>();
  for (const edit of edits) {
    if (!edit) {
      return [];
    }
    // A value with several aliases is changed once.
    made.set(`${edit.span} ${edit.newText}`, { range: lines.range(edit.span), newText: edit.newText });
  }
  return made.size > 0 ? [{ title, edits: [...made.values()] }] : [];
}

/** Marks fixes as choices: “fix all” skips them. */
export function asChoice(fixes: readonly Fix[]): Fix[] {
  return fixes.map((fix) => ({ ...fix, choice: true }));
}

export function changeFix(source: SpecText, span: Span, newText: string): Fix[] {
  if (source.text.slice(...span) === newText) {
    return [];
  }
  return fixOf(source, t('Change to “{0}”', newText), [{ span, newText }]);
}

/** Puts a line such as `epochs: 5` at the end of a map. */
export function insertion(map: MapNode, line: string, { text, lines }: SpecText): Edit | undefined {
  const last = map.entries.at(-1);
  if (map.flow && line.includes('\n')) {
    return undefined;
  }
  if (!last) {
    return map.flow ? { span: map.span, newText: `{ ${line} }` } : undefined;
  }
  const end = endOf(last);
  if (map.flow) {
    return { span: [end, end], newText: `, ${line}` };
  }
  const column = lines.positionAt(map.entries[0].keySpan[0]).character;
  const indent = ' '.repeat(column);
  const indented = indent + line.replaceAll('\n', `\n${indent}`);
  // A block scalar ends with its line break.
  if (text[end - 1] === '\n') {
    return { span: [end, end], newText: `${indented}\n` };
  }
  const at = lineEnd(text, end);
  // Further indented lines belong to the map too, though they could not be read.
  if (columnBelow(text, at) > column) {
    return undefined;
  }
  return { span: [at, at], newText: `\n${indented}` };
}

/** Indentation of the next line that is neither blank nor a comment; −1 at the end of the text. */
function columnBelow(text: string, from: number): number {
  const end = Math.min(text.length, from + 4000);
  for (let newline = text.indexOf('\n', from); newline >= 0 && newline < end; ) {
    const next = text.indexOf('\n', newline + 1);
    const line = text.slice(newline + 1, next < 0 ? end : Math.min(next, end));
    const words = line.trimStart();
    if (words !== '' && !words.startsWith('#')) {
      return line.length - words.length;
    }
    newline = next;
  }
  return -1;
}

/** The end of the line, after a comment. */
function lineEnd(text: string, from: number): number {
  const rest = /^[ \t]*(?:#[^\r\n]*)?(?=\r|\n|$)/.exec(text.slice(from, from + 1000));
  return from + (rest?.[0].trimEnd().length ?? 0);
}

/** Removes an entry from its map. */
export function removal(map: MapNode, entry: Entry, { text }: SpecText): Edit | undefined {
  const index = map.entries.indexOf(entry);
  const next = map.entries[index + 1]?.keySpan[0];
  const span = removalOf(text, [entry.keySpan[0], endOf(entry)], { flow: map.flow, first: index === 0, next });
  return span && { span, newText: '' };
}

/** Removes an item from its list; undefined for the only one. */
export function itemRemoval(list: ListNode, index: number, { text }: SpecText): Edit | undefined {
  if (list.items.length < 2) {
    return undefined;
  }
  const [start, end] = placeOf(list.items[index]);
  const next = list.items[index + 1];
  if (list.flow) {
    if (next) {
      return { span: [start, placeOf(next)[0]], newText: '' };
    }
    return { span: [text.lastIndexOf(',', start), end], newText: '' };
  }
  const dash = text.lastIndexOf('-', start - 1);
  const line = lineStartOf(text, dash);
  if (text.slice(line, dash).trim() !== '') {
    return undefined;
  }
  const newline = text.indexOf('\n', end);
  return { span: newline < 0 ? [Math.max(0, line - 1), text.length] : [line, newline + 1], newText: '' };
}

/** The text of a value that fits into braces on one line; undefined for one of several lines. */
export function inline({ text }: SpecText, node: TreeNode): string | undefined {
  if (isEmpty(node) && node.span[0] === node.span[1]) {
    return undefined;
  }
  const written = text.slice(...placeOf(node));
  return written.includes('\n') || (node.kind !== 'scalar' && !node.flow && !node.alias) ? undefined : written;
}

/** Writes the value of a key that has none, or `~`. */
export function fillIn(
  { text }: SpecText,
  { keySpan, value }: Pick<Entry, 'keySpan' | 'value'>,
  written: string,
): Edit {
  const [start, end] = placeOf(value);
  if (text.slice(start, end).trim() !== '') {
    return { span: [start, end], newText: written };
  }
  // In braces a key may stand without a colon.
  const colon = /^\s*:/.exec(text.slice(keySpan[1], keySpan[1] + 100));
  const afterColon = keySpan[1] + (colon?.[0].length ?? 0);
  // An anchor or a tag without a value stays before the value.
  const [properties] = /^(?:[ \t]+[&!][^\s,{}[\]]*)*/.exec(text.slice(afterColon, afterColon + 200)) ?? [''];
  const at = afterColon + properties.length;
  return { span: [at, at], newText: colon ? ` ${written}` : `: ${written}` };
}
