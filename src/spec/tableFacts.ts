/** What is known of a table before a spec says what to make of it: the columns of a CSV file, as they are. */
import type { ColumnFacts } from './dataFacts';

export interface TableFacts {
  readonly rows: number;
  readonly columns: readonly TableColumn[];
}

export interface TableColumn extends ColumnFacts {
  /** How many different values it has, missing cells left out. */
  readonly distinct: number;
  /** The most frequent values first, at most `mostCounted`; of a number column only where it has no more than that. */
  readonly counts: readonly { readonly value: string; readonly count: number }[];
  /** Of a number column: whether every value is whole. */
  readonly whole?: boolean;
  /** Of a number column: how many cells hold no finite number, counted up to a hundred. */
  readonly bad?: number;
}

export const mostCounted = 50;
