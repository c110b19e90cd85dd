/** Reads JSON Lines: each line is an object, its keys are the columns. */
import { t } from '@vscode/l10n';
import { formatCount } from '../../common/formatCount';
import { maximumColumnName, maximumColumns, shorten } from '../../common/limits';
import type { Cell } from '../../spec/spec';
import { isMissing } from '../cells';
import { decodeText } from '../decode';
import { isTooLarge } from '../delimited';
import { type DateColumn, type DelimitedRequest, findDates } from '../findFormat';
import { reportByte, reportDates } from '../formatProblems';
import type { Problems } from '../problems';
import { type CellPlace, ColumnBuilder, makePool, type Pool, readingsOf, type Table } from '../table';
import { lineOf, newlineOf, type TextRange } from '../textPositions';
import { type JsonEntry, type JsonFault, scanObject } from './jsonObject';

/** A table of so many cells may lack most of them. */
export const sparseCells = 4_194_304;

/** So many columns share a buffer for their first rows: one of its own takes hundreds of bytes. */
const sharing = 256;
const firstRows = 16;

/** Lines in which dates are looked for. */
const sampledLines = 1000;

/** Undefined if the file is no table; `problems` then says why. */
export function readJsonLines(request: DelimitedRequest, problems: Problems): Table | undefined {
  if (isTooLarge(request, request.bytes, problems)) {
    return undefined;
  }
  const decoded = decodeText(request.bytes, 'utf-8');
  if ('offset' in decoded) {
    reportByte({ ...request, given: { encoding: 'utf-8' } }, 'utf-8', decoded, problems);
    return undefined;
  }
  return new JsonLines(request, decoded.text, problems).read();
}

interface JsonColumn {
  readonly builder: ColumnBuilder;
  /** Rows that the builder has; a row without the key is added when the next value is. */
  rows: number;
}

class JsonLines {
  readonly #request: DelimitedRequest;
  readonly #text: string;
  readonly #newline: '\n' | '\r';
  readonly #problems: Problems;
  readonly #columns = new Map<string, JsonColumn>();
  readonly #rows: number[] = [];
  /** Keys that hold a list or an object, with the first place of one. */
  readonly #nested = new Map<string, TextRange>();
  #pool: Pool | undefined;
  #dates: ReadonlyMap<string, DateColumn> = new Map();

  constructor(request: DelimitedRequest, text: string, problems: Problems) {
    this.#request = request;
    this.#text = text;
    this.#newline = newlineOf(text);
    this.#problems = problems;
  }

  read(): Table | undefined {
    const { fileName, path } = this.#request;
    this.#dates = this.#findDates();
    const before = this.#problems.list().length;
    for (const line of this.#lines()) {
      this.#takeRow(line);
      if (this.#isOver) {
        break;
      }
    }
    if (this.#isSparse) {
      this.#problems.add(
        'data-too-large',
        t(
          'Almost every cell of {0} is missing: it has {1} rows or more, and {2} different keys. Give all rows the same keys.',
          fileName,
          formatCount(this.#rows.length),
          formatCount(this.#columns.size),
        ),
        path,
      );
    }
    if (this.#problems.list().length === before) {
      this.#passOverNested();
    }
    if (
      this.#problems
        .list()
        .slice(before)
        .some(({ severity }) => severity === undefined)
    ) {
      return undefined;
    }
    if (this.#columns.size === 0) {
      const message = t('{0} is empty. It needs an object on each line, such as {1}.', fileName, example);
      this.#problems.add('empty-file', message, path, this.#at({ start: 0, end: 0 }));
      return undefined;
    }
    const rows = this.#rows.length;
    const names = [...this.#columns.keys()];
    const columns = [...this.#columns.values()].map((column) => {
      fill(column, rows);
      return column.builder.finish();
    });
    for (const { name } of columns) {
      if (this.#dates.get(name)?.other && !Object.hasOwn(this.#request.types, name)) {
        reportDates(this.#request, name, this.#problems);
      }
    }
    return { columns, rows, place: (row, column) => this.#place(this.#rows[row], names[column]) };
  }

  /** Drops the columns of lists and objects. A column that is ignored anyway stays, without a cell. */
  #passOverNested(): void {
    const { names = [], types: declared, path } = this.#request;
    for (const [key, range] of this.#nested) {
      if (Object.hasOwn(declared, key) && declared[key] === 'ignore') {
        continue;
      }
      const line = this.#lineNumber(range.start);
      if (names.includes(key) || this.#nested.size === this.#columns.size) {
        const message = t(
          'Line {0}: “{1}” holds a list or an object. A cell is a number, a text, true, false or null; give each part a key of its own.',
          line,
          key,
        );
        this.#problems.add('json-nested', message, path, this.#at(range));
        continue;
      }
      this.#columns.delete(key);
      const message = t(
        '“{0}” holds a list or an object in line {1}, so it is no column. To use it, give each part a key of its own; to leave it, write ignore under types.',
        shorten(key),
        line,
      );
      const types = { column: key, choices: ['ignore'] } as const;
      this.#problems.add('json-nested', message, path, undefined, { severity: 'warning', types });
    }
  }

  /** True if reading can end: the list of problems is full, or the table is too large. */
  get #isOver(): boolean {
    return this.#problems.full || this.#columns.size > maximumColumns || this.#isSparse;
  }

  /** True if the table would take many times the memory of the file: keys that rows lack cost no bytes. */
  get #isSparse(): boolean {
    return (this.#rows.length + 1) * this.#columns.size > Math.max(sparseCells, this.#text.length);
  }

  /** The lines that are not blank. */
  *#lines(): Generator<TextRange, void> {
    const text = this.#text;
    for (let start = 0; start < text.length; ) {
      const found = text.indexOf(this.#newline, start);
      const end = found < 0 ? text.length : found;
      if (!isBlank(text, start, end)) {
        yield { start, end };
      }
      start = end + 1;
    }
  }

  #findDates(): ReadonlyMap<string, DateColumn> {
    const cells = new Map<string, Cell[]>();
    let lines = 0;
    for (const line of this.#lines()) {
      scanObject(this.#text, line, ({ key, value }) => {
        const list = cells.get(key) ?? [];
        if (cells.size <= maximumColumns) {
          cells.set(key, list);
        }
        if (value !== null && value !== undefined && !this.#isMissing(value)) {
          list.push(typeof value === 'string' ? value.trim() : value);
        }
      });
      lines++;
      if (lines === sampledLines || cells.size > maximumColumns) {
        break;
      }
    }
    if (cells.size > maximumColumns) {
      return new Map();
    }
    return new Map(
      [...cells].flatMap(([name, list]) => {
        const dates = findDates(name, list.map(String), this.#request, !list.every(isWords));
        return dates ? [[name, dates] as const] : [];
      }),
    );
  }

  #isMissing(cell: Cell): boolean {
    const text = typeof cell === 'string' ? cell.trim() : undefined;
    return text !== undefined && (isMissing(text) || this.#request.given?.naValues?.includes(text) === true);
  }

  #takeRow(line: TextRange): void {
    const row = this.#rows.length;
    const fault = scanObject(this.#text, line, (entry) => this.#takeEntry(entry, row));
    if (fault) {
      this.#report(fault);
    }
    this.#rows.push(line.start);
  }

  #takeEntry({ key, value, keyAt, valueAt }: JsonEntry, row: number): void {
    if (this.#isOver) {
      return;
    }
    const column = this.#columns.get(key) ?? this.#begin(key, keyAt);
    if (column.rows > row) {
      const message = t('Line {0} has the key “{1}” twice. Keep one.', this.#lineNumber(keyAt.start), key);
      this.#problems.add('duplicate-column', message, this.#request.path, this.#at(keyAt));
      return;
    }
    if (value === undefined) {
      this.#nested.set(key, this.#nested.get(key) ?? valueAt);
      fill(column, row + 1);
      return;
    }
    fill(column, row);
    column.builder.addCell(value);
    column.rows++;
  }

  #begin(name: string, keyAt: TextRange): JsonColumn {
    const { path } = this.#request;
    const dates = this.#dates.get(name);
    const [reading] = readingsOf([name], this.#request);
    const isDate = dates !== undefined && (reading.type === undefined || reading.type === 'date') && !reading.order;
    const place = this.#columns.size % sharing;
    if (place === 0) {
      this.#pool = makePool(sharing, firstRows);
    }
    const how = isDate ? ({ ...reading, type: 'date', order: dates.order } as const) : reading;
    const builder = new ColumnBuilder(name, how, this.#pool, place);
    const column: JsonColumn = { builder, rows: 0 };
    this.#columns.set(name, column);
    // Finding a line takes as long as the text before it is.
    const line = () => this.#lineNumber(keyAt.start);
    if (name.trim() === '') {
      const message = t('Line {0} has a key without a name. Give it one.', line());
      this.#problems.add('empty-column-name', message, path, this.#at(keyAt));
    } else if (name.length > maximumColumnName) {
      const message = t(
        'Line {0} has a key of {1} characters; {2} are allowed. Shorten it.',
        line(),
        formatCount(name.length),
        formatCount(maximumColumnName),
      );
      this.#problems.add('long-column-name', message, path, this.#at(keyAt));
    } else if (this.#columns.size > maximumColumns) {
      const message = t(
        'The lines have more than {0} different keys, the most that a table may have. Leave out those that you do not need.',
        formatCount(maximumColumns),
      );
      this.#problems.add('too-many-columns', message, path, this.#at(keyAt));
    }
    return column;
  }

  #report({ kind, key = '', ...range }: JsonFault): void {
    const line = this.#lineNumber(range.start);
    const { path } = this.#request;
    switch (kind) {
      case 'notObject':
        this.#problems.add(
          'json-line',
          t('Line {0} is no JSON object. Write each row on a line of its own, such as {1}.', line, example),
          path,
          this.#at(range),
        );
        break;
      case 'syntax':
        this.#problems.add(
          'json-line',
          key === ''
            ? t('Line {0} is not written as JSON from here on. Write it such as {1}.', line, example)
            : t('Line {0}: the value of “{1}” is not written as JSON. Text needs double quotes.', line, key),
          path,
          this.#at(range),
        );
    }
  }

  #place(start: number, name: string): CellPlace {
    const end = this.#text.indexOf(this.#newline, start);
    let found: TextRange = { start, end: end < 0 ? this.#text.length : end };
    scanObject(this.#text, found, ({ key, valueAt }) => {
      found = key === name ? valueAt : found;
    });
    const at = this.#at(found);
    return { path: this.#request.path, at, words: t('Line {0}, column “{1}”', at.line + 1, name) };
  }

  #lineNumber(offset: number): number {
    return this.#lineOf(offset).index + 1;
  }

  #lineOf(offset: number) {
    return lineOf(this.#text, offset, this.#newline);
  }

  /** The range, up to the end of its line. */
  #at(range: TextRange) {
    const line = this.#lineOf(range.start);
    const character = range.start - line.start;
    return {
      file: this.#request.fileName,
      line: line.index,
      character,
      endCharacter: Math.max(character, Math.min(range.end, line.end) - line.start),
    };
  }
}

const example = '{ "x": 1.5, "y": "a" }';

/** Whether a cell is text that is no number. */
function isWords(cell: Cell): boolean {
  return typeof cell === 'string' && !/^\d+$/.test(cell);
}

/** Adds missing cells for the rows that lack the key. */
function fill(column: JsonColumn, rows: number): void {
  column.builder.addMissing(rows - column.rows);
  column.rows = rows;
}

function isBlank(text: string, start: number, end: number): boolean {
  for (let at = start; at < end; at++) {
    const code = text.charCodeAt(at);
    if (code !== 32 && code !== 9 && code !== 13) {
      return false;
    }
  }
  return true;
}
