/** Finds cells of a delimited file: those of the header, and the first of a column with a given value. */
import Papa from 'papaparse';
import type { Range } from '../spec/problem';
import type { FileReading } from '../spec/spec';
import { asDataBytes, type DataBytes, heldBytes } from './bytes';
import { decodeText } from './decode';
import { findFormat } from './findFormat';
import { cellRange, lineOf, newlineOf, type TextRange } from './textPositions';

/** A file's name, and what a spec says of its format. */
export interface NamedFile {
  readonly fileName: string;
  readonly given?: FileReading;
}

export interface CellPlace {
  /** Without quotes and the spaces around it. */
  readonly name: string;
  /** Includes the quotes, not the spaces around them. */
  readonly range: Range;
}

/** The header's cells in their order; none if there is no header or the bytes cannot be decoded. */
export function headerPlaces(bytes: Uint8Array, file: NamedFile): CellPlace[] {
  const table = new Cells(heldBytes(bytes), file);
  const found: CellPlace[] = [];
  if (!table.hasHeader) {
    return found;
  }
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
  file: NamedFile,
  column: number,
  value: string,
): Range | undefined {
  const table = new Cells(asDataBytes(bytes), file);
  let found: Range | undefined;
  let header = table.hasHeader;
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
  readonly hasHeader: boolean;
  readonly #text: string;
  readonly #delimiter: string;
  readonly #newline: '\n' | '\r';

  constructor(bytes: DataBytes, file: NamedFile) {
    const { format, charset } = findFormat({ bytes, ...file });
    const decoded = decodeText(bytes, charset);
    this.#text = 'text' in decoded ? decoded.text : '';
    this.#delimiter = format.delimiter;
    this.hasHeader = format.header;
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
