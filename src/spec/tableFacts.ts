/** Facts of a table as it is, before a spec says how to read it: the columns of a CSV file. */
import type { ColumnFacts, WideNumbers, WildValues } from './dataFacts';
import type { TextFormat } from './spec';

export interface TableFacts {
  readonly rows: number;
  /** If there are more than `describedColumns`, the first ones and the last. */
  readonly columns: readonly TableColumn[];
  /** The number of columns that are not described. */
  readonly others?: number;
  /** How the file of text is written. */
  readonly format?: TextFormat;
  /** Columns with texts that probably mean that the value is missing. */
  readonly marked?: readonly MarkedColumn[];
  /** Columns of which only a person can tell whether some texts mean that the value is missing. */
  readonly doubted?: readonly MarkedColumn[];
  /** Those texts, where the facts are of the table with these cells read as missing. */
  readonly naValues?: readonly string[];
}

/**
 * A column that holds numbers or dates but for a few short texts, or numbers that mean missing; or a category
 * with such a text.
 */
export interface MarkedColumn {
  readonly column: string;
  readonly holds: 'number' | 'date' | 'category';
  /** Cells that are not empty. */
  readonly cells: number;
  /** The most frequent first. */
  readonly marks: readonly { readonly text: string; readonly count: number }[];
  /** The texts may as well be values of their own. */
  readonly doubtful?: true;
  /** Where the marks are numbers, such as -999: the smallest and the largest of the others. */
  readonly others?: readonly [low: number, high: number];
}

/** Numbers of a column that lie far from the others, from `low` to `high`, and probably mean missing. */
export interface Sentinels {
  readonly low: number;
  readonly high: number;
  readonly marks: readonly { readonly value: number; readonly count: number }[];
}

export interface TableColumn extends ColumnFacts {
  /** The number of different values, not counting missing cells. */
  readonly distinct: number;
  /**
   * The most frequent values first, at most `maximumCounts`, without those longer than `shownText`; empty for
   * a number column that has more.
   */
  readonly counts: readonly { readonly value: string; readonly count: number }[];
  /** For a number column: whether every value is whole. */
  readonly whole?: boolean;
  /** For a number column: whether a few numbers lie far outside its quartiles. */
  readonly outliers?: boolean;
  /** For a number column: whether so many lie far out that a limit would cut off a tail. */
  readonly tail?: boolean;
  /** For a number column: those that would decide a mean of squares alone. */
  readonly wild?: WildValues;
  /** For a number column whose numbers differ by factors. */
  readonly wide?: WideNumbers;
  /** For dates: whether none is missing and none is before the one above it. */
  readonly rising?: boolean;
  /** For a number column: how many different texts and infinite numbers it holds, counted up to a hundred. */
  readonly bad?: number;
  /** Spellings of one category, for some categories; the most frequent first. */
  readonly spellings?: readonly (readonly string[])[];
}

/** A column from which alone the target is known, or nearly. */
export interface GivenAway {
  readonly column: string;
  /** The share of rows that are guessed right or of variance that is explained, or a rank correlation. */
  readonly value: number;
  /** Enough rows tell so that it can hardly be luck, or an honest measurement of a small table. */
  readonly sure: boolean;
  /** Says what the column achieves. */
  readonly message: string;
}

/** Largest number of values that are counted for a column. */
export const maximumCounts = 50;
