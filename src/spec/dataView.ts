/** The data of a spec as the Data view shows them, before any training: plain data that can be cloned. */
import type { DateCycle } from './dates';
import type { InputScale } from './inputScale';
import type { ColumnType, Part } from './spec';

/**
 * `unused`: the spec lists its inputs, and this is none; `ignored`: `types` says so, and its cells were not
 * read; `passed-over`: words that hardly repeat; `unknown`: problems keep the spec from being read so far.
 */
export type ColumnRole = 'input' | 'target' | 'weights' | 'split' | 'unused' | 'ignored' | 'passed-over' | 'unknown';

export interface ColumnName {
  /** Its place in the table, from 0. */
  readonly index: number;
  readonly name: string;
  readonly type: ColumnType;
  readonly role: ColumnRole;
}

/**
 * (x − shift) / scale, of the logarithm of x where `log` is set; no further from 0 than `limit`. 0 and 1: the
 * numbers stay as they are.
 */
export interface ShownScale extends InputScale {
  readonly log?: true;
  /** The share of cells that the limit makes equal to others. */
  readonly limited?: number;
}

/** The inputs or the target that a column becomes. */
export type ColumnUse =
  | ({ readonly kind: 'number'; readonly imputation?: number } & ShownScale)
  | ({ readonly kind: 'date'; readonly cycles: readonly DateCycle[]; readonly imputation?: string } & ShownScale)
  /** `inputs`: one for each category. */
  | { readonly kind: 'one-hot'; readonly inputs: number; readonly imputation?: string; readonly unknown?: 'ignore' }
  | { readonly kind: 'classes'; readonly count: number }
  | { readonly kind: 'binary' }
  | ({ readonly kind: 'target' } & ShownScale);

/** Numbers of a column over its cells that are not missing. Quartiles lie between ranks, as NumPy's do. */
export interface ColumnNumbers {
  readonly minimum: number;
  readonly lowerQuartile: number;
  readonly median: number;
  readonly upperQuartile: number;
  readonly maximum: number;
  readonly mean: number;
  /** The population's (divided by n). */
  readonly deviation: number;
}

/**
 * Counts in bars of one width from `low` to `high`. A bar holds its lower end, and the last one its upper
 * end. Where all numbers are whole, `low`, `high` and the width are whole, and no bar holds its upper end.
 */
export interface Histogram {
  readonly low: number;
  readonly high: number;
  readonly whole: boolean;
  readonly counts: readonly number[];
}

export interface ColumnView extends ColumnName {
  /** Without the cells of `texts`. */
  readonly missing: number;
  /** The text before or after each number, as a pattern: `$#`. */
  readonly unit?: string;
  /** Texts in a column of numbers or dates, the most frequent first. */
  readonly texts?: readonly { readonly value: string; readonly count: number }[];
  /** The number of different values. */
  readonly distinct: number;
  /** Absent if all cells are missing. Those of dates are days since 1970-01-01. */
  readonly numbers?: ColumnNumbers;
  /** First and last date. */
  readonly dates?: readonly [first: string, last: string];
  readonly histogram?: Histogram;
  /** Categories, the most frequent first. */
  readonly values?: readonly { readonly value: string; readonly count: number }[];
  /** Only where the spec's data have no errors, and for a column that training uses. */
  readonly use?: ColumnUse;
}

/** How many samples of each class a part has. */
export interface ClassBalance {
  readonly column: string;
  /** The first classes in the order of the outputs, each with its samples in train, validation and test. */
  readonly classes: readonly { readonly name: string; readonly counts: readonly [number, number, number] }[];
  /** The number of classes that are not listed. */
  readonly others: number;
}

export type FindingCode =
  | 'repeated-rows'
  | 'gives-away'
  | 'constant'
  | 'identifier'
  | 'outliers'
  | 'cut-tail'
  | 'wild-target'
  | 'marks'
  | 'no-target'
  | 'spellings';

/** Something in the data that may mislead a training or its scores. */
export interface DataFinding {
  readonly code: FindingCode;
  /** The columns that it is about, at most `columnsAtOnce`. */
  readonly columns: readonly string[];
  /** The number that it rests on: rows, a share, columns or cells. */
  readonly value: number;
  readonly message: string;
}

export interface DataOverview {
  /** Rows of the table, with those that are not used. */
  readonly rows: number;
  /** Columns of the table. */
  readonly columns: number;
  /** Samples of each part; absent where the spec's data have errors. */
  readonly parts?: Readonly<Record<Part, number>>;
  readonly inputSize?: number;
  /** The first columns, as many as are described, the targets among them. */
  readonly names: readonly ColumnName[];
  readonly balance?: ClassBalance;
  readonly findings: readonly DataFinding[];
  /** Cells of inputs far from all others were not looked for: their scale limits them. */
  readonly isRobust?: boolean;
}

export interface ColumnsQuestion {
  /** Part of a name, in any case; empty for every column. */
  readonly search: string;
  readonly from: number;
}

export interface ColumnsAnswer {
  readonly columns: readonly ColumnView[];
  /** The number of columns whose name matches. */
  readonly matching: number;
}

export interface PageQuestion {
  readonly from: number;
  readonly count: number;
  /** Indices of the columns to list, at most `columnsAtOnce`. */
  readonly columns: readonly number[];
  /** Default: in the file's order. Missing cells are last, also where the order is descending. */
  readonly sort?: { readonly column: number; readonly descending: boolean };
  /** Lists the rows of one part alone. */
  readonly part?: Part;
}

export interface DataRow {
  /** From 1, in the order of the file. */
  readonly number: number;
  /** Absent for a row that is not used, and where the spec's data have errors. */
  readonly part?: Part;
  /** Null if missing; dates are texts, and so is a cell that is no number in a column of numbers. */
  readonly cells: readonly (number | string | null)[];
}

export interface PageAnswer {
  readonly from: number;
  /** The number of rows that can be listed. */
  readonly total: number;
  readonly rows: readonly DataRow[];
}

export interface ScatterQuestion {
  /** Indices of columns of numbers or dates, at most `scatterColumns`. */
  readonly columns: readonly number[];
}

export interface ScatterAnswer {
  readonly columns: readonly {
    readonly index: number;
    readonly name: string;
    readonly low: number;
    readonly high: number;
    /** First and last date. */
    readonly dates?: readonly [first: string, last: string];
    /** One for each point; NaN if missing. */
    readonly values: Float64Array;
  }[];
  /**
   * For each pair of columns, row by row of the matrix: Pearson's correlation over all rows that have both;
   * NaN where one of them does not vary.
   */
  readonly correlations: Float64Array;
  /** The class of each point, −1 if it has none. Absent without classes. */
  readonly classes?: Int32Array;
  /** Names of the first classes. */
  readonly classNames?: readonly string[];
  readonly points: number;
  /** The rows from which the points were chosen. */
  readonly rows: number;
}

export type DataQuestion =
  | ({ readonly kind: 'columns' } & ColumnsQuestion)
  | ({ readonly kind: 'page' } & PageQuestion)
  | ({ readonly kind: 'scatter' } & ScatterQuestion);

export type DataAnswer =
  | ({ readonly kind: 'columns' } & ColumnsAnswer)
  | ({ readonly kind: 'page' } & PageAnswer)
  | ({ readonly kind: 'scatter' } & ScatterAnswer);
