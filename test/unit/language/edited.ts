/** Helpers for tests of editor features: the examples, edited texts, checked ranges. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseSpec } from '../../../src/language/index';
import type { Position, Range } from '../../../src/spec/problem';

export interface Edit {
  readonly range: Range;
  readonly newText: string;
}

/** The shipped specs, by file name. */
export function examples(): { name: string; text: string }[] {
  const names = readdirSync('examples').filter((name) => name.endsWith('.nnspec'));
  return names.map((name) => ({ name, text: readFileSync(join('examples', name), 'utf8') }));
}

/** The text after the edits, none of which may touch another. */
export function applied(text: string, edits: readonly Edit[]): string {
  const { lines } = parseSpec(text, { fileName: '' });
  const placed = edits.map(({ range, newText }) => ({
    from: lines.offsetAt(range.start),
    to: lines.offsetAt(range.end),
    newText,
  }));
  placed.sort((a, b) => a.from - b.from || a.to - b.to);
  const parts: string[] = [];
  let end = 0;
  for (const { from, to, newText } of placed) {
    assert.ok(from >= end, `an edit at ${from} touches the one before it`);
    parts.push(text.slice(end, from), newText);
    end = to;
  }
  return parts.join('') + text.slice(end);
}

/** Asserts that a range is inside the text and does not run backwards. */
export function liesIn(text: string, { start, end }: Range): void {
  const lines = text.split(/\r\n|\r|\n/);
  const inside = ({ line, character }: Position) =>
    line >= 0 && line < lines.length && character >= 0 && character <= lines[line].length + 2;
  assert.ok(inside(start) && inside(end), `${JSON.stringify({ start, end })} in ${JSON.stringify(text)}`);
  assert.ok(start.line < end.line || (start.line === end.line && start.character <= end.character));
}

export function holdsRange(outer: Range, inner: Range): boolean {
  const before = (a: Position, b: Position) => a.line < b.line || (a.line === b.line && a.character < b.character);
  return !before(inner.start, outer.start) && !before(outer.end, inner.end);
}
