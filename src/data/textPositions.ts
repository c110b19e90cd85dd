/** Finds the place of cells in delimited text, for problems. */

/**
 * The character that ends a line. A file may mix `\n` and `\r\n`: cells are trimmed, so that no carriage
 * return remains.
 */
export function newlineOf(text: string): '\n' | '\r' {
  return text.includes('\r') && !text.includes('\n') ? '\r' : '\n';
}

export interface TextRange {
  readonly start: number;
  /** Exclusive. */
  readonly end: number;
}

/** The cells `from` to `to` − 1 of the row that begins at `row.start`. */
export function cellRange(text: string, row: TextRange, delimiter: string, from: number, to: number): TextRange {
  let at = row.start;
  let start = at;
  for (let cell = 0; cell < to; cell++) {
    if (cell === from) {
      start = at;
    }
    at = cellEnd(text, at, row.end, delimiter);
    if (cell < to - 1 && text[at] === delimiter) {
      at++;
    }
  }
  return { start, end: at };
}

/** Offset of the delimiter, line end or end of text after the cell that begins at `at`. */
function cellEnd(text: string, at: number, limit: number, delimiter: string): number {
  if (text[at] === '"') {
    at++;
    while (at < limit && !(text[at] === '"' && text[at + 1] !== '"')) {
      at += text[at] === '"' ? 2 : 1;
    }
    at++;
  }
  while (at < limit && text[at] !== delimiter && text[at] !== '\n' && text[at] !== '\r') {
    at++;
  }
  return Math.min(at, limit);
}

/** The line that holds an offset: its zero-based number and its range without the line break. */
export function lineOf(text: string, offset: number, newline: '\n' | '\r'): TextRange & { readonly index: number } {
  let index = 0;
  let start = 0;
  for (let next = text.indexOf(newline); next >= 0 && next < offset; next = text.indexOf(newline, next + 1)) {
    index++;
    start = next + 1;
  }
  const found = text.indexOf(newline, start);
  const end = found < 0 ? text.length : found;
  return { index, start, end: text[end - 1] === '\r' && end > start ? end - 1 : end };
}
