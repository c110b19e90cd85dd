/** The data of a run as its programs take them, and the order in which an epoch goes through them. */
import { purposes, shuffle } from '../common/random';
import type { TrainingPlan } from '../spec/plan';
import type { CompileOptions, FloatArray, Program, ProgramData } from './backend';
import { sampleWeights } from './classWeights';
import type { TrainerOptions } from './run';

/** Evaluation works through a part in batches of at most this many. */
const evaluationBatch = 256;

/** Samples of the largest batch that a program of the run is given. */
export function maxBatchSize({ plan, data, parts }: Pick<TrainerOptions, 'plan' | 'data' | 'parts'>): number {
  return Math.max(Math.min(plan.training.batchSize, parts.train.length), Math.min(evaluationBatch, data.samples));
}

/** The data as the programs take them: in float32 unless the run is in float64, and weighted by class. */
export function dataOf({ plan, data, parts, precision, classNames = ['0', '1'] }: TrainerOptions): ProgramData {
  const { classWeight } = plan.training;
  const weights = classWeight && sampleWeights(classWeight, data, parts.train, classNames);
  const narrowed =
    precision === 'float64' ? data : { ...data, inputs: narrow(data.inputs), targets: narrow(data.targets) };
  return weights ? { ...narrowed, sampleWeights: weights } : narrowed;
}

function narrow(values: FloatArray): Float32Array {
  return values instanceof Float32Array ? values : new Float32Array(values);
}

/** A program for such options and these data. */
export function compileProgram(
  { plan, parts, backend, precision, threads }: Omit<TrainerOptions, 'data' | 'initial'>,
  data: ProgramData,
  options: Pick<CompileOptions, 'initial' | 'scratch'>,
): Program {
  return backend.compile(plan, data, { ...options, precision, threads, maxBatch: maxBatchSize({ plan, data, parts }) });
}

/** Rows of the train part in an epoch's order, batch by batch. Drawn when they are first needed. */
export class SampleOrder {
  /** Batches of an epoch. */
  readonly batches: number;
  readonly #plan: TrainingPlan;
  readonly #train: Int32Array;
  #epoch = 1;
  /** Undefined until the epoch's order is drawn. */
  #rows?: Int32Array;

  constructor(plan: TrainingPlan, train: Int32Array) {
    this.#plan = plan;
    this.#train = train;
    this.batches = Math.ceil(train.length / plan.training.batchSize);
  }

  /** `epoch` counts from 1. */
  begin(epoch: number): void {
    this.#epoch = epoch;
    this.#rows = undefined;
  }

  get rows(): Int32Array {
    this.#rows ??= this.#draw();
    return this.#rows;
  }

  #draw(): Int32Array {
    const { training, seed } = this.#plan;
    if (!training.shuffle) {
      return this.#train;
    }
    const rows = this.#train.slice();
    shuffle(rows, seed, purposes.shuffle, this.#epoch);
    return rows;
  }

  /** Where a batch, counted from 0, begins in `rows`. */
  fromOf(batch: number): number {
    return batch * this.#plan.training.batchSize;
  }

  /** Samples of a batch. The last one has fewer where the batch size does not divide their number. */
  countOf(batch: number): number {
    return Math.min(this.#plan.training.batchSize, this.#train.length - this.fromOf(batch));
  }

  /** The rows of so many batches from that one on, as a view. */
  rowsOf(batch: number, batches = 1): Int32Array {
    return this.rows.subarray(this.fromOf(batch), this.fromOf(batch + batches));
  }
}
