/** Finds cells of a delimited file: those of the header, and the first of a column with a given value. */
import Papa from 'papaparse';
import type { Range } from '../spec/problem';
import { asDataBytes, type DataBytes, heldBytes } from './bytes';
import { cellRange, delimiterOf, lineOf, newlineOf, type TextRange } from './textPositions';
import { decodeUtf8 } from './utf8';

export interface CellPlace {
  /** Without quotes and the spaces around it. */
  readonly name: string;
  /** Includes the quotes, not the spaces around them. */
  readonly range: Range;
}

/** The header's cells in their order; none if the bytes are not UTF-8. */
export function headerPlaces(bytes: Uint8Array, fileName: string): CellPlace[] {
  const table = new Cells(heldBytes(bytes), fileName);
  const found: CellPlace[] = [];
  table.rows((cells, row) => {
    if (cells.length === 1 && cells[0].trim() === '') {
      return true;
    }
    found.push(...cells.map((cell, column) => ({ name: cell.trim(), range: table.range(row, column) })));
    return false;
  });
  return found;
}

/** The first cell below the header of `column`, counted from 0, that holds `value`. */
export function findCell(
  bytes: Uint8Array | DataBytes,
  fileName: string,
  column: number,
  value: string,
): Range | undefined {
  const table = new Cells(asDataBytes(bytes), fileName);
  let found: Range | undefined;
  let header = true;
  table.rows((cells, row) => {
    if (!header && cells[column]?.trim() === value) {
      found = table.range(row, column);
    }
    header = header && cells.length === 1 && cells[0].trim() === '';
    return found === undefined;
  });
  return found;
}

class Cells {
  readonly #text: string;
  readonly #delimiter: string;
  readonly #newline: '\n' | '\r';

  constructor(bytes: DataBytes, fileName: string) {
    const decoded = decodeUtf8(bytes);
    this.#text = 'text' in decoded ? decoded.text : '';
    this.#delimiter = delimiterOf(fileName);
    this.#newline = newlineOf(this.#text);
  }

  /** Visits the rows until `take` returns false. */
  rows(take: (cells: readonly string[], row: TextRange) => boolean): void {
    let start = 0;
    Papa.parse<string[]>(this.#text, {
      delimiter: this.#delimiter,
      newline: this.#newline,
      step: ({ data, meta }, parser) => {
        const row = { start, end: meta.cursor };
        start = meta.cursor;
        if (!take(data, row)) {
          parser.abort();
        }
      },
    });
  }

  range(row: TextRange, column: number): Range {
    const cell = cellRange(this.#text, row, this.#delimiter, column, column + 1);
    const written = this.#text.slice(cell.start, cell.end);
    const start = cell.start + written.length - written.trimStart().length;
    const line = lineOf(this.#text, start, this.#newline);
    const end = Math.max(start, Math.min(cell.start + written.trimEnd().length, line.end));
    return {
      start: { line: line.index, character: start - line.start },
      end: { line: line.index, character: end - line.start },
    };
  }
}
