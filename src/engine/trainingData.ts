import { purposes, shuffle } from '../common/random';
import type { TrainingPlan } from '../spec/plan';
import type { CompileOptions, FloatArray, Program, ProgramData, TakePieces } from './backend';
import { sampleWeights } from './classWeights';
import { compilePieces, copyPieces, type Pieces } from './pieces';
import type { TrainerOptions } from './run';

/** Evaluation works through a part in batches of at most this many. */
const evaluationBatch = 256;

/** Samples of the largest batch that a program of the run is given. */
export function mostOfBatch({ plan, data, parts }: Pick<TrainerOptions, 'plan' | 'data' | 'parts'>): number {
  return Math.max(Math.min(plan.training.batchSize, parts.train.length), Math.min(evaluationBatch, data.samples));
}

/** The data as the programs take them, narrowed and weighed by class. */
export function* dataOf({
  plan,
  data,
  parts,
  precision,
  classNames = ['0', '1'],
}: TrainerOptions): Pieces<ProgramData> {
  const { classWeight } = plan.training;
  const weights = classWeight && (yield* sampleWeights(classWeight, data, parts.train, classNames));
  const narrowed =
    precision === 'float64'
      ? data
      : { ...data, inputs: yield* narrow(data.inputs), targets: yield* narrow(data.targets) };
  return weights ? { ...narrowed, sampleWeights: weights } : narrowed;
}

function* narrow(values: FloatArray): Pieces<Float32Array> {
  const narrowed = new Float32Array(values.length);
  yield* copyPieces(narrowed, values);
  return narrowed;
}

/** A program for such options and these data. */
export function programPieces(
  { plan, parts, backend, precision, threads }: Omit<TrainerOptions, 'data' | 'initial' | 'program'>,
  data: ProgramData,
  how: Pick<CompileOptions, 'initial' | 'scratch'>,
): Pieces<Program> {
  const maxBatch = mostOfBatch({ plan, data, parts });
  return compilePieces(backend, plan, data, { ...how, precision, threads, maxBatch });
}

/** The program that a trainer of these options drives, compiled in turns with other work; undefined where that was given up. */
export async function compileProgram(options: TrainerOptions, take: TakePieces): Promise<Program | undefined> {
  const { plan, backend, precision, threads, initial } = options;
  const data = await take(dataOf(options));
  if (!data) {
    return undefined;
  }
  const how = { precision, threads, initial, maxBatch: mostOfBatch(options) };
  return backend.compileInTurns ? backend.compileInTurns(plan, data, how, take) : backend.compile(plan, data, how);
}

/** Rows of the train part in the order in which an epoch takes them, batch by batch: drawn when they are first asked for, or before in pieces. */
export class SampleOrder {
  /** Of an epoch. */
  readonly batches: number;
  readonly #plan: TrainingPlan;
  readonly #train: Int32Array;
  #rows: Int32Array;
  /** Pieces of the drawing under way. */
  #drawing?: Pieces<void>;

  constructor(plan: TrainingPlan, train: Int32Array) {
    this.#plan = plan;
    this.#train = train;
    this.#rows = train;
    this.batches = Math.ceil(train.length / plan.training.batchSize);
    this.begin(1);
  }

  /** `epoch` counts from 1. */
  begin(epoch: number): void {
    const { training, seed } = this.#plan;
    if (!training.shuffle) {
      return;
    }
    this.#rows = this.#train.slice();
    this.#drawing = shuffle(this.#rows, seed, purposes.shuffle, epoch);
  }

  /** Works on the order while `more()` says so; true where it is there. */
  draw(more: () => boolean): boolean {
    while (this.#drawing) {
      if (this.#drawing.next().done) {
        this.#drawing = undefined;
      } else if (!more()) {
        return false;
      }
    }
    return true;
  }

  get rows(): Int32Array {
    if (this.#drawing) {
      this.draw(() => true);
    }
    return this.#rows;
  }

  /** Where a batch, counted from 0, begins in `rows`. */
  fromOf(batch: number): number {
    return batch * this.#plan.training.batchSize;
  }

  /** Samples of a batch: fewer in the last where they do not come out even. */
  countOf(batch: number): number {
    return Math.min(this.#plan.training.batchSize, this.#train.length - this.fromOf(batch));
  }

  /** The rows of so many batches from that one on, as a view. */
  rowsOf(batch: number, batches = 1): Int32Array {
    return this.rows.subarray(this.fromOf(batch), this.fromOf(batch + batches));
  }
}
