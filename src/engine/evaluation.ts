/** Loss and metrics of a part of the data, in evaluation mode. */
import type { TagValues } from '../common/tagValues';
import type { TrainingPlan } from '../spec/plan';
import type { Program, ProgramData } from './backend';
import { forwardAll } from './forwardAll';
import { MetricSet } from './metricSet';

/** A pass over the rows of a part. It can be interrupted between two batches. */
export class Evaluation {
  readonly #data: ProgramData;
  readonly #rows: Int32Array;
  readonly #maxBatch: number;
  readonly #metrics: MetricSet;
  /** Rows seen so far. */
  #seen = 0;
  #lossSum = 0;
  #weight = 0;

  /** `maxBatch` is the largest batch of the programs that it is given. */
  constructor(plan: TrainingPlan, data: ProgramData, rows: Int32Array, maxBatch: number) {
    this.#data = data;
    this.#rows = rows;
    this.#maxBatch = maxBatch;
    this.#metrics = new MetricSet(plan, data);
  }

  /** Starts over. */
  reset(): void {
    this.#seen = 0;
    this.#lossSum = 0;
    this.#weight = 0;
    this.#metrics.reset();
  }

  /**
   * Continues with at least one batch, while `more()` returns true after each, when the program still holds
   * the batch's outputs. True once all rows have been seen.
   */
  run(program: Program, more: () => boolean): boolean {
    while (this.#seen < this.#rows.length) {
      this.#addBatch(program);
      if (!more()) {
        break;
      }
    }
    return this.#seen >= this.#rows.length;
  }

  #addBatch(program: Program): void {
    const from = this.#seen;
    const count = Math.min(this.#maxBatch, this.#rows.length - from);
    forwardAll(program, this.#rows, from, count);
    const weight = weightOf(this.#data, this.#rows, from, count);
    this.#lossSum += program.loss() * weight;
    this.#weight += weight;
    this.#metrics.add(program.outputs(), this.#rows, from, count);
    this.#seen += count;
  }

  /** Values of the rows seen, with the prefix before each tag. Undefined where the part is empty. */
  values(prefix = ''): TagValues | undefined {
    return this.#rows.length === 0
      ? undefined
      : [[`${prefix}loss`, weightedMean(this.#lossSum, this.#weight)], ...this.#metrics.values(prefix)];
  }
}

/** Whether the loss of every batch is finite. A pass like `Evaluation`, but without metrics. */
export class FiniteCheck {
  readonly #rows: Int32Array;
  readonly #maxBatch: number;
  #seen = 0;

  constructor(rows: Int32Array, maxBatch: number) {
    this.#rows = rows;
    this.#maxBatch = maxBatch;
  }

  /** Starts over. */
  reset(): void {
    this.#seen = 0;
  }

  /**
   * Continues with at least one batch, while `more()` returns true. True where all losses are finite; false
   * at the first that is not, whose batch the program then holds; undefined where batches remain.
   */
  run(program: Program, more: () => boolean): boolean | undefined {
    while (this.#seen < this.#rows.length) {
      const count = Math.min(this.#maxBatch, this.#rows.length - this.#seen);
      forwardAll(program, this.#rows, this.#seen, count);
      if (!Number.isFinite(program.loss())) {
        return false;
      }
      this.#seen += count;
      if (this.#seen < this.#rows.length && !more()) {
        return undefined;
      }
    }
    return true;
  }
}

/** The weight of a batch's loss in a mean over several batches: its samples, or the sum of their weights. */
export function weightOf(
  { sampleWeights }: Pick<ProgramData, 'sampleWeights'>,
  rows: Int32Array,
  from: number,
  count: number,
): number {
  if (!sampleWeights) {
    return count;
  }
  let weight = 0;
  for (let s = 0; s < count; s++) {
    weight += sampleWeights[rows[from + s]];
  }
  return weight;
}

/** 0 where the total weight is 0, since every sample's class has the weight 0. */
export function weightedMean(sum: number, weight: number): number {
  return weight === 0 ? 0 : sum / weight;
}
