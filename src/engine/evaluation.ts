/** Loss and metrics of a part of the data, in evaluation mode. */
import { flopsOf } from '../spec/layers';
import type { TrainingPlan } from '../spec/plan';
import type { Program, ProgramData } from './backend';
import { forwardAll } from './forwardAll';
import type { TagValues } from './history';
import { addBatch, type Metric, makeMetric, metricContext, valuesOf } from './metrics';
import { forwardPieces, lossPieces, type Pieces } from './pieces';
import { sizeOf } from './shape';

/** Operations from which on a pass over rows is done in pieces; a smaller one takes a moment. */
const largeWork = 4e6;
/** Operations that a layer's output counts for beside its products. */
const outputWork = 32;

export class Evaluation {
  /** Operations for one sample, roughly. */
  readonly #sampleWork: number;
  readonly #data: ProgramData;
  readonly #maxBatch: number;
  readonly #metrics: readonly Metric[];
  readonly #outputSize: number;

  /** `maxBatch` is the largest batch of the programs that it is given. */
  constructor(plan: TrainingPlan, data: ProgramData, maxBatch: number) {
    this.#sampleWork = plan.network.layers.reduce(
      (sum, layer) => sum + flopsOf(layer) + outputWork * sizeOf(layer.outputShape),
      0,
    );
    this.#data = data;
    this.#maxBatch = maxBatch;
    const context = metricContext(plan.network);
    this.#outputSize = context.outputSize;
    this.#metrics = plan.training.metrics.map((metric) => makeMetric(metric, context));
  }

  /** Values of the rows, their tags behind the prefix; undefined where there are no rows. Begun anew it forgets what was under way. */
  *of(program: Program, rows: Int32Array, prefix: string): Pieces<TagValues | undefined> {
    if (rows.length === 0) {
      return undefined;
    }
    let loss = 0;
    let mass = 0;
    for (const metric of this.#metrics) {
      metric.reset();
    }
    for (let from = 0; from < rows.length; from += this.#maxBatch) {
      const count = Math.min(this.#maxBatch, rows.length - from);
      yield* this.#forward(program, rows, from, count);
      const own = massOf(this.#data, rows, from, count);
      const mean = yield* lossPieces(program);
      loss += mean * own;
      mass += own;
      const batch = { outputs: program.outputs(), size: this.#outputSize };
      yield* addBatch(this.#metrics, this.#data, batch, rows, from, count);
    }
    return [[`${prefix}loss`, meanOf(loss, mass)], ...(yield* valuesOf(this.#metrics, prefix))];
  }

  /** Whether the loss of every batch is finite at the current weights; where not, that batch is left in the program. */
  *isFinite(program: Program, rows: Int32Array): Pieces<boolean> {
    for (let from = 0; from < rows.length; from += this.#maxBatch) {
      yield* this.#forward(program, rows, from, Math.min(this.#maxBatch, rows.length - from));
      const loss = yield* lossPieces(program);
      if (!Number.isFinite(loss)) {
        return false;
      }
    }
    return true;
  }

  *#forward(program: Program, rows: Int32Array, from: number, count: number): Pieces<void> {
    if (count * this.#sampleWork < largeWork) {
      forwardAll(program, rows, from, count);
    } else {
      yield* forwardPieces(program, rows, from, count);
    }
    yield;
  }
}

/** What a batch's loss counts in a mean over several: its samples, or the sum of their weights. */
export function massOf({ sampleWeights }: ProgramData, rows: Int32Array, from: number, count: number): number {
  if (!sampleWeights) {
    return count;
  }
  let mass = 0;
  for (let s = 0; s < count; s++) {
    mass += sampleWeights[rows[from + s]];
  }
  return mass;
}

/** 0 where nothing counts: every sample's class has the weight 0. */
export function meanOf(sum: number, mass: number): number {
  return mass === 0 ? 0 : sum / mass;
}
