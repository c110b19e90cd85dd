/** The records of a run's epochs: sums of the current one, values of finished ones, the best weights. */
import type { TrainingPlan } from '../spec/plan';
import type { Part } from '../spec/spec';
import type { Program, ProgramData } from './backend';
import { BestWeights } from './bestWeights';
import { EpochSums } from './epochSums';
import { Evaluation } from './evaluation';
import { EpochHistory } from './history';
import type { LearnedTensors } from './learnedTensors';
import type { EpochRecord, TrainerState } from './run';

export interface EpochBookOptions {
  readonly plan: TrainingPlan;
  readonly parts: Readonly<Record<Part, Int32Array>>;
  readonly data: ProgramData;
  /** Largest batch of the program that evaluates. */
  readonly maxBatch: number;
  readonly learned: LearnedTensors;
  readonly testEachEpoch: boolean;
}

export class EpochBook {
  /** Sums of the current epoch. */
  readonly sums: EpochSums;
  /** Values of the finished epochs; those of the test part only with `testEachEpoch`. */
  readonly history = new EpochHistory();
  readonly best: BestWeights;
  readonly #validation: Evaluation;
  readonly #test?: Evaluation;
  readonly #parts: EpochBookOptions['parts'];

  constructor({ plan, parts, data, maxBatch, learned, testEachEpoch }: EpochBookOptions) {
    this.sums = new EpochSums(plan, data);
    this.best = new BestWeights(learned, plan.training.earlyStopping);
    this.#validation = new Evaluation(plan, data, parts.validation, maxBatch);
    if (testEachEpoch) {
      this.#test = new Evaluation(plan, data, parts.test, maxBatch);
    }
    this.#parts = parts;
  }

  /** Tags of an epoch's values, in their order. */
  get tags(): readonly string[] {
    const { tags } = this.sums;
    const validated = this.#parts.validation.length > 0;
    const tested = this.#test && this.#parts.test.length > 0;
    return [
      ...tags.flatMap((tag) => (validated ? [tag, `val_${tag}`] : [tag])),
      ...(tested ? tags.map((tag) => `test_${tag}`) : []),
    ];
  }

  /** Continues the epoch's evaluation, batch by batch, while `more()` returns true. True once it is done. */
  evaluate(program: Program, more: () => boolean): boolean {
    return this.#validation.run(program, more) && (this.#test?.run(program, more) ?? true);
  }

  /** For changed weights: the evaluation starts over. */
  restartEvaluation(): void {
    this.#validation.reset();
    this.#test?.reset();
  }

  /** Books an epoch after its evaluation. `stop`: early stopping ends the run. */
  book(program: Program, epoch: number): { readonly record: EpochRecord; readonly stop: boolean } {
    const training = this.sums.values();
    const validated = this.#validation.values('val_');
    const tested = this.#test?.values('test_') ?? [];
    this.restartEvaluation();
    const values = validated ? training.flatMap((value, i) => [value, validated[i]]) : training;
    const record: EpochRecord = { epoch, step: program.step, values };
    this.history.append(tested.length > 0 ? [...values, ...tested] : values);
    return { record, stop: this.best.observe(record) };
  }

  /** All but the history, which may be long. */
  snapshot(): Pick<TrainerState, 'lossSum' | 'mass' | 'metrics' | 'watch' | 'best' | 'last'> {
    return { ...this.sums.snapshot(), ...this.best.snapshot() };
  }

  restore(state: TrainerState): void {
    this.restartEvaluation();
    this.sums.restore(state);
    this.history.restore(state.history, this.tags);
    this.best.restore(state);
  }
}
