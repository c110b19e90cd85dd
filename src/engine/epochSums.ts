/** The values of the current epoch, summed up batch by batch. */
import type { TagValues } from '../common/tagValues';
import type { TrainingPlan } from '../spec/plan';
import type { FloatArray, ProgramData } from './backend';
import { weightedMean, weightOf } from './evaluation';
import { MetricSet } from './metricSet';
import type { TrainerState } from './run';

export class EpochSums {
  readonly #data: ProgramData;
  readonly #metrics: MetricSet;
  #lossSum = 0;
  /** Total weight of the losses in the sum: the number of samples, or the sum of their weights. */
  #mass = 0;

  constructor(plan: TrainingPlan, data: ProgramData) {
    this.#data = data;
    this.#metrics = new MetricSet(plan, data);
  }

  /** The tags of `values`. */
  get tags(): readonly string[] {
    return ['loss', ...this.#metrics.names];
  }

  /** Adds the loss of a batch, of the rows `[from, from + count)`. */
  addLoss(loss: number, rows: Int32Array, from: number, count: number): void {
    const mass = weightOf(this.#data, rows, from, count);
    this.#lossSum += loss * mass;
    this.#mass += mass;
  }

  /** Adds the network's outputs for a batch. */
  addOutputs(outputs: FloatArray, rows: Int32Array, from: number, count: number): void {
    this.#metrics.add(outputs, rows, from, count);
  }

  values(): TagValues {
    return [['loss', weightedMean(this.#lossSum, this.#mass)], ...this.#metrics.values()];
  }

  reset(): void {
    this.#lossSum = 0;
    this.#mass = 0;
    this.#metrics.reset();
  }

  /** Lengths of the metrics' states after this many samples of the epoch. */
  stateLengths(samples: number): readonly number[] {
    return this.#metrics.stateLengths(samples);
  }

  snapshot(): Pick<TrainerState, 'lossSum' | 'mass' | 'metrics'> {
    return { lossSum: this.#lossSum, mass: this.#mass, metrics: this.#metrics.snapshot() };
  }

  restore({ lossSum, mass, metrics }: Pick<TrainerState, 'lossSum' | 'mass' | 'metrics'>): void {
    this.#lossSum = lossSum;
    this.#mass = mass;
    this.#metrics.restore(metrics);
  }
}
