/** Reads CSV and TSV into columns, and finds the place of any cell in the file. */
import { t } from '@vscode/l10n';
import Papa from 'papaparse';
import { counted } from '../common/counted';
import { formatCount } from '../common/formatCount';
import { maximumColumnName, maximumColumns } from '../common/limits';
import type { TextFormat } from '../spec/spec';
import { type DataBytes, partOf, wholeOf } from './bytes';
import { asUtf8, type BadByte, decodeText } from './decode';
import {
  type DelimitedRequest,
  encodingOf,
  type FoundFormat,
  findCharsetAt,
  findFormat,
  numberedName,
} from './findFormat';
import { delimiterWords, reportByte, reportDoubt, reportDoubts, reportTexts } from './formatProblems';
import { mostRows, plainHeader, readPlainRows } from './plainRows';
import { Problems } from './problems';
import { buildersOf, type CellPlace, type ColumnBuilder, readingsOf, type Table } from './table';
import { cellRange, lineOf, newlineOf, type TextRange } from './textPositions';
import { wideLine } from './wideLine';

/** Bytes. JavaScript strings can be a little longer than this. */
export const largestFile = 500_000_000;

const byteOrderMark = [0xef, 0xbb, 0xbf];

/** A request whose bytes are UTF-8, and the format that was found. */
interface Reading extends DelimitedRequest {
  readonly found: FoundFormat;
}

/** Undefined if the file is no table; `problems` then says why. */
export function readDelimited(request: DelimitedRequest, problems: Problems): Table | undefined {
  if (isTooLarge(request, request.bytes, problems)) {
    return undefined;
  }
  const found = findFormat(request);
  const { charset } = found;
  const bytes = charset === 'utf-8' ? request.bytes : asUtf8(request.bytes, charset);
  if ('offset' in bytes) {
    reportByte(request, found.format.encoding, bytes, problems);
    return undefined;
  }
  if (isTooLarge(request, bytes, problems)) {
    return undefined;
  }
  const table = readUtf8({ ...request, bytes, found }, problems);
  if (table && 'offset' in table) {
    return readOtherwise(request, table, problems);
  }
  // A file that is no table has greater faults than names that are numbers.
  reportDoubts(
    request,
    table ? found : { ...found, doubts: found.doubts.filter(({ key }) => key !== 'header') },
    problems,
  );
  return table && reportTexts(request, { ...table, found }, problems);
}

/** Reports a file of more bytes than are read. */
export function isTooLarge({ fileName, path }: DelimitedRequest, bytes: DataBytes, problems: Problems): boolean {
  if (bytes.length <= largestFile) {
    return false;
  }
  problems.add('data-too-large', t('{0} is larger than 500 MB. Train on a part of its rows.', fileName), path);
  return true;
}

/** A byte that is not UTF-8 may stand far from the beginning: the bytes around it decide the encoding. */
function readOtherwise(request: DelimitedRequest, bad: BadByte, problems: Problems): Table | undefined {
  const { bytes, given, preferred } = request;
  const again = given?.encoding === undefined ? findCharsetAt(bytes, bad.offset, preferred?.encoding) : undefined;
  if (!again || again.charset === 'utf-8') {
    reportByte(request, 'utf-8', bad, problems);
    return undefined;
  }
  const encoding = encodingOf(again.charset);
  if (again.others.length > 0) {
    const others = again.others.map((each) => ({ encoding: each }));
    reportDoubt(request, encoding, { key: 'encoding', others }, problems);
  }
  return readDelimited({ ...request, given: { ...given, encoding } }, problems);
}

/** Reads the table, or finds a byte that is not UTF-8. */
function readUtf8(reading: Reading, problems: Problems): Table | BadByte | undefined {
  if (hasWideLine(reading, true, problems)) {
    return undefined;
  }
  const plain = readPlain(reading);
  if (plain || hasWideLine(reading, false, problems)) {
    return plain;
  }
  const decoded = decodeText(reading.bytes, 'utf-8');
  return 'text' in decoded ? new DelimitedReader(reading, decoded.text, problems).read() : decoded;
}

/** Reports a line of more cells than a table may have, before they are read into memory. */
function hasWideLine({ bytes, fileName, path, found }: Reading, headerOnly: boolean, problems: Problems): boolean {
  const line = wideLine(bytes, found.format.delimiter.charCodeAt(0), headerOnly);
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

/** Fast path for plain files. Undefined if the file is not plain or has an error. */
function readPlain(reading: Reading): Table | undefined {
  const { found } = reading;
  const { delimiter, decimal, header: hasHeader } = found.format;
  const bytes = withoutByteOrderMark(reading.bytes);
  const line = plainHeader(bytes);
  if (line === undefined) {
    return undefined;
  }
  const first = line.text.split(delimiter).map((name) => name.trim());
  const header = hasHeader ? first : first.map((_, column) => numberedName(column));
  const isLong = (name: string) => name.length > maximumColumnName;
  const isFaulty = header.includes('') || header.some(isLong) || new Set(header).size < header.length;
  if (isFaulty || line.text.trim() === '' || mistakenDelimiter(first)) {
    return undefined;
  }
  const builders = buildersOf(header, readingsOf(header, reading, found), mostRows(bytes, header.length));
  const signs = { delimiter: delimiter.charCodeAt(0), point: decimal.charCodeAt(0) };
  const starts = readPlainRows(bytes, hasHeader ? line.length + 1 : 0, signs, builders);
  if (!starts || starts.length === 0) {
    return undefined;
  }
  let reader: DelimitedReader | undefined;
  return {
    columns: builders.map((builder) => builder.finish()),
    rows: starts.length,
    place(row, column) {
      // Only problems need the text. Below the header it is ASCII: a byte is a character.
      reader ??= new DelimitedReader(reading, new TextDecoder().decode(wholeOf(bytes)), new Problems());
      return reader.place(starts[row] - line.length + line.text.length, column, header[column]);
    },
  };
}

function withoutByteOrderMark(bytes: DataBytes): DataBytes {
  const start = new Uint8Array(Math.min(byteOrderMark.length, bytes.length));
  bytes.read(start, 0);
  return byteOrderMark.every((byte, i) => start[i] === byte)
    ? partOf(bytes, start.length, bytes.length - start.length)
    : bytes;
}

/** The delimiter that the header seems to use instead of the expected one: its only name contains it. */
function mistakenDelimiter(names: readonly string[]): TextFormat['delimiter'] | undefined {
  return ([';', '\t', ',', '|'] as const).find((delimiter) => names.length === 1 && names[0].includes(delimiter));
}

class DelimitedReader {
  readonly #request: Reading;
  readonly #text: string;
  readonly #problems: Problems;
  readonly #delimiter: TextFormat['delimiter'];
  readonly #newline: '\n' | '\r';
  #header: string[] | undefined;
  #builders: readonly ColumnBuilder[] = [];
  /** Offset in the text of each row of the table. */
  readonly #rowStarts: number[] = [];

  constructor(request: Reading, text: string, problems: Problems) {
    this.#request = request;
    // Some editors write a second byte order mark, which is not part of the first name.
    this.#text = text.replace(/^\uFEFF/, '');
    this.#problems = problems;
    this.#delimiter = request.found.format.delimiter;
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
    if (this.#header === undefined && this.#request.found.format.header) {
      this.#takeHeader(cells, range);
      return;
    }
    const header = this.#header ?? this.#begin(cells.map((_, column) => numberedName(column)));
    if (cells.length !== header.length) {
      this.#reportRagged(cells.length, header.length, range);
    } else {
      for (let i = 0; i < cells.length; i++) {
        this.#builders[i].addText(cells[i]);
      }
      this.#rowStarts.push(range.start);
    }
  }

  #takeHeader(cells: readonly string[], range: TextRange): void {
    const { path } = this.#request;
    const names = cells.map((cell) => cell.trim());
    const other = mistakenDelimiter(names);
    if (other !== undefined) {
      this.#problems.add(
        'delimiter',
        t(
          'The column names are separated by {0}, but the delimiter is given as {1}. Write the one that the file has.',
          delimiterWords(other),
          delimiterWords(this.#delimiter),
        ),
        path,
        this.#locate(range, 0, 1),
        { formats: [{ delimiter: other }] },
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
    this.#begin(names);
  }

  #begin(names: string[]): string[] {
    const { found, bytes } = this.#request;
    this.#header = names;
    this.#builders = buildersOf(names, readingsOf(names, this.#request, found), mostRows(bytes, names.length));
    return names;
  }

  #reportRagged(found: number, wanted: number, range: TextRange): void {
    const at = found > wanted ? this.#locate(range, wanted, found) : this.#locate(range, 0, found);
    const cells = counted(found, t('{0} cell', found), t('{0} cells', found));
    this.#problems.add(
      'ragged-row',
      counted(
        wanted,
        t(
          'Line {0} has {1}, but there is {2} column name. Give it {2}; a cell that contains the delimiter needs quotes.',
          at.line + 1,
          cells,
          wanted,
        ),
        t(
          'Line {0} has {1}, but there are {2} column names. Give it {2}; a cell that contains the delimiter needs quotes.',
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
