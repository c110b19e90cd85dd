/**
 * The trainer: a step machine over a program. It keeps the order of samples, sums of the epoch, early stopping and the log of
 * interventions. No timers, no I/O: who drives it decides when.
 */

import type { TrainingPlan } from '../spec/plan';
import { type Part, parts as partNames } from '../spec/spec';
import type { Divergence, FloatArray, Program, ProgramData, Tensor } from './backend';
import { EpochBook } from './epochBook';
import { Evaluation } from './evaluation';
import type { EpochHistory, TagValues } from './history';
import { LearnedTensors } from './learnedTensors';
import {
  backwardLayer,
  beginBatch,
  complete,
  findDivergence,
  forwardLayer,
  lossPieces,
  type Pieces,
  restoreProgram,
  takeSnapshot,
  updateLayer,
} from './pieces';
import { RateControl } from './rateControl';
import type {
  ClosingReason,
  EndReason,
  EpochRecord,
  Intervention,
  Move,
  Position,
  Stretch,
  TrainerOptions,
  TrainerState,
} from './run';
import { type Phase, phasesOf } from './steps';
import { dataOf, mostOfBatch, programPieces, SampleOrder } from './trainingData';

/** Steps that one call of the program does at most. */
const mostStepsOfCall = 8192;

/** One run, from its first phase to its end. Ask `ended` before each move. */
export class Trainer {
  readonly plan: TrainingPlan;
  readonly data: ProgramData;
  readonly parts: Readonly<Record<Part, Int32Array>>;

  readonly #options: Omit<TrainerOptions, 'initial' | 'data' | 'program'>;
  readonly #program: Program;
  readonly #maxBatch: number;
  readonly #phases: readonly Phase[];
  readonly #epochs: EpochBook;
  readonly #order: SampleOrder;
  readonly #learned: LearnedTensors;
  /** Nothing but its loss is asked of a step, and nothing changes between two: many can be done in one call. */
  readonly #hasOnlyLosses: boolean;
  /** Of the steps of one call. */
  readonly #losses: Float64Array;
  /** Steps of the last call that fitted into its time. */
  #stretch = 1;
  readonly #rates: RateControl;
  #scratch?: Program;

  #epoch = 1;
  #batch = 0;
  /** Index of the next phase; 0 where no step is under way. */
  #phase = 0;
  #batchLoss = Number.NaN;
  #ended?: EndReason;
  #divergence?: Divergence;
  #interventions: Intervention[] = [];
  /** Pieces of the step at hand that are under way. Dropped they are begun anew, from the start of their phase. */
  #step?: Pieces<boolean>;
  /** What is left of that step's updates, or of the best weights' return, once begun: never dropped, since the weights are of two steps till then. */
  #writing?: Pieces<void>;
  /** Pieces of the end of an epoch whose steps are all done. */
  #end?: Pieces<EpochRecord | undefined>;
  /** The end under way has booked the last epoch, with which the run is over once that has been looked through; the record where it is untold. */
  #closing?: { readonly reason: ClosingReason; readonly record?: EpochRecord };

  constructor(options: TrainerOptions) {
    const { initial, data, program, ...rest } = options;
    const { plan, parts } = rest;
    const { training } = plan;
    this.#options = rest;
    this.plan = plan;
    this.parts = parts;
    if (parts.train.length === 0) {
      throw new Error('The train part is empty: give it a share of the split.');
    }
    this.#maxBatch = mostOfBatch(options);
    this.#program = program ?? complete(programPieces(options, complete(dataOf(options)), { initial }));
    this.data = this.#program.data;
    this.#phases = phasesOf(plan.network);
    this.#order = new SampleOrder(plan, parts.train);
    this.#hasOnlyLosses = training.metrics.length === 0 && training.schedule === undefined;
    this.#losses = new Float64Array(Math.min(this.batches, mostStepsOfCall));
    this.#learned = new LearnedTensors(this.#program, plan);
    this.#epochs = new EpochBook({
      plan,
      parts,
      data: this.data,
      maxBatch: this.#maxBatch,
      learned: this.#learned,
      testEachEpoch: options.testEachEpoch === true,
    });
    if (options.weights) {
      this.#learned.write(options.weights);
    }
    this.#rates = new RateControl(training, training.epochs * this.batches);
    this.#rates.apply(this.#program);
  }

  get position(): Position {
    const phase = this.#phase === 0 ? undefined : this.#phases[this.#phase];
    return { epoch: this.#epoch, batch: this.#batch, step: this.#program.step, phase };
  }

  /** Set when the run is over. */
  get ended(): EndReason | undefined {
    return this.#ended;
  }

  /** Of the run's last epoch, where that is booked and the run's end is still under way. */
  get closingRecord(): EpochRecord | undefined {
    return this.#closing?.record;
  }

  get divergence(): Divergence | undefined {
    return this.#divergence;
  }

  /** Values of the epochs so far, with those of the test part where they were asked for. */
  get history(): EpochHistory {
    return this.#epochs.history;
  }

  get interventions(): readonly Intervention[] {
    return this.#interventions;
  }

  /** Batches of an epoch. */
  get batches(): number {
    return this.#order.batches;
  }

  /** Loss of the latest batch, before its update; NaN before the first. */
  get batchLoss(): number {
    return this.#batchLoss;
  }

  /** Of the step under way, or the next. */
  get learningRate(): number {
    return this.#program.learningRate;
  }

  /** Sets the learning rate from the next update on; a schedule then has no say any more. */
  setLearningRate(value: number): void {
    this.#rates.takeOver();
    this.#program.learningRate = value;
    this.#interventions.push({ step: this.#program.step, kind: 'learning_rate', value });
  }

  /** Phases of one step. */
  get phaseCount(): number {
    return this.#phases.length;
  }

  /** Tags of an epoch's values, in their order. */
  get epochTags(): readonly string[] {
    return this.#epochs.tags;
  }

  /** Names of the learned tensors and of running statistics, in their order of storage. */
  get learnedNames(): readonly string[] {
    return this.#learned.names;
  }

  /** Copies of the learned tensors by name. */
  weights(): ReadonlyMap<string, FloatArray> {
    return complete(this.weightPieces());
  }

  /** `weights` in pieces, between which the run does not go on. */
  *weightPieces(): Pieces<ReadonlyMap<string, FloatArray>> {
    yield* this.#finishWriting();
    return yield* this.#learned.read();
  }

  /** Sets the learned tensors, all of them; the optimizer's memory stays. Logged as an intervention. */
  setWeights(weights: ReadonlyMap<string, ArrayLike<number>>): void {
    this.finishUpdates();
    this.#learned.write(weights);
    this.#interventions.push({ step: this.#program.step, kind: 'weights' });
  }

  /** Reads a tensor of the run's program: a learned one, or one of the current batch. */
  read(name: string): Tensor {
    this.finishUpdates();
    return this.#program.read(name);
  }

  /** Row indices of the batch that is under way or comes next; after the run's end the last epoch's first. */
  nextRows(): Int32Array {
    return this.#order.rowsOf(this.#batch < this.batches ? this.#batch : 0).slice();
  }

  /** Does the next phase. Throws where the run is over: ask `ended` first. */
  advance(): Move {
    this.#mustRun();
    this.finishUpdates();
    this.#step = undefined;
    const phase = this.#phases[this.#phase];
    if (this.#epochDone) {
      return { phase: this.#phases[this.#phases.length - 1], record: complete(this.#epochEnd()), ended: this.#ended };
    }
    complete(this.#beginStep());
    if (phase.kind === 'loss' || phase.kind === 'update') {
      return this.#shortMove(phase);
    }
    this.#program[phase.kind](phase.layer);
    this.#phase++;
    return { phase };
  }

  /** Finishes the step at hand, or does one whole step. */
  trainBatch(): Stretch {
    const steps = this.#wholeStep();
    const record = this.#epochDone ? complete(this.#epochEnd()) : undefined;
    return { steps, record, ended: this.#ended };
  }

  /** Runs to the end of the epoch under way. */
  trainEpoch(): Stretch {
    return this.runChunk(() => true);
  }

  /** Runs whole steps while `more()` says so, not past an epoch's end; at least one, or a piece of an epoch's beginning or end, which may be left. */
  runChunk(more: () => boolean): Stretch {
    this.#mustRun();
    if (!this.#order.draw(more)) {
      return { steps: 0 };
    }
    if (this.#hasOnlyLosses && this.#phase === 0 && !this.#step && !this.#epochDone) {
      return this.#runStretches(more);
    }
    let steps = 0;
    while (!this.#epochDone) {
      steps += this.#wholeStep();
      if (this.#ended || (!this.#epochDone && !more())) {
        return { steps, ended: this.#ended };
      }
    }
    return this.#runEnd(steps, more);
  }

  /** The same within a step: works through its pieces while `more()` says so, at least one, and leaves the rest under way. */
  runPieces(more: () => boolean): Stretch {
    this.#mustRun();
    if (this.#epochDone) {
      return this.#runEnd(0, more);
    }
    if (!this.#order.draw(more)) {
      return { steps: 0 };
    }
    this.#step ??= this.#stepInPieces();
    do {
      const { done, value } = this.#step.next();
      if (!done) {
        continue;
      }
      const steps = value ? 1 : 0;
      return this.#epochDone && more() ? this.#runEnd(steps, more) : { steps, ended: this.#ended };
    } while (more());
    return { steps: 0 };
  }

  /** Finishes the updates of the step at hand where pieces of them are done: so that the weights are of one step. */
  finishUpdates(): void {
    complete(this.#finishWriting());
  }

  *#finishWriting(): Pieces<void> {
    if (this.#writing) {
      yield* this.#writing;
    }
    this.#writing = undefined;
  }

  /**
   * For a run that is ended from outside: leaves no step half done. Before its first update a step is given up, to be begun anew; after
   * that it is finished. Returns what was done and not told yet. Put down for good, it may be begun anew.
   */
  *settle(): Pieces<Stretch> {
    // With its last update a step is done, though not booked.
    const isBooking = this.#step !== undefined && this.#writing !== undefined;
    this.#step = undefined;
    const isUpdating = !this.#ended && (this.#phases[this.#phase].kind === 'update' || isBooking);
    yield* isUpdating ? this.#finishStep() : this.#finishWriting();
    this.#phase = 0;
    this.#end = undefined;
    return { steps: isUpdating ? 1 : 0, record: this.#closing?.record };
  }

  /** As `runChunk`, with many steps in one call of the program: twice as many as in the last, as long as there is time. */
  #runStretches(more: () => boolean): Stretch {
    let steps = 0;
    let length = Math.max(1, Math.floor(this.#stretch / 4));
    for (;;) {
      const first = this.#batch;
      const wanted = Math.min(length, this.batches - first, this.#losses.length);
      const rows = this.#order.rowsOf(first, wanted);
      const before = this.#program.step;
      const done = this.#program.trainSteps(rows, rows.length, wanted, this.#losses);
      for (let i = 0; i < done; i++) {
        this.#epochs.sums.addLoss(this.#losses[i], rows, this.#order.fromOf(i), this.countOf(first + i));
        this.#options.onBatch?.(before + i + 1, this.#losses[i]);
      }
      this.#batchLoss = this.#losses[Math.min(done, wanted - 1)];
      this.#batch += done;
      steps += done;
      if (done < wanted) {
        return { steps, ended: complete(this.#diverge()) };
      }
      this.#rates.apply(this.#program);
      if (this.#epochDone || !more()) {
        this.#stretch = length;
        return this.#epochDone ? this.#runEnd(steps, more) : { steps };
      }
      length *= 2;
    }
  }

  /** Loss and metrics of a part in evaluation mode at the current weights; undefined where the part is empty. */
  evaluate(part: Part): TagValues | undefined {
    return complete(this.#evaluatePart(part));
  }

  /** Values of every part that is not empty, in evaluation mode. */
  *evaluateAll(): Pieces<Readonly<Partial<Record<Part, TagValues>>>> {
    const values: Partial<Record<Part, TagValues>> = {};
    for (const part of partNames) {
      const found = yield* this.#evaluatePart(part);
      if (found) {
        values[part] = found;
      }
    }
    return values;
  }

  /**
   * A second program in the run's state, for probes to use and train as they like: the run is not changed; the next call brings it back.
   * Between the pieces the run does not go on.
   */
  *scratchPieces(): Pieces<Program> {
    const initial = yield* this.weightPieces();
    // What it would draw is overwritten at once.
    this.#scratch ??= yield* programPieces(this.#options, this.data, { initial, scratch: true });
    const { batch: _, ...state } = yield* takeSnapshot(this.#program);
    yield* restoreProgram(this.#scratch, state);
    return this.#scratch;
  }

  /** Threads that whole steps use. */
  get threads(): number {
    return this.#program.threads;
  }

  /** Ends the programs' threads; nothing may be asked any more. */
  dispose(): void {
    this.#program.dispose?.();
    this.#scratch?.dispose?.();
  }

  /** Largest batch that the run's and the scratch program take. */
  get maxBatch(): number {
    return this.#maxBatch;
  }

  snapshot(): TrainerState {
    return complete(this.snapshotPieces());
  }

  /** `snapshot` in pieces, between which the run does not go on. */
  *snapshotPieces(): Pieces<TrainerState> {
    yield* this.#finishWriting();
    const { batch, ...program } = yield* takeSnapshot(this.#program);
    return {
      // Before its first phase is done a step has not begun.
      program: batch && this.#phase > 0 ? { ...program, batch } : program,
      epoch: this.#epoch,
      batch: this.#batch,
      phase: this.#phase,
      ...(yield* this.#epochs.snapshot()),
      rates: this.#rates.snapshot(),
      batchLoss: this.#batchLoss,
      closing: this.#closing?.reason,
      ended: this.#ended,
      divergence: this.#divergence,
      interventions: [...this.#interventions],
    };
  }

  /** Of a trainer that has not begun: a state with the arrays that every one of its states has; within a step also that step's. */
  *blankState(withinStep: boolean): Pieces<TrainerState> {
    const state = yield* this.snapshotPieces();
    if (!withinStep) {
      return state;
    }
    this.#program.begin(this.#order.rows, 0, 1, 'training');
    return { ...state, program: yield* takeSnapshot(this.#program) };
  }

  /** Takes over a state of this plan and these data. A run that was complete goes on where the plan has more epochs. */
  restore(state: TrainerState): void {
    complete(this.restoreInPieces(state));
  }

  /** `restore` in pieces, once begun to be gone on with to its end. */
  *restoreInPieces(state: TrainerState): Pieces<void> {
    this.#step = undefined;
    this.#writing = undefined;
    this.#end = undefined;
    this.#closing = state.closing && { reason: state.closing };
    yield* restoreProgram(this.#program, state.program);
    this.#epoch = state.epoch;
    this.#batch = state.batch;
    this.#phase = state.phase;
    yield* this.#epochs.restore(state);
    this.#rates.restore(state.rates);
    this.#batchLoss = state.batchLoss;
    this.#ended = state.ended;
    this.#divergence = state.divergence;
    this.#interventions = [...state.interventions];
    this.#order.begin(this.#epoch);
    if ((state.ended ?? state.closing) === 'completed' && this.#epoch < this.plan.training.epochs) {
      this.#ended = undefined;
      this.#closing = undefined;
      yield* this.#epochs.best.goOn();
      this.#beginNextEpoch();
    }
  }

  #mustRun(): void {
    if (this.#ended) {
      throw new Error(`The run is over (${this.#ended}): start it anew to train on.`);
    }
  }

  /** Samples of a batch of an epoch. */
  countOf(batch: number): number {
    return this.#order.countOf(batch);
  }

  *#diverge(): Pieces<EndReason> {
    this.#divergence = yield* findDivergence(this.#program);
    this.#ended = 'diverged';
    this.#step = undefined;
    return this.#ended;
  }

  /** All steps of the epoch are done; its values are not yet. */
  get #epochDone(): boolean {
    return this.#ended === undefined && this.#batch >= this.batches;
  }

  *#beginStep(): Pieces<void> {
    if (this.#phase > 0) {
      return;
    }
    const from = this.#order.fromOf(this.#batch);
    yield* beginBatch(this.#program, this.#order.rows, from, this.countOf(this.#batch), 'training');
  }

  /** Finishes the step at hand, or does one whole step; the epoch's end is left. Returns the steps done: none where the run diverges. */
  #wholeStep(): number {
    this.#mustRun();
    if (this.#epochDone) {
      return 0;
    }
    if (this.#phase > 0 || this.#step) {
      return complete(this.#step ?? this.#stepInPieces()) ? 1 : 0;
    }
    const from = this.#order.fromOf(this.#batch);
    this.#batchLoss = this.#program.trainStep(this.#order.rows, from, this.countOf(this.#batch));
    if (!Number.isFinite(this.#batchLoss)) {
      complete(this.#diverge());
      return 0;
    }
    complete(this.#bookBatch());
    return 1;
  }

  #shortMove(phase: Phase): Move {
    const { loss, stepDone } = this.#shortPhase(phase);
    const record = stepDone && this.#epochDone ? complete(this.#epochEnd()) : undefined;
    return { phase, loss, stepDone, record, ended: this.#ended };
  }

  /** The loss, or a layer's update; the last update ends the step. */
  #shortPhase(phase: Phase): { readonly loss?: number; readonly stepDone?: boolean } {
    if (phase.kind === 'loss') {
      return complete(this.#takeLoss(this.#program.loss()));
    }
    this.#program.update(phase.layer as number);
    const stepDone = this.#endPhase();
    if (stepDone) {
      complete(this.#bookBatch());
    }
    return { stepDone };
  }

  *#takeLoss(loss: number): Pieces<{ readonly loss: number; readonly stepDone?: boolean }> {
    this.#batchLoss = loss;
    if (Number.isFinite(loss)) {
      return { loss, stepDone: this.#endPhase() };
    }
    yield* this.#diverge();
    return { loss };
  }

  /** True where the step is done with it, and is to be booked. */
  #endPhase(): boolean {
    this.#phase++;
    if (this.#phase < this.#phases.length) {
      return false;
    }
    this.#program.endStep();
    this.#phase = 0;
    return true;
  }

  /** The updates that are left of the step at hand. */
  #finishStep(): Pieces<void> {
    this.#writing ??= this.#updatesInPieces();
    return this.#finishWriting();
  }

  *#updatesInPieces(): Pieces<void> {
    do {
      yield* updateLayer(this.#program, this.#phases[this.#phase].layer as number);
      yield;
    } while (!this.#endPhase());
    yield* this.#bookBatch();
    this.#step = undefined;
  }

  /** The step at hand; true where it is done, false where the run diverges. */
  *#stepInPieces(): Pieces<boolean> {
    yield* this.#beginStep();
    yield;
    for (;;) {
      const phase = this.#phases[this.#phase];
      if (phase.kind === 'forward' || phase.kind === 'backward') {
        yield* (phase.kind === 'forward' ? forwardLayer : backwardLayer)(this.#program, phase.layer);
        this.#phase++;
        yield;
      } else if (phase.kind === 'update') {
        yield* this.#finishStep();
        return true;
      } else {
        yield* this.#takeLoss(yield* lossPieces(this.#program));
        if (this.#ended) {
          return false;
        }
        yield;
      }
    }
  }

  #runEnd(steps: number, more: () => boolean): Stretch {
    this.#end ??= this.#epochEnd();
    do {
      const { done, value } = this.#end.next();
      if (done) {
        return { steps, record: value, ended: this.#ended };
      }
    } while (more());
    return { steps };
  }

  /** Books a finished step. Once begun to be gone on with to its end. */
  *#bookBatch(): Pieces<void> {
    const count = this.countOf(this.#batch);
    const from = this.#order.fromOf(this.#batch);
    this.#epochs.sums.addLoss(this.#batchLoss, this.#order.rows, from, count);
    yield* this.#epochs.sums.addOutputs(this.#program.outputs(), this.#order.rows, from, count);
    this.#batch++;
    this.#rates.apply(this.#program);
    this.#options.onBatch?.(this.#program.step, this.#batchLoss);
  }

  /** The epoch's record, early stopping, and perhaps the run's end. Nothing is booked before all values are there. */
  *#epochEnd(): Pieces<EpochRecord | undefined> {
    const record = this.#closing ? this.#closing.record : yield* this.#bookEpoch();
    if (this.#closing) {
      yield* this.#finishWriting();
      // No later batch would show that the last update was one too many.
      const finite = yield* this.#epochs.isFinite(this.#program);
      if (finite) {
        this.#ended = this.#closing.reason;
      } else {
        yield* this.#diverge();
      }
    } else {
      this.#beginNextEpoch();
    }
    this.#closing = undefined;
    this.#end = undefined;
    return record;
  }

  *#bookEpoch(): Pieces<EpochRecord> {
    const entry = yield* this.#epochs.entryOf(this.#program, this.#epoch);
    const { record } = entry;
    const stop = this.#epochs.book(entry);
    this.#rates.observe(record.values);
    this.#rates.apply(this.#program);
    if (stop || this.#epoch >= this.plan.training.epochs) {
      this.#closing = { reason: stop ? 'early_stopping' : 'completed', record };
      this.#writing = this.#epochs.best.bringBack();
    }
    return record;
  }

  #beginNextEpoch(): void {
    this.#epoch++;
    this.#batch = 0;
    this.#order.begin(this.#epoch);
    this.#epochs.sums.reset();
  }

  *#evaluatePart(part: Part): Pieces<TagValues | undefined> {
    // Within a step, and at an epoch's end, the run's own buffers are in use.
    const busy = this.#phase > 0 || this.#step !== undefined || this.#end !== undefined;
    const evaluation = new Evaluation(this.plan, this.data, this.#maxBatch);
    return yield* evaluation.of(busy ? yield* this.scratchPieces() : this.#program, this.parts[part], '');
  }
}
