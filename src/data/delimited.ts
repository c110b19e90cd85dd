/** Reads CSV and TSV into columns, and finds the place of any cell in the file. */
import { t } from '@vscode/l10n';
import Papa from 'papaparse';
import { counted } from '../common/counted';
import { formatCount } from '../common/formatCount';
import { maximumColumnName, maximumColumns } from '../common/limits';
import type { ColumnType } from '../spec/spec';
import { type DataBytes, wholeOf, withoutFirst } from './bytes';
import { parseNumber } from './cells';
import { mostRows, plainHeader, readPlainRows } from './plainRows';
import { Problems } from './problems';
import { buildersOf, type CellPlace, type ColumnBuilder, type Table } from './table';
import { cellRange, delimiterOf, lineOf, newlineOf, type TextRange } from './textPositions';
import { decodeUtf8 } from './utf8';
import { wideLine } from './wideLine';

/** Bytes. JavaScript strings can be a little longer than this. */
export const largestFile = 500_000_000;

const byteOrderMark = [0xef, 0xbb, 0xbf];

interface DelimitedRequest {
  readonly bytes: DataBytes;
  /** Shown in messages, and tells `.tsv` from `.csv`. */
  readonly fileName: string;
  /** The spec's key that names the file. */
  readonly path: readonly (string | number)[];
  readonly types: Readonly<Record<string, ColumnType>>;
}

/** Undefined if the file is no table; `problems` then says why. */
export function readDelimited(request: DelimitedRequest, problems: Problems): Table | undefined {
  const { bytes, fileName, path } = request;
  if (bytes.length > largestFile) {
    problems.add('data-too-large', t('{0} is larger than 500 MB. Train on a part of its rows.', fileName), path);
    return undefined;
  }
  if (hasWideLine(request, true, problems)) {
    return undefined;
  }
  const plain = readPlain(request);
  if (plain || hasWideLine(request, false, problems)) {
    return plain;
  }
  return readAny(request, problems);
}

/** Reports a line of more cells than a table may have, before they are read into memory. */
function hasWideLine({ bytes, fileName, path }: DelimitedRequest, headerOnly: boolean, problems: Problems): boolean {
  const line = wideLine(bytes, delimiterOf(fileName).charCodeAt(0), headerOnly);
  if (line === undefined) {
    return false;
  }
  problems.add(
    'too-many-columns',
    t(
      'Line {0} has more than {1} cells, the most that a table may have. Leave out the columns that you do not need.',
      line + 1,
      formatCount(maximumColumns),
    ),
    path,
    { file: fileName, line, character: 0, endCharacter: 0 },
  );
  return true;
}

/** Reads any CSV with the library, and reports its errors. */
function readAny(request: DelimitedRequest, problems: Problems): Table | undefined {
  const { bytes, fileName, path } = request;
  const decoded = decodeUtf8(bytes);
  if (!('text' in decoded)) {
    const { line, character, byte } = decoded;
    problems.add(
      'not-utf8',
      t('Line {0}: the byte 0x{1} is not UTF-8. Save the file as UTF-8.', line + 1, byte.toString(16).padStart(2, '0')),
      path,
      { file: fileName, line, character, endCharacter: character + 1 },
    );
    return undefined;
  }
  return new DelimitedReader(request, decoded.text, problems).read();
}

/** Fast path for plain files. Undefined if the file is not plain or has an error. */
function readPlain(request: DelimitedRequest): Table | undefined {
  const { fileName, types } = request;
  const bytes = withoutByteOrderMark(request.bytes);
  const delimiter = delimiterOf(fileName);
  const line = plainHeader(bytes);
  if (line === undefined) {
    return undefined;
  }
  const header = line.split(delimiter).map((name) => name.trim());
  const isLong = (name: string) => name.length > maximumColumnName;
  if (header.includes('') || header.some(isLong) || new Set(header).size < header.length || mistakenDelimiter(header)) {
    return undefined;
  }
  const builders = buildersOf(header, types, mostRows(bytes, header.length));
  const starts = readPlainRows(bytes, line.length + 1, delimiter.charCodeAt(0), builders);
  if (!starts || starts.length === 0) {
    return undefined;
  }
  let reader: DelimitedReader | undefined;
  return {
    columns: builders.map((builder) => builder.finish()),
    rows: starts.length,
    place(row, column) {
      // Only problems need the text. It is ASCII, so offsets in bytes are offsets in characters.
      reader ??= new DelimitedReader(request, new TextDecoder().decode(wholeOf(bytes)), new Problems());
      return reader.place(starts[row], column, header[column]);
    },
  };
}

function withoutByteOrderMark(bytes: DataBytes): DataBytes {
  const start = new Uint8Array(Math.min(byteOrderMark.length, bytes.length));
  bytes.read(start, 0);
  return byteOrderMark.every((byte, i) => start[i] === byte) ? withoutFirst(bytes, byteOrderMark.length) : bytes;
}

/** The delimiter that the header seems to use instead of the expected one: its only name contains it. */
function mistakenDelimiter(names: readonly string[]): string | undefined {
  return [';', '\t', ',', '|'].find((delimiter) => names.length === 1 && names[0].includes(delimiter));
}

class DelimitedReader {
  readonly #request: DelimitedRequest;
  readonly #text: string;
  readonly #problems: Problems;
  readonly #delimiter: string;
  readonly #newline: '\n' | '\r';
  #header: string[] | undefined;
  #builders: readonly ColumnBuilder[] = [];
  /** Offset in the text of each row of the table. */
  readonly #rowStarts: number[] = [];

  constructor(request: DelimitedRequest, text: string, problems: Problems) {
    this.#request = request;
    // Some editors write a second byte order mark, which is not part of the first name.
    this.#text = text.replace(/^\uFEFF/, '');
    this.#problems = problems;
    this.#delimiter = delimiterOf(request.fileName);
    this.#newline = newlineOf(text);
  }

  read(): Table | undefined {
    const before = this.#problems.list().length;
    this.#parse();
    if (this.#problems.list().length > before) {
      return undefined;
    }
    const header = this.#header;
    const { fileName, path } = this.#request;
    if (header === undefined) {
      this.#problems.add(
        'empty-file',
        t('{0} is empty. It needs a line of column names and then a line per sample.', fileName),
        path,
        { file: fileName, line: 0, character: 0, endCharacter: 0 },
      );
      return undefined;
    }
    if (this.#rowStarts.length === 0) {
      this.#problems.add('no-rows', t('{0} has column names but no rows. Add a line per sample.', fileName), path, {
        file: fileName,
        line: 0,
        character: 0,
        endCharacter: this.#locate({ start: 0, end: this.#text.length }, 0, header.length).endCharacter,
      });
      return undefined;
    }
    return {
      columns: this.#builders.map((builder) => builder.finish()),
      rows: this.#rowStarts.length,
      place: (row, column) => this.place(this.#rowStarts[row], column, header[column]),
    };
  }

  #parse(): void {
    let start = 0;
    const parser = new Papa.Parser({
      delimiter: this.#delimiter,
      newline: this.#newline,
      step: ({ data, errors, meta }: Papa.ParseStepResult<string[][]>) => {
        const range = { start, end: meta.cursor };
        start = meta.cursor;
        const [cells] = data;
        if (errors.length > 0) {
          this.#reportQuotes(errors[0], range);
        } else if (cells.length > 1 || this.#text.slice(range.start, range.end).trim() !== '') {
          this.#take(cells, range);
        }
        if (this.#isOver) {
          parser.abort();
        }
      },
    });
    parser.parse(this.#text, 0, false);
  }

  /** True if parsing can end: the list of problems is full, or the header has errors. */
  get #isOver(): boolean {
    return this.#problems.full || (this.#header === undefined && this.#problems.any);
  }

  /** The place of a cell in the row that begins at offset `start` of the text. */
  place(start: number, column: number, name: string): CellPlace {
    const at = this.#locate({ start, end: this.#text.length }, column, column + 1);
    return { path: this.#request.path, at, words: t('Line {0}, column “{1}”', at.line + 1, name) };
  }

  #take(cells: string[], range: TextRange): void {
    if (this.#header === undefined) {
      this.#takeHeader(cells, range);
    } else if (cells.length !== this.#header.length) {
      this.#reportRagged(cells.length, this.#header.length, range);
    } else {
      for (let i = 0; i < cells.length; i++) {
        this.#builders[i].addText(cells[i]);
      }
      this.#rowStarts.push(range.start);
    }
  }

  #takeHeader(cells: readonly string[], range: TextRange): void {
    const { path, types } = this.#request;
    const names = cells.map((cell) => cell.trim());
    const other = mistakenDelimiter(names);
    if (other !== undefined) {
      this.#problems.add(
        'delimiter',
        t(
          'The column names are separated by {0}. Separate cells by {1}, or name the file .csv for commas and .tsv for tabs.',
          describeDelimiter(other),
          describeDelimiter(this.#delimiter),
        ),
        path,
        this.#locate(range, 0, 1),
      );
    }
    const first = new Map<string, number>();
    names.forEach((name, column) => {
      // Finding a place takes as long as the line is.
      if (this.#problems.full) {
        return;
      }
      const at = () => this.#locate(range, column, column + 1);
      const earlier = first.get(name);
      if (name === '') {
        this.#problems.add(
          'empty-column-name',
          t('Column {0} has no name. Give it one in the first line.', column + 1),
          path,
          at(),
        );
      } else if (name.length > maximumColumnName) {
        this.#problems.add(
          'long-column-name',
          t(
            'The name of column {0} has {1} characters; {2} are allowed. Shorten it in the first line.',
            column + 1,
            formatCount(name.length),
            formatCount(maximumColumnName),
          ),
          path,
          at(),
        );
      } else if (earlier !== undefined) {
        this.#problems.add(
          'duplicate-column',
          t('Columns {0} and {1} are both called “{2}”. Rename one of them.', earlier + 1, column + 1, name),
          path,
          at(),
        );
      } else {
        first.set(name, column);
      }
    });
    this.#header = names;
    this.#builders = buildersOf(names, types, mostRows(this.#request.bytes, names.length));
  }

  #reportRagged(found: number, wanted: number, range: TextRange): void {
    const at = found > wanted ? this.#locate(range, wanted, found) : this.#locate(range, 0, found);
    const cells = counted(found, t('{0} cell', found), t('{0} cells', found));
    this.#problems.add(
      'ragged-row',
      counted(
        wanted,
        t(
          'Line {0} has {1}, but there is {2} column name. Give it {2}; a cell that contains a comma needs quotes.',
          at.line + 1,
          cells,
          wanted,
        ),
        t(
          'Line {0} has {1}, but there are {2} column names. Give it {2}; a cell that contains a comma needs quotes.',
          at.line + 1,
          cells,
          wanted,
        ),
      ),
      this.#request.path,
      at,
    );
  }

  #reportQuotes(error: Papa.ParseError, range: TextRange): void {
    const at = this.#locate(range, 0, 1);
    const message =
      error.code === 'MissingQuotes'
        ? t(
            'Line {0}: a quote is opened and never closed. Close it; a quote inside quotes is written twice.',
            at.line + 1,
          )
        : t('Line {0}: text follows a closing quote. A quote inside quotes is written twice.', at.line + 1);
    this.#problems.add('csv-quotes', message, this.#request.path, at);
  }

  /** The place of the cells `from` to `to` − 1 of a row, up to the end of the line that they begin in. */
  #locate(row: TextRange, from: number, to: number) {
    const cells = cellRange(this.#text, row, this.#delimiter, from, to);
    const line = lineOf(this.#text, cells.start, this.#newline);
    const character = cells.start - line.start;
    return {
      file: this.#request.fileName,
      line: line.index,
      character,
      endCharacter: Math.max(character, Math.min(cells.end, line.end) - line.start),
    };
  }
}

function describeDelimiter(delimiter: string): string {
  switch (delimiter) {
    case '\t':
      return t('tabs');
    case ';':
      return t('semicolons');
    case '|':
      return t('vertical bars');
    default:
      return t('commas');
  }
}

/** True if every column name is a number: the first line most likely holds data. */
export function looksHeaderless(names: readonly string[]): boolean {
  return names.every((name) => parseNumber(name) !== undefined);
}
