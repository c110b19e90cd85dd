/** The data of a run as its programs take them, and the order in which an epoch goes through them. */
import { purposes, shuffle } from '../common/random';
import type { TrainingPlan } from '../spec/plan';
import type { CompileOptions, FloatArray, Precision, Program, ProgramData, SampleSource } from './backend';
import { sampleWeights } from './classWeights';
import type { TrainerOptions } from './run';

/** Evaluation works through a part in batches of at most this many. */
const evaluationBatch = 256;

/** Samples of the largest batch that a program of the run is given. */
export function maxBatchSize({ plan, data, parts }: Pick<TrainerOptions, 'plan' | 'data' | 'parts'>): number {
  return Math.max(Math.min(plan.training.batchSize, parts.train.length), Math.min(evaluationBatch, data.samples));
}

/** The data as programs take them: in float32 unless the run is in float64, weighted by class and row. */
export function dataOf({ plan, data, parts, precision, classNames = ['0', '1'] }: TrainerOptions): SampleSource {
  const { classWeight } = plan.training;
  const ofClasses = classWeight && sampleWeights(classWeight, data, parts.train, classNames);
  const { rowWeights } = data;
  const weights =
    ofClasses && rowWeights ? ofClasses.map((weight, row) => weight * rowWeights[row]) : (ofClasses ?? rowWeights);
  const narrowed = inPrecision(data, precision);
  return weights ? { ...narrowed, sampleWeights: weights } : narrowed;
}

/** The data in a precision; arrays that already have it are not copied. */
export function inPrecision<Data extends SampleSource>(data: Data, precision: Precision = 'float32'): Data {
  if (precision === 'float64') {
    return data;
  }
  const narrow = (values: Data['inputs']) => (values instanceof Float64Array ? new Float32Array(values) : values);
  return { ...data, inputs: narrow(data.inputs), targets: narrow(data.targets) };
}

/** The data with their inputs made. */
export function withInputs(data: SampleSource): ProgramData {
  const { inputs } = data;
  return typeof inputs === 'function' ? { ...data, inputs: inputs() } : { ...data, inputs };
}

/** Copies of these rows alone, in a precision. */
export function samplesOf(data: ProgramData, rows: Int32Array, precision: Precision): ProgramData {
  const pick = <Values extends FloatArray>(values: FloatArray, make: (length: number) => Values): Values => {
    const size = values.length / data.samples;
    const picked = make(rows.length * size);
    rows.forEach((row, s) => {
      picked.set(values.subarray(row * size, (row + 1) * size), s * size);
    });
    return picked;
  };
  const makeFloats = (length: number) =>
    precision === 'float64' ? new Float64Array(length) : new Float32Array(length);
  return {
    inputs: pick(data.inputs, makeFloats),
    targets: pick(data.targets, makeFloats),
    samples: rows.length,
    targetSize: data.targetSize,
    sampleWeights: data.sampleWeights && pick(data.sampleWeights, (length) => new Float64Array(length)),
  };
}

/** Compiles a program of the run. */
export function compileProgram(
  { plan, parts, backend, precision, threads }: Omit<TrainerOptions, 'data' | 'initial'>,
  data: SampleSource,
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

  /** The rows of `batches` batches, from a batch on, as a view. */
  rowsOf(batch: number, batches = 1): Int32Array {
    return this.rows.subarray(this.fromOf(batch), this.fromOf(batch + batches));
  }
}
