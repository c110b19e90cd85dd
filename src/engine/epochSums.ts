/** What the values of an epoch under way are made of, batch by batch. */
import type { TrainingPlan } from '../spec/plan';
import type { FloatArray, ProgramData } from './backend';
import { massOf, meanOf } from './evaluation';
import type { TagValues } from './history';
import { addBatch, type Metric, makeMetric, metricContext, valuesOf } from './metrics';
import type { Pieces } from './pieces';
import type { TrainerState } from './run';

export class EpochSums {
  readonly #data: ProgramData;
  readonly #metrics: readonly Metric[];
  readonly #outputSize: number;
  #lossSum = 0;
  /** What the losses in the sum counted: samples, or their weights. */
  #mass = 0;

  constructor({ network, training }: TrainingPlan, data: ProgramData) {
    this.#data = data;
    const context = metricContext(network);
    this.#outputSize = context.outputSize;
    this.#metrics = training.metrics.map((metric) => makeMetric(metric, context));
  }

  /** The tags of `values`. */
  get tags(): readonly string[] {
    return ['loss', ...this.#metrics.map(({ name }) => name)];
  }

  /** Takes in the loss of a batch, of the rows `[from, from + count)`. */
  addLoss(loss: number, rows: Int32Array, from: number, count: number): void {
    const mass = massOf(this.#data, rows, from, count);
    this.#lossSum += loss * mass;
    this.#mass += mass;
  }

  /** Takes in what the network made of a batch. */
  *addOutputs(outputs: FloatArray, rows: Int32Array, from: number, count: number): Pieces<void> {
    yield* addBatch(this.#metrics, this.#data, { outputs, size: this.#outputSize }, rows, from, count);
  }

  *values(): Pieces<TagValues> {
    return [['loss', meanOf(this.#lossSum, this.#mass)], ...(yield* valuesOf(this.#metrics, ''))];
  }

  reset(): void {
    this.#lossSum = 0;
    this.#mass = 0;
    for (const metric of this.#metrics) {
      metric.reset();
    }
  }

  *snapshot(): Pieces<Pick<TrainerState, 'lossSum' | 'mass' | 'metrics'>> {
    const metrics: Float64Array[] = [];
    for (const metric of this.#metrics) {
      metrics.push(metric.snapshotParts ? yield* metric.snapshotParts() : metric.snapshot());
    }
    return { lossSum: this.#lossSum, mass: this.#mass, metrics };
  }

  /** Once begun to be gone on with to its end. */
  *restore({ lossSum, mass, metrics }: Pick<TrainerState, 'lossSum' | 'mass' | 'metrics'>): Pieces<void> {
    this.#lossSum = lossSum;
    this.#mass = mass;
    for (const [i, metric] of this.#metrics.entries()) {
      if (metric.restoreParts) {
        yield* metric.restoreParts(metrics[i]);
      } else {
        metric.restore(metrics[i]);
      }
    }
  }
}
