/** A table as it was read: columns of numbers or categories. */
import { t } from '@vscode/l10n';
import { findDateOrder, parseDate } from '../spec/dates';
import type { Cell, ColumnType, ColumnTypes, DateOrder, FileReading, Part } from '../spec/spec';
import { isMissing, parseNumber } from './cells';
import type { DataProblem } from './dataset';
import type { FoundFormat } from './findFormat';
import { type NumberReader, numberReader } from './numbers';
import { readerWithUnit } from './units';

export interface NumberColumn {
  readonly name: string;
  readonly type: 'number';
  /** NaN if missing. Of dates the days since 1970-01-01, with the time of day as their fraction. */
  readonly values: Float64Array;
  /** How the dates are written, if the column holds dates. */
  readonly dates?: DateOrder;
  /** The text before or after each number, as a pattern: `$#`. */
  readonly unit?: string;
  readonly bad: readonly BadCell[];
  /** The different texts of bad cells, where there are some. */
  readonly texts?: readonly BadText[];
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

/** A text in cells of a number or date column. */
export interface BadText {
  readonly text: string;
  readonly infinite: boolean;
  /** The first row with it. */
  readonly row: number;
  readonly count: number;
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

/** Bad cells, and different texts of them, that are kept per column. Any others only count as missing. */
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

/** A buffer for the first rows of all columns of a table. */
export interface Pool {
  readonly numbers: Float64Array;
  /** The same bytes. */
  readonly codes: Int32Array;
  /** Rows for which there is room in each column. */
  readonly rows: number;
}

export function makePool(columns: number, rows: number): Pool {
  const numbers = new Float64Array(columns * rows);
  return { numbers, codes: new Int32Array(numbers.buffer), rows };
}

/** A column of a pool. Its view is made when somebody asks for it: it takes more memory than a few cells. */
class PooledNumbers implements NumberColumn {
  readonly name: string;
  readonly bad: readonly BadCell[];
  readonly texts: readonly BadText[];
  readonly dates: DateOrder | undefined;
  readonly unit?: string;
  readonly #pool: Pool;
  readonly #start: number;
  readonly #rows: number;

  constructor(
    { name, bad, texts = noTexts, dates, unit }: Omit<NumberColumn, 'type' | 'values'>,
    pool: Pool,
    start: number,
    rows: number,
  ) {
    this.name = name;
    this.bad = bad;
    this.texts = texts;
    this.dates = dates;
    this.unit = unit;
    this.#pool = pool;
    this.#start = start;
    this.#rows = rows;
  }

  get type(): 'number' {
    return 'number';
  }

  get values(): Float64Array {
    return this.#pool.numbers.subarray(this.#start, this.#start + this.#rows);
  }
}

class PooledCategories implements CategoryColumn {
  readonly name: string;
  readonly values: readonly string[];
  readonly #pool: Pool;
  readonly #start: number;
  readonly #rows: number;

  constructor(name: string, pool: Pool, start: number, rows: number, values: readonly string[]) {
    this.name = name;
    this.values = values;
    this.#pool = pool;
    this.#start = start;
    this.#rows = rows;
  }

  get type(): 'category' {
    return 'category';
  }

  get codes(): Int32Array {
    return this.#pool.codes.subarray(this.#start, this.#start + this.#rows);
  }
}

const noBad: readonly BadCell[] = [];
const noTexts: readonly BadText[] = [];
const noMarks: ReadonlySet<string> = new Set();
/** Replaced by a list of its own before a column's first value is added. */
const none: string[] = [];

/** Up to so many numbers are copied one by one. */
const fewAtOnce = 16;

/** Up to so many values of a column are searched one by one: a map takes hundreds of bytes. */
const fewValues = 8;

/** How a column is read. */
export interface ColumnReading {
  /** Default: that of the first cell not missing. */
  readonly type?: ColumnType | 'ignore';
  readonly order?: DateOrder;
  readonly read?: NumberReader;
  readonly unit?: string;
  /** Texts that stand for a missing cell, besides those that always do. */
  readonly naValues?: ReadonlySet<string>;
}

/** Collects a column's cells in order. */
export class ColumnBuilder {
  readonly #name: string;
  readonly #ignored: boolean;
  readonly #order: DateOrder | undefined;
  readonly #read: NumberReader;
  readonly #unit: string | undefined;
  readonly #naValues: ReadonlySet<string>;
  readonly #pool: Pool | undefined;
  /** Index in the table. */
  readonly #column: number;
  #type: ColumnType | undefined;
  #numbers: Float64Array = noNumbers;
  #codes: Int32Array = noCodes;
  /** The first row's place in these arrays, and the rows for which there is room. */
  #start = 0;
  #room = 0;
  #values: string[] = none;
  /** The code of each value, where they are many. */
  #codeOf: Map<string, number> | undefined;
  #bad: BadCell[] | undefined;
  #texts: Map<string, BadText> | undefined;
  #rows = 0;

  constructor(
    name: string,
    { type, order, read = parseNumber, unit, naValues = noMarks }: ColumnReading,
    pool?: Pool,
    column = 0,
  ) {
    this.#name = name;
    this.#pool = pool;
    this.#column = column;
    this.#ignored = type === 'ignore';
    this.#order = type === 'date' ? (order ?? 'ymd') : undefined;
    this.#read = read;
    this.#unit = unit;
    this.#naValues = naValues;
    if (type !== undefined && type !== 'ignore') {
      this.#decideType(type);
    }
  }

  /** True if cells are text, even those that could be read as numbers. */
  get holdsText(): boolean {
    return this.#ignored || this.#type === 'category' || this.#type === 'date';
  }

  /**
   * Makes room for the numbers of `rows` rows; false if the column is not known to hold numbers. The caller
   * then writes them with `write`, and calls `setRows` before it adds another cell. Faster than `addNumber`.
   */
  reserve(rows: number): boolean {
    if (this.#type !== 'number') {
      return false;
    }
    this.#grow(rows);
    return true;
  }

  /** Writes the numbers from `from` to `to` − 1, from `row` on. */
  write(row: number, numbers: Float64Array, from: number, to: number): void {
    const at = this.#start + row - from;
    if (to - from > fewAtOnce) {
      this.#numbers.set(numbers.subarray(from, to), at + from);
      return;
    }
    // A view takes more time and memory than a few numbers.
    for (let i = from; i < to; i++) {
      this.#numbers[at + i] = numbers[i];
    }
  }

  /** Sets the number of rows so far, after the caller wrote them. */
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
    if (this.#isMissing(text)) {
      this.#addMissing();
    } else {
      this.#add(text, this.#valueOf(text));
    }
  }

  /** Adds a cell of a table in the spec; a number in quotes is text. */
  addCell(cell: Cell): void {
    if (typeof cell === 'number') {
      if (Number.isNaN(cell) || this.#ignored || (this.holdsText && this.#isMissing(String(cell)))) {
        this.#addMissing();
      } else if (Number.isFinite(cell) && !this.holdsText) {
        this.addNumber(cell);
      } else {
        this.#add(String(cell), this.#order ? this.#valueOf(String(cell)) : cell);
      }
    } else {
      const text = cell === null || this.#ignored ? '' : cell.trim();
      if (this.#isMissing(text)) {
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
    const pool = this.#isPooled ? this.#pool : undefined;
    if (this.#type === 'category') {
      return pool
        ? new PooledCategories(this.#name, pool, this.#start, this.#rows, this.#values)
        : { name: this.#name, type: 'category', codes: this.#trimmed(this.#codes), values: this.#values };
    }
    const about = {
      name: this.#name,
      bad: this.#bad ?? noBad,
      ...(this.#texts && { texts: [...this.#texts.values()] }),
      ...(this.#order && { dates: this.#order }),
      ...(this.#unit !== undefined && { unit: this.#unit }),
    };
    if (pool) {
      return new PooledNumbers(about, pool, this.#start, this.#rows);
    }
    // A column without any value counts as numeric.
    const values =
      this.#type === undefined ? new Float64Array(this.#rows).fill(Number.NaN) : this.#trimmed(this.#numbers);
    return { ...about, type: 'number', values };
  }

  #isMissing(text: string): boolean {
    return isMissing(text) || this.#naValues.has(text);
  }

  get #isPooled(): boolean {
    const { numbers, codes } = this.#pool ?? {};
    return numbers !== undefined && (this.#numbers === numbers || this.#codes === codes);
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
    if (this.#rows === this.#room) {
      this.#grow(Math.max(firstRows, 2 * this.#rows));
    }
    this.#numbers[this.#start + this.#rows] = value;
  }

  #putCode(code: number): void {
    if (this.#rows === this.#room) {
      this.#grow(Math.max(firstRows, 2 * this.#rows));
    }
    this.#codes[this.#start + this.#rows] = code;
  }

  /** A view if little is unused, so that a large column is not held twice; else a copy. */
  #trimmed<Values extends Float64Array | Int32Array>(all: Values): Values {
    if (all.length === this.#rows) {
      return all;
    }
    const fits = all.length <= sharedRows || this.#rows > 0.9 * all.length;
    return (fits ? all.subarray(0, this.#rows) : all.slice(0, this.#rows)) as Values;
  }

  /** Moves the cells to an array of their own. */
  #grow(rows: number): void {
    if (rows <= this.#room) {
      return;
    }
    const [start, end] = [this.#start, this.#start + this.#room];
    if (this.#type === 'category') {
      const longer = new Int32Array(rows);
      longer.set(this.#codes.subarray(start, end));
      this.#codes = longer;
    } else {
      const longer = new Float64Array(rows);
      longer.set(this.#numbers.subarray(start, end));
      this.#numbers = longer;
    }
    [this.#start, this.#room] = [0, rows];
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
      this.#addBad(text, number !== undefined);
      this.#put(Number.NaN);
    }
    this.#rows++;
  }

  #addBad(text: string, infinite: boolean): void {
    const [row, bad, texts] = [this.#rows, this.#bad ?? [], this.#texts ?? new Map<string, BadText>()];
    [this.#bad, this.#texts] = [bad, texts];
    if (bad.length < badLimit) {
      bad.push({ row, text, infinite });
    }
    const known = texts.get(text) ?? { text, infinite, row, count: 0 };
    if (known.count > 0 || texts.size < badLimit) {
      texts.set(text, { ...known, count: known.count + 1 });
    }
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
    const isCategory = type === 'category';
    const rows = this.#rows;
    if (this.#pool && this.#pool.rows > rows) {
      const place = this.#column * this.#pool.rows;
      this.#room = this.#pool.rows;
      this.#start = isCategory ? 2 * place : place;
      this.#numbers = isCategory ? noNumbers : this.#pool.numbers;
      this.#codes = isCategory ? this.#pool.codes : noCodes;
    } else {
      this.#grow(Math.max(firstRows, 2 * rows));
    }
    const [start, end] = [this.#start, this.#start + rows];
    if (isCategory) {
      this.#codes.fill(-1, start, end);
    } else {
      this.#numbers.fill(Number.NaN, start, end);
    }
  }
}

export function isMissingAt(column: Column, row: number): boolean {
  return column.type === 'number' ? Number.isNaN(column.values[row]) : column.codes[row] < 0;
}

/** Whether the cell of a row is missing. For many rows faster than `isMissingAt`. */
export function missingIn(column: Column): (row: number) => boolean {
  if (column.type === 'number') {
    const { values } = column;
    return (row) => Number.isNaN(values[row]);
  }
  const { codes } = column;
  return (row) => codes[row] < 0;
}

/** Whether no cell is missing, as far as it is known without looking. */
export function isComplete(column: Column): boolean {
  return column.type === 'number' && column.complete === true;
}

/** How columns are read: as `types` says, or as the file was found to be written. */
export function readingsOf(
  names: readonly string[],
  { types, given }: { readonly types: ColumnTypes; readonly given?: FileReading },
  found?: FoundFormat,
): ColumnReading[] {
  const naValues = given?.naValues && new Set(given.naValues);
  const read = found && numberReader(found.format);
  return names.map((name) => {
    const unit = found?.units.get(name);
    const usual: ColumnReading = { read, naValues };
    const declared = Object.hasOwn(types, name) ? types[name] : undefined;
    const order = found?.dates.get(name)?.order;
    switch (declared) {
      case undefined:
        return order ? { ...usual, type: 'date', order } : withUnit(usual, unit);
      case 'date':
        return { ...usual, type: 'date', order };
      case 'date_dmy':
        return { ...usual, type: 'date', order: 'dmy' };
      case 'date_mdy':
        return { ...usual, type: 'date', order: 'mdy' };
      case 'number':
        return { ...withUnit(usual, unit), type: declared };
      default:
        return { ...usual, type: declared };
    }
  });
}

function withUnit(usual: ColumnReading, unit: string | undefined): ColumnReading {
  return unit === undefined
    ? usual
    : { ...usual, type: 'number', unit, read: readerWithUnit(unit, usual.read ?? parseNumber) };
}

/** Builders of columns with these names. There are at most `rows` rows. */
export function buildersOf(
  names: readonly string[],
  readings: readonly ColumnReading[],
  rows = Number.POSITIVE_INFINITY,
): readonly ColumnBuilder[] {
  const pool = rows <= sharedRows ? makePool(names.length, rows) : undefined;
  return names.map((name, column) => new ColumnBuilder(name, readings[column], pool, column));
}

/** A table given in the spec itself. */
export function tableOfRows(columns: readonly string[], rows: readonly (readonly Cell[])[], types: ColumnTypes): Table {
  const readings = readingsOf(columns, { types }).map((reading, index) =>
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

/** The index of each name. */
export function placesOf(names: readonly string[]): Map<string, number> {
  return new Map(names.map((name, index) => [name, index]));
}
