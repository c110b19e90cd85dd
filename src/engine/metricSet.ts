/** All metrics of a run over some samples, in the targets' own units. */
import type { TrainingPlan } from '../spec/plan';
import { unscaleOutputs } from '../spec/targetScale';
import type { FloatArray, ProgramData } from './backend';
import { type Metric, makeMetric, metricContext } from './metrics';

export class MetricSet {
  readonly #metrics: readonly Metric[];
  readonly #data: ProgramData;
  readonly #outputSize: number;
  /** The outputs of a batch in the targets' own units, where targets are scaled. */
  #own = new Float64Array(0);

  constructor({ network, training }: TrainingPlan, data: ProgramData) {
    const context = metricContext(network, data.rowWeights !== undefined);
    this.#metrics = training.metrics.map((metric) => makeMetric(metric, context));
    this.#data = data;
    this.#outputSize = context.outputSize;
  }

  get names(): readonly string[] {
    return this.#metrics.map(({ name }) => name);
  }

  /** Adds the network's outputs for the rows `[from, from + count)`. */
  add(outputs: FloatArray, rows: Int32Array, from: number, count: number): void {
    if (this.#metrics.length === 0) {
      return;
    }
    const { units, targets, rowWeights } = this.#data;
    const own = units ? unscaleOutputs(outputs, count, this.#outputSize, units.scales, this.#room(count)) : outputs;
    for (const metric of this.#metrics) {
      metric.add(own, units?.targets ?? targets, rows, from, count, rowWeights);
    }
  }

  /** The value of each metric by its name, with the prefix before it. */
  values(prefix = ''): (readonly [tag: string, value: number])[] {
    return this.#metrics.map((metric) => [`${prefix}${metric.name}`, metric.value()] as const);
  }

  reset(): void {
    for (const metric of this.#metrics) {
      metric.reset();
    }
  }

  /** Lengths of the metrics' states after this many samples. */
  stateLengths(samples: number): readonly number[] {
    return this.#metrics.map((metric) => metric.stateLength(samples));
  }

  snapshot(): readonly Float64Array[] {
    return this.#metrics.map((metric) => metric.snapshot());
  }

  restore(states: readonly Float64Array[]): void {
    for (const [i, metric] of this.#metrics.entries()) {
      metric.restore(states[i]);
    }
  }

  #room(count: number): Float64Array<ArrayBuffer> {
    if (this.#own.length < count * this.#outputSize) {
      this.#own = new Float64Array(count * this.#outputSize);
    }
    return this.#own;
  }
}
