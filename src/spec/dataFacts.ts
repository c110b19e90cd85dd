/** Facts of a data set that a spec is checked against, without its rows. */
import type { DataWarning } from './problem';
import type { ColumnType, Part } from './spec';

/** `classes`: one-hot over the class names; `binary`: columns of 0 and 1; `numbers`: as they are. */
export type TargetKind = 'classes' | 'binary' | 'numbers';

export interface ColumnFacts {
  readonly name: string;
  readonly type: ColumnType;
  readonly missing: number;
  /** The text before or after each number, with # in place of the number: `$#`. */
  readonly unit?: string;
  /** Over the numbers, or the days of the dates, that are not missing. */
  readonly minimum?: number;
  readonly maximum?: number;
  readonly mean?: number;
}

/** Mean and standard deviation of a numeric target on the train part, in the file's own units. */
export interface TargetMoments {
  readonly name: string;
  readonly mean: number;
  readonly deviation: number;
  /** Over all parts. */
  readonly wild?: WildValues;
  readonly wide?: WideNumbers;
}

/** The ends of the middle 90 % of numbers above 0 that differ by factors: one is many times the other. */
export interface WideNumbers {
  readonly low: number;
  readonly high: number;
}

/** A few numbers so far from the others that a mean of squares is about them and hardly about the rest. */
export interface WildValues {
  readonly count: number;
  /** Their share of the sum of all squared distances from the median. */
  readonly share: number;
  /** The one that is farthest from the median. */
  readonly farthest: number;
}

export interface DataFacts {
  /** The inputs and targets in the order of the table, at most `describedColumns`, the targets among them. */
  readonly columns: readonly ColumnFacts[];
  readonly rows: number;
  readonly inputSize: number;
  readonly inputShape: readonly number[];
  readonly targetSize: number;
  readonly targetKind: TargetKind;
  /** Also omitted where there are more than `describedClasses`, or where they are long texts. */
  readonly classNames?: readonly string[];
  /** Only where targets are numbers; at most `describedColumns`. */
  readonly targetMoments?: readonly TargetMoments[];
  /** Samples of each part. */
  readonly parts: Readonly<Record<Part, number>>;
  /** Doubts about how the file was read. */
  readonly warnings?: readonly DataWarning[];
}
