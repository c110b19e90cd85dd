/** A table as it was read: columns of numbers or categories. */
import { t } from '@vscode/l10n';
import type { ColumnFacts } from '../spec/dataFacts';
import { findDateOrder, parseDate } from '../spec/dates';
import type { Cell, ColumnType, ColumnTypes, DateOrder, Part } from '../spec/spec';
import { isMissing, parseNumber } from './cells';
import type { DataProblem } from './dataset';
import type { FoundFormat } from './findFormat';
import { type NumberReader, numberReader } from './numbers';

export interface NumberColumn {
  readonly name: string;
  readonly type: 'number';
  /** NaN if missing. Of dates the days since 1970-01-01, with the time of day as their fraction. */
  readonly values: Float64Array;
  /** How the dates are written, if the column holds dates. */
  readonly dates?: DateOrder;
  readonly bad: readonly BadCell[];
  /** No cell is missing; known without asking for `values`, which may have to be copied. */
  readonly complete?: boolean;
  /** Also known without `values`. */
  readonly summary?: NumberSummary;
}

/** The numbers of a column, without missing ones. */
export interface NumberSummary {
  readonly count: number;
  readonly sum: number;
  readonly minimum: number;
  readonly maximum: number;
}

export interface CategoryColumn {
  readonly name: string;
  readonly type: 'category';
  /** Index into `values`; −1 if missing. */
  readonly codes: Int32Array;
  /** Distinct values, in order of appearance. */
  readonly values: readonly string[];
}

export type Column = NumberColumn | CategoryColumn;

/** A cell of a number or date column that holds something else, or an infinite number. */
export interface BadCell {
  readonly row: number;
  readonly text: string;
  readonly infinite: boolean;
}

/** The place of a cell: what a problem points to, and how a sentence names it. */
export interface CellPlace {
  readonly path: readonly (string | number)[];
  readonly at?: DataProblem['at'];
  /** `Line 5, column “age”`. */
  readonly words: string;
}

export interface Table {
  readonly columns: readonly Column[];
  readonly rows: number;
  /** How the file is written, if the table was read from text. */
  readonly found?: FoundFormat;
  /** How many rows each part has, in this order, where each part has a file of its own. */
  readonly partRows?: Readonly<Record<Part, number>>;
  /** Columns that make up an array of its own in the file, from `start` on: the shape of a row of it. */
  readonly samples?: readonly { readonly start: number; readonly shape: readonly number[] }[];
  /** The columns to predict, where the file itself tells them apart. */
  readonly targets?: readonly string[];
  place(row: number, column: number): CellPlace;
}

/** Bad cells that are kept per column. Any others only count as missing. */
export const badLimit = 100;

/** The first length of a column's own buffer. */
const firstRows = 16;

/**
 * Up to so many rows, all columns share one buffer. A table may have a hundred thousand columns, and a buffer
 * takes hundreds of bytes for itself.
 */
export const sharedRows = 64;

/** Shared by all columns that need no buffer yet. */
const [noNumbers, noCodes] = [new Float64Array(0), new Int32Array(0)];
const noBad: readonly BadCell[] = [];
/** Replaced by a list of its own before a column's first value is added. */
const none: string[] = [];

/** Up to so many values of a column are searched one by one: a map takes hundreds of bytes. */
const fewValues = 8;

/** How a column is read. */
export interface ColumnReading {
  /** Default: that of the first cell not missing. */
  readonly type?: ColumnType | 'ignore';
  readonly order?: DateOrder;
  readonly read?: NumberReader;
}

/** Collects a column's cells in order. */
export class ColumnBuilder {
  readonly #name: string;
  readonly #ignored: boolean;
  readonly #order: DateOrder | undefined;
  readonly #read: NumberReader;
  readonly #shared: Float64Array<ArrayBuffer>;
  readonly #place: number;
  readonly #room: number;
  #type: ColumnType | undefined;
  #numbers = noNumbers;
  #codes = noCodes;
  #values: string[] = none;
  /** The code of each value, where they are many. */
  #codeOf: Map<string, number> | undefined;
  #bad: BadCell[] | undefined;
  #rows = 0;

  /** The first `room` rows are kept in `shared`, from `place` on. */
  constructor(
    name: string,
    { type, order, read = parseNumber }: ColumnReading,
    shared = noNumbers,
    place = 0,
    room = 0,
  ) {
    this.#name = name;
    this.#shared = shared;
    this.#place = place;
    this.#room = room;
    this.#ignored = type === 'ignore';
    this.#order = type === 'date' ? (order ?? 'ymd') : undefined;
    this.#read = read;
    if (type !== undefined && type !== 'ignore') {
      this.#decideType(type);
    }
  }

  /** True if cells are text, even those that could be read as numbers. */
  get holdsText(): boolean {
    return this.#ignored || this.#type === 'category' || this.#type === 'date';
  }

  /**
   * Buffer for the numbers of `rows` rows, or undefined if the column is not known to hold numbers. The
   * caller writes each number at the index of its row, and calls `setRows` before it adds another
   * cell. Faster than `addNumber`.
   */
  numbers(rows: number): Float64Array | undefined {
    if (this.#type !== 'number') {
      return undefined;
    }
    this.#grow(rows);
    return this.#numbers;
  }

  /** Sets the number of rows so far, after the caller wrote them into `numbers`. */
  setRows(rows: number): void {
    this.#rows = rows;
  }

  /** Adds a finite number. The column must not hold text. */
  addNumber(value: number): void {
    if (this.#type === undefined) {
      this.#decideType('number');
    }
    this.#put(value);
    this.#rows++;
  }

  /** Adds a cell of a file, as a number if it can be read as one. */
  addText(raw: string): void {
    const text = this.#ignored ? '' : raw.trim();
    if (isMissing(text)) {
      this.#addMissing();
    } else {
      this.#add(text, this.#valueOf(text));
    }
  }

  /** Adds a cell of a table in the spec; a number in quotes is text. */
  addCell(cell: Cell): void {
    if (typeof cell === 'number') {
      if (Number.isNaN(cell) || this.#ignored) {
        this.#addMissing();
      } else if (Number.isFinite(cell) && !this.holdsText) {
        this.addNumber(cell);
      } else {
        this.#add(String(cell), this.#order ? this.#valueOf(String(cell)) : cell);
      }
    } else {
      const text = cell === null || this.#ignored ? '' : cell.trim();
      if (isMissing(text)) {
        this.#addMissing();
      } else {
        this.#add(text, this.#order ? this.#valueOf(text) : undefined);
      }
    }
  }

  /** Adds rows whose cells are missing. */
  addMissing(rows: number): void {
    if (this.#type === undefined) {
      this.#rows += rows;
      return;
    }
    for (let row = 0; row < rows; row++) {
      this.#addMissing();
    }
  }

  finish(): Column {
    if (this.#type === 'category') {
      return {
        name: this.#name,
        type: 'category',
        codes: this.#trimmed(this.#codes),
        values: this.#values,
      };
    }
    // A column without any value counts as numeric.
    const values =
      this.#type === undefined ? new Float64Array(this.#rows).fill(Number.NaN) : this.#trimmed(this.#numbers);
    const column = { name: this.#name, type: 'number', values, bad: this.#bad ?? noBad } as const;
    return this.#order ? { ...column, dates: this.#order } : column;
  }

  /** The number or the date in a cell. */
  #valueOf(text: string): number | undefined {
    if (this.#type === 'category') {
      return undefined;
    }
    return this.#order ? parseDate(text, this.#order) : this.#read(text);
  }

  #addMissing(): void {
    if (this.#type === 'category') {
      this.#putCode(-1);
    } else if (this.#type !== undefined) {
      this.#put(Number.NaN);
    }
    this.#rows++;
  }

  #put(value: number): void {
    if (this.#rows === this.#numbers.length) {
      this.#grow(Math.max(firstRows, 2 * this.#rows));
    }
    this.#numbers[this.#rows] = value;
  }

  #putCode(code: number): void {
    if (this.#rows === this.#codes.length) {
      this.#growCodes(Math.max(firstRows, 2 * this.#rows));
    }
    this.#codes[this.#rows] = code;
  }

  /** A view if little is unused, so that a large column is not held twice; else a copy. */
  #trimmed<Values extends Float64Array | Int32Array>(all: Values): Values {
    if (all.length === this.#rows) {
      return all;
    }
    const fits = all.length <= sharedRows || this.#rows > 0.9 * all.length;
    return (fits ? all.subarray(0, this.#rows) : all.slice(0, this.#rows)) as Values;
  }

  #grow(length: number): void {
    if (length <= this.#numbers.length) {
      return;
    }
    const longer = new Float64Array(length);
    longer.set(this.#numbers);
    this.#numbers = longer;
  }

  #growCodes(length: number): void {
    const longer = new Int32Array(length);
    longer.set(this.#codes);
    this.#codes = longer;
  }

  #add(text: string, number: number | undefined): void {
    if (this.#type === undefined) {
      this.#decideType(number === undefined ? 'category' : 'number');
    }
    if (this.#type === 'category') {
      this.#putCode(this.#codeFor(text));
    } else if (number !== undefined && Number.isFinite(number)) {
      this.#put(number);
    } else {
      this.#bad ??= [];
      if (this.#bad.length < badLimit) {
        this.#bad.push({ row: this.#rows, text, infinite: number !== undefined });
      }
      this.#put(Number.NaN);
    }
    this.#rows++;
  }

  /** The index of a value, which is added where it is new. */
  #codeFor(text: string): number {
    const known = this.#codeOf ? this.#codeOf.get(text) : this.#values.indexOf(text);
    if (known !== undefined && known >= 0) {
      return known;
    }
    const code = this.#values.length;
    if (code === 0) {
      this.#values = [];
    } else if (code === fewValues) {
      this.#codeOf = placesOf(this.#values);
    }
    this.#values.push(text);
    this.#codeOf?.set(text, code);
    return code;
  }

  /** Decides the type. All cells so far were missing. */
  #decideType(type: ColumnType): void {
    this.#type = type;
    const room =
      this.#room > this.#rows
        ? this.#shared.subarray(this.#place, this.#place + this.#room)
        : new Float64Array(Math.max(firstRows, 2 * this.#rows));
    if (type !== 'category') {
      this.#numbers = room.fill(Number.NaN, 0, this.#rows);
    } else {
      this.#codes = new Int32Array(room.buffer, room.byteOffset, room.length).fill(-1, 0, this.#rows);
    }
  }
}

export function isMissingAt(column: Column, row: number): boolean {
  return column.type === 'number' ? Number.isNaN(column.values[row]) : column.codes[row] < 0;
}

/** Whether no cell is missing, as far as it is known without looking. */
export function isComplete(column: Column): boolean {
  return column.type === 'number' && column.complete === true;
}

/** How columns are read: as `types` says, or as the file was found to be written. */
export function readingsOf(names: readonly string[], types: ColumnTypes, found?: FoundFormat): ColumnReading[] {
  const read = found && numberReader(found.format);
  return names.map((name) => {
    const declared = Object.hasOwn(types, name) ? types[name] : undefined;
    const order = found?.dates.get(name)?.order;
    switch (declared) {
      case undefined:
        return order ? { type: 'date', order } : { read };
      case 'date':
        return { type: 'date', order };
      case 'date_dmy':
        return { type: 'date', order: 'dmy' };
      case 'date_mdy':
        return { type: 'date', order: 'mdy' };
      default:
        return { type: declared, read };
    }
  });
}

/** Builders of columns with these names. There are at most `rows` rows. */
export function buildersOf(
  names: readonly string[],
  readings: readonly ColumnReading[],
  rows = Number.POSITIVE_INFINITY,
): readonly ColumnBuilder[] {
  const shared = rows <= sharedRows ? new Float64Array(names.length * rows) : undefined;
  return names.map((name, column) => {
    const reading = readings[column];
    return shared ? new ColumnBuilder(name, reading, shared, column * rows, rows) : new ColumnBuilder(name, reading);
  });
}

/** A table given in the spec itself. */
export function tableOfRows(columns: readonly string[], rows: readonly (readonly Cell[])[], types: ColumnTypes): Table {
  const readings = readingsOf(columns, types).map((reading, index) =>
    reading.type === 'date' && !reading.order ? { ...reading, order: orderOf(rows, index) } : reading,
  );
  const builders = buildersOf(columns, readings, rows.length);
  for (const row of rows) {
    for (const [index, builder] of builders.entries()) {
      builder.addCell(row[index]);
    }
  }
  return {
    columns: builders.map((builder) => builder.finish()),
    rows: rows.length,
    place: (row, column) => ({
      path: ['data', 'rows', row, column],
      words: t('Row {0}, column “{1}”', row + 1, columns[column]),
    }),
  };
}

/** The order of the dates in a column of the spec's own rows. */
function orderOf(rows: readonly (readonly Cell[])[], column: number): DateOrder | undefined {
  const cells = rows.map((row) => String(row[column] ?? '').trim()).filter((text) => !isMissing(text));
  return findDateOrder(cells)?.order;
}

/** Type of a column, missing cells, and a summary of its numbers; never a text of its cells. */
export function describeColumn(column: Column): ColumnFacts {
  const { name } = column;
  const type = column.type === 'number' && column.dates ? 'date' : column.type;
  if (column.type === 'category') {
    let missing = 0;
    for (const code of column.codes) {
      if (code < 0) {
        missing++;
      }
    }
    return { name, type, missing };
  }
  const rows = column.summary?.count ?? column.values.length;
  const { count, sum, minimum, maximum } = column.summary ?? summaryOf(column.values);
  const missing = rows - count;
  return count === 0 ? { name, type, missing } : { name, type, missing, minimum, maximum, mean: sum / count };
}

function summaryOf(values: Float64Array): NumberSummary {
  let count = 0;
  let sum = 0;
  let minimum = Number.POSITIVE_INFINITY;
  let maximum = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    if (!Number.isNaN(value)) {
      count++;
      sum += value;
      minimum = Math.min(minimum, value);
      maximum = Math.max(maximum, value);
    }
  }
  return { count, sum, minimum, maximum };
}

/** The index of each name. */
export function placesOf(names: readonly string[]): Map<string, number> {
  return new Map(names.map((name, index) => [name, index]));
}
