/** Columns as read, before anything is made of them. */
import { t } from '@vscode/l10n';
import { inStretches, type Steps } from '../common/steps';
import type { ColumnFacts } from '../spec/dataFacts';
import type { Cell, ColumnType } from '../spec/spec';
import { isMissing, parseNumber } from './cells';
import type { DataProblem } from './dataset';

export interface NumberColumn {
  readonly name: string;
  readonly type: 'number';
  /** NaN where missing. */
  readonly values: Float64Array;
  readonly bad: readonly BadCell[];
}

export interface CategoryColumn {
  readonly name: string;
  readonly type: 'category';
  /** Index into `values`, −1 where missing. */
  readonly codes: Int32Array;
  /** Distinct values, in order of appearance. */
  readonly values: readonly string[];
}

export type Column = NumberColumn | CategoryColumn;

/** A cell of a number column that holds text or an infinite number. */
export interface BadCell {
  readonly row: number;
  readonly text: string;
  readonly infinite: boolean;
}

/** Where a cell stands: what a problem about it points to, and how a sentence names it. */
export interface CellPlace {
  readonly path: readonly (string | number)[];
  readonly at?: DataProblem['at'];
  /** `Line 5, column “age”`. */
  readonly words: string;
}

export interface Table {
  readonly columns: readonly Column[];
  readonly rows: number;
  place(row: number, column: number): CellPlace;
}

/** A column may hold this many bad cells before more of them are no longer remembered. */
const badLimit = 100;

/** Takes one column's cells in order; its first cell that is not missing settles its type, unless that was given. */
export class ColumnBuilder {
  readonly #name: string;
  #type: ColumnType | undefined;
  #numbers = new Float64Array(64);
  #codes = new Int32Array(64);
  readonly #values = new Map<string, number>();
  readonly #bad: BadCell[] = [];
  #rows = 0;

  constructor(name: string, type: ColumnType | undefined) {
    this.#name = name;
    this.#type = type;
  }

  /** Cells are text, even those that look like numbers. */
  get holdsText(): boolean {
    return this.#type === 'category';
  }

  /**
   * Room for the numbers of so many rows, each to be written at the index of its row, where the column holds numbers; the fast way past
   * `addNumber`. Whoever uses it says by `reach` how far the rows go, before anything else is added.
   */
  numbers(rows: number): Float64Array | undefined {
    if (this.#type !== 'number') {
      return undefined;
    }
    this.#grow(rows);
    return this.#numbers;
  }

  reach(rows: number): void {
    this.#rows = rows;
  }

  /** A finite number of a column that does not hold text: what `addText` would make of its digits. */
  addNumber(value: number): void {
    if (this.#type === undefined) {
      this.#settle('number');
    }
    this.#put(value);
    this.#rows++;
  }

  /** Text of a file, where a number is known by its looks. */
  addText(raw: string): void {
    const text = raw.trim();
    if (isMissing(text)) {
      this.#addMissing();
    } else {
      this.#add(text, this.#type === 'category' ? undefined : parseNumber(text));
    }
  }

  /** A cell of a table in the spec, where text in quotes is text. */
  addCell(cell: Cell): void {
    if (typeof cell === 'number') {
      if (Number.isNaN(cell)) {
        this.#addMissing();
      } else {
        this.#add(String(cell), cell);
      }
    } else {
      const text = cell === null ? '' : cell.trim();
      if (isMissing(text)) {
        this.#addMissing();
      } else {
        this.#add(text, undefined);
      }
    }
  }

  finish(): Column {
    if (this.#type === 'category') {
      return {
        name: this.#name,
        type: 'category',
        codes: this.#trimmed(this.#codes),
        values: [...this.#values.keys()],
      };
    }
    // A column without any value counts as numeric: there is nothing else to tell.
    const values =
      this.#type === undefined ? new Float64Array(this.#rows).fill(Number.NaN) : this.#trimmed(this.#numbers);
    return { name: this.#name, type: 'number', values, bad: this.#bad };
  }

  #addMissing(): void {
    if (this.#type === 'category') {
      this.#putCode(-1);
    } else if (this.#type === 'number') {
      this.#put(Number.NaN);
    }
    this.#rows++;
  }

  /** Of the row that is being added. */
  #put(value: number): void {
    if (this.#rows === this.#numbers.length) {
      this.#grow(2 * this.#rows);
    }
    this.#numbers[this.#rows] = value;
  }

  #putCode(code: number): void {
    if (this.#rows === this.#codes.length) {
      this.#growCodes(2 * this.#rows);
    }
    this.#codes[this.#rows] = code;
  }

  /** A copy where much room is left, else a view: a large column is not held twice. */
  #trimmed<Values extends Float64Array | Int32Array>(all: Values): Values {
    const fits = this.#rows > 0.9 * all.length;
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
      this.#settle(number === undefined ? 'category' : 'number');
    }
    if (this.#type === 'category') {
      let code = this.#values.get(text);
      if (code === undefined) {
        code = this.#values.size;
        this.#values.set(text, code);
      }
      this.#putCode(code);
    } else if (number !== undefined && Number.isFinite(number)) {
      this.#put(number);
    } else {
      if (this.#bad.length < badLimit) {
        this.#bad.push({ row: this.#rows, text, infinite: number !== undefined });
      }
      this.#put(Number.NaN);
    }
    this.#rows++;
  }

  /** The cells so far were all missing. */
  #settle(type: ColumnType): void {
    this.#type = type;
    if (type === 'number') {
      this.#numbers = new Float64Array(Math.max(64, 2 * this.#rows)).fill(Number.NaN);
    } else {
      this.#codes = new Int32Array(Math.max(64, 2 * this.#rows)).fill(-1);
    }
  }
}

/** Cells that are copied in a few milliseconds. */
const copiedAtOnce = 1 << 18;

/** The columns of which all cells are there: of a long table perhaps one is copied at a time. */
export function* finishSteps(builders: readonly ColumnBuilder[]): Steps<Column[]> {
  const columns: Column[] = [];
  let copied = 0;
  for (const builder of builders) {
    if (copied >= copiedAtOnce) {
      yield;
      copied = 0;
    }
    const column = builder.finish();
    columns.push(column);
    copied += column.type === 'number' ? column.values.length : column.codes.length;
  }
  return columns;
}

export function isMissingAt(column: Column, row: number): boolean {
  return column.type === 'number' ? Number.isNaN(column.values[row]) : column.codes[row] < 0;
}

/** A table given in the spec itself. */
export function* tableOfRowSteps(
  columns: readonly string[],
  rows: readonly (readonly Cell[])[],
  types: Readonly<Record<string, ColumnType>>,
): Steps<Table> {
  const builders = columns.map((name) => new ColumnBuilder(name, Object.hasOwn(types, name) ? types[name] : undefined));
  yield* inStretches(rows.length, (from, to) => {
    for (let i = from; i < to; i++) {
      builders.forEach((builder, index) => {
        builder.addCell(rows[i][index]);
      });
    }
  });
  return {
    columns: yield* finishSteps(builders),
    rows: rows.length,
    place: (row, column) => ({
      path: ['data', 'rows', row, column],
      words: t('Row {0}, column “{1}”', row + 1, columns[column]),
    }),
  };
}

/** What a column holds. */
export function* describeSteps(column: Column): Steps<ColumnFacts> {
  const { name, type } = column;
  if (column.type === 'category') {
    const { codes } = column;
    let missing = 0;
    yield* inStretches(codes.length, (from, to) => {
      for (let row = from; row < to; row++) {
        if (codes[row] < 0) {
          missing++;
        }
      }
    });
    return { name, type, missing, categories: column.values };
  }
  const { values } = column;
  let count = 0;
  let sum = 0;
  let minimum = Number.POSITIVE_INFINITY;
  let maximum = Number.NEGATIVE_INFINITY;
  yield* inStretches(values.length, (from, to) => {
    let [own, so, least, most] = [0, sum, minimum, maximum];
    for (let row = from; row < to; row++) {
      const value = values[row];
      if (Number.isNaN(value)) {
        continue;
      }
      own++;
      so += value;
      least = Math.min(least, value);
      most = Math.max(most, value);
    }
    count += own;
    [sum, minimum, maximum] = [so, least, most];
  });
  const missing = values.length - count;
  return count === 0 ? { name, type, missing } : { name, type, missing, minimum, maximum, mean: sum / count };
}
