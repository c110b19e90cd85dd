/** Facts of a data set that a spec is checked against, without its rows. */
import type { ColumnType, Part } from './spec';

/** `classes`: one-hot over the class names; `binary`: columns of 0 and 1; `numbers`: as they are. */
export type TargetKind = 'classes' | 'binary' | 'numbers';

export interface ColumnFacts {
  readonly name: string;
  readonly type: ColumnType;
  readonly missing: number;
  /** For a category column: its distinct values, sorted. */
  readonly categories?: readonly string[];
  /** For a number column: over the cells that are not missing. */
  readonly minimum?: number;
  readonly maximum?: number;
  readonly mean?: number;
}

export interface DataFacts {
  readonly columns: readonly ColumnFacts[];
  readonly rows: number;
  readonly inputSize: number;
  readonly inputShape: readonly number[];
  readonly targetSize: number;
  readonly targetKind: TargetKind;
  readonly classNames?: readonly string[];
  /** Samples of each part. */
  readonly parts: Readonly<Record<Part, number>>;
}
