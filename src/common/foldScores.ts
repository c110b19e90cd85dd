/** Scores of the folds of a cross-validation, and what they say together. */
import type { TagValues } from './tagValues';

/** A fold that was trained to its end. */
export interface FoldScore {
  /** Counts from 1. */
  readonly fold: number;
  readonly reason: 'completed' | 'early_stopping';
  readonly epochs: number;
  /** Loss and metrics of the rows that the fold validates on. */
  readonly values: TagValues;
  /** Those of a constant answer, without values that are not finite. */
  readonly baseline: TagValues;
}

export interface Spread {
  readonly tag: string;
  readonly mean: number;
  /** Standard deviation of a sample (divided by n − 1): NaN for a single fold. */
  readonly sd: number;
}

/** Mean and spread of each tag over the folds. */
export function spreadOf(folds: readonly FoldScore[], of: 'values' | 'baseline' = 'values'): readonly Spread[] {
  const tags = folds[0]?.[of].map(([tag]) => tag) ?? [];
  return tags.map((tag) => {
    const all = folds.map((fold) => new Map(fold[of]).get(tag) ?? Number.NaN);
    return { tag, ...meanAndSd(all) };
  });
}

/** The mean of values and their standard deviation as a sample: NaN for a single one. */
export function meanAndSd(all: readonly number[]): Pick<Spread, 'mean' | 'sd'> {
  // By differences from the first value, so that equal values have no spread.
  const mean = all[0] + all.reduce((sum, value) => sum + (value - all[0]), 0) / all.length;
  const squares = all.reduce((sum, value) => sum + (value - mean) * (value - mean), 0);
  return { mean, sd: Math.sqrt(squares / (all.length - 1)) };
}
