/** The books of a run's epochs: sums of the one under way, values of those that are done, and the weights of the best. */
import type { TrainingPlan } from '../spec/plan';
import type { Part } from '../spec/spec';
import type { FloatArray, Program, ProgramData } from './backend';
import { BestWeights } from './bestWeights';
import { EpochSums } from './epochSums';
import { Evaluation } from './evaluation';
import { EpochHistory, type TagValues } from './history';
import type { LearnedTensors } from './learnedTensors';
import type { Pieces } from './pieces';
import type { EpochRecord, TrainerState } from './run';

export interface EpochBookOptions {
  readonly plan: TrainingPlan;
  readonly parts: Readonly<Record<Part, Int32Array>>;
  readonly data: ProgramData;
  /** Largest batch of the programs that evaluate. */
  readonly maxBatch: number;
  readonly learned: LearnedTensors;
  readonly testEachEpoch: boolean;
}

/** An epoch that is done, with all that is to be booked of it. */
export interface EpochEntry {
  readonly record: EpochRecord;
  readonly tested?: TagValues;
  /** Its weights, where they are the best so far and are to be kept. */
  readonly weights?: readonly FloatArray[];
}

export class EpochBook {
  /** Of the epoch under way. */
  readonly sums: EpochSums;
  /** Values of the epochs so far, with those of the test part where they were asked for. */
  readonly history = new EpochHistory();
  readonly best: BestWeights;
  readonly #evaluation: Evaluation;
  readonly #parts: EpochBookOptions['parts'];
  readonly #tests: boolean;

  constructor({ plan, parts, data, maxBatch, learned, testEachEpoch }: EpochBookOptions) {
    this.sums = new EpochSums(plan, data);
    this.best = new BestWeights(learned, plan.training.earlyStopping);
    this.#evaluation = new Evaluation(plan, data, maxBatch);
    this.#parts = parts;
    this.#tests = testEachEpoch;
  }

  /** Tags of an epoch's values, in their order. */
  get tags(): readonly string[] {
    const { tags } = this.sums;
    const validated = this.#parts.validation.length > 0;
    const tested = this.#tests && this.#parts.test.length > 0;
    return [
      ...tags.flatMap((tag) => (validated ? [tag, `val_${tag}`] : [tag])),
      ...(tested ? tags.map((tag) => `test_${tag}`) : []),
    ];
  }

  /** What the epoch under way has come to; books nothing yet. */
  *entryOf(program: Program, epoch: number): Pieces<EpochEntry> {
    const training = yield* this.sums.values();
    const { validation, test } = this.#parts;
    const validated = yield* this.#evaluation.of(program, validation, 'val_');
    const tested = this.#tests ? yield* this.#evaluation.of(program, test, 'test_') : undefined;
    const values = training.flatMap((value, i) => (validated ? [value, validated[i]] : [value]));
    const record: EpochRecord = { epoch, step: program.step, values };
    return { record, tested, weights: yield* this.best.weightsOf(record) };
  }

  /** True where early stopping says that the run is over. */
  book({ record, tested = [], weights }: EpochEntry): boolean {
    this.history.append([...record.values, ...tested]);
    return this.best.observe(record, weights);
  }

  /** Whether the loss of the train part is finite in every batch; where not, that batch is left in the program. */
  isFinite(program: Program): Pieces<boolean> {
    return this.#evaluation.isFinite(program, this.#parts.train);
  }

  *snapshot(): Pieces<Pick<TrainerState, 'lossSum' | 'mass' | 'metrics' | 'history' | 'watch' | 'best' | 'last'>> {
    return { ...(yield* this.sums.snapshot()), history: this.history.snapshot(), ...this.best.snapshot() };
  }

  /** Once begun to be gone on with to its end. */
  *restore(state: TrainerState): Pieces<void> {
    yield* this.sums.restore(state);
    this.history.restore(state.history);
    this.best.restore(state);
  }
}
