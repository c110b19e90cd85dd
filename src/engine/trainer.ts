/**
 * The trainer: a step machine over a program. It keeps the order of samples, sums of the epoch, early
 * stopping and the log of interventions. It has no timers and does no I/O: the caller decides when it moves.
 */

import { assertNever } from '../common/assertNever';
import type { Intervention } from '../common/intervention';
import type { TagValues } from '../common/tagValues';
import type { TrainingPlan } from '../spec/plan';
import type { Part } from '../spec/spec';
import type { Divergence, FloatArray, Program, ProgramData, Tensor } from './backend';
import { EpochBook } from './epochBook';
import { Evaluation, FiniteCheck } from './evaluation';
import { Camera } from './film/camera';
import type { EpochHistory } from './history';
import { LearnedTensors } from './learnedTensors';
import { RateControl } from './rateControl';
import { doAgain, Replay } from './replay';
import type {
  ChunkResult,
  ClosingReason,
  EndReason,
  EpochRecord,
  Move,
  Position,
  TrainerOptions,
  TrainerState,
} from './run';
import { type Phase, phasesOf } from './steps';
import { compileProgram, dataOf, maxBatchSize, SampleOrder } from './trainingData';

/** One call of the program does at most this many steps. */
const maxStepsPerCall = 8192;

const always = (): boolean => true;

/** One run, from its first phase to its end. Check `ended` before each move. */
export class Trainer {
  /** A step at which `more` is asked, although several quick ones are done at once. */
  breakAt = Number.POSITIVE_INFINITY;
  readonly plan: TrainingPlan;
  readonly data: ProgramData;
  readonly parts: Readonly<Record<Part, Int32Array>>;

  readonly #options: Omit<TrainerOptions, 'initial' | 'data'>;
  readonly #program: Program;
  readonly #maxBatch: number;
  readonly #phases: readonly Phase[];
  readonly #epochs: EpochBook;
  readonly #order: SampleOrder;
  readonly #learned: LearnedTensors;
  /** No metrics and no schedule: nothing happens between steps, and one call of the program can do many. */
  readonly #hasOnlyLosses: boolean;
  /** Losses of the steps of one call. */
  readonly #losses: Float64Array;
  /** Steps of the latest call of the program. The next chunk starts with a quarter of them. */
  #stepsPerCall = 1;
  readonly #rates: RateControl;
  readonly #camera: Camera;
  #scratch?: Program;

  /** Counts from 1; 0 in a run of no epochs, which is complete from the beginning. */
  #epoch: number;
  #batch = 0;
  /** Index of the next phase; 0 between two steps. */
  #phase = 0;
  #batchLoss = Number.NaN;
  #ended?: EndReason;
  #divergence?: Divergence;
  #interventions: Intervention[] = [];
  readonly #replay: Replay;
  /** Why the run is about to end: its last epoch is booked, and a last check of the weights is under way. */
  #closing?: ClosingReason;
  readonly #finiteCheck: FiniteCheck;

  constructor(options: TrainerOptions) {
    const { initial, data: _, ...rest } = options;
    const { plan, parts } = rest;
    const { training } = plan;
    this.#options = rest;
    this.plan = plan;
    this.parts = parts;
    if (parts.train.length === 0) {
      throw new Error('The train part is empty: give it a share of the split.');
    }
    this.#maxBatch = maxBatchSize(options);
    this.#program = compileProgram(options, dataOf(options), { initial });
    this.data = this.#program.data;
    this.#phases = phasesOf(plan.network);
    this.#order = new SampleOrder(plan, parts.train);
    this.#epoch = Math.min(training.epochs, 1);
    this.#ended = training.epochs === 0 ? 'completed' : undefined;
    this.#hasOnlyLosses = training.metrics.length === 0 && training.schedule === undefined;
    this.#losses = new Float64Array(Math.min(this.batches, maxStepsPerCall));
    this.#learned = new LearnedTensors(this.#program, plan);
    this.#replay = new Replay(options.replay);
    this.#finiteCheck = new FiniteCheck(parts.train, this.#maxBatch);
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
    this.#rates = new RateControl(training, Math.max(training.epochs, 1) * this.batches);
    this.#rates.apply(this.#program);
    this.#camera = new Camera(options.film, this.#program, this.#learned);
  }

  get position(): Position {
    const phase = this.#phase === 0 ? undefined : this.#phases[this.#phase];
    return { epoch: this.#epoch, batch: this.#batch, step: this.#program.step, phase };
  }

  /** Why the run is over; undefined while it is not. */
  get ended(): EndReason | undefined {
    return this.#ended;
  }

  /** The last epoch is booked; a last check of the weights comes before the run's end. */
  get isClosing(): boolean {
    return this.#closing !== undefined;
  }

  get divergence(): Divergence | undefined {
    return this.#divergence;
  }

  /** Values of the finished epochs; those of the test part only with `testEachEpoch`. */
  get history(): EpochHistory {
    return this.#epochs.history;
  }

  /** The epoch whose weights early stopping has restored, and its values; undefined for the last weights. */
  get kept(): { readonly epoch: number; readonly values: TagValues } | undefined {
    const epoch = this.#epochs.best.keptEpoch;
    return epoch === undefined
      ? undefined
      : { epoch, values: this.epochTags.map((tag) => [tag, this.history.valuesOf(tag, epoch)[epoch - 1]] as const) };
  }

  get interventions(): readonly Intervention[] {
    return this.#interventions;
  }

  /** Batches of an epoch. */
  get batches(): number {
    return this.#order.batches;
  }

  /** Loss of the latest batch, before its update. NaN before the first. */
  get batchLoss(): number {
    return this.#batchLoss;
  }

  /** Learning rate of the current or next step. */
  get learningRate(): number {
    return this.#program.learningRate;
  }

  /** Sets the learning rate from the next step's updates on. From then on a schedule is ignored. */
  setLearningRate(value: number): void {
    this.#finishUpdates();
    this.#rates.ignoreSchedule();
    this.#program.learningRate = value;
    this.#noteIntervention({ kind: 'learning_rate', value });
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
    return this.#learned.read();
  }

  /** Sets all learned tensors, of a file of this name; the memory of the optimizer stays. */
  setWeights(weights: ReadonlyMap<string, ArrayLike<number>>, file?: string): void {
    this.#change(() => this.#learned.write(weights), { kind: 'weights', ...(file !== undefined && { file }) });
  }

  /** Sets one learned number; the memory of the optimizer stays. */
  setWeight(tensor: string, index: number, value: number): void {
    this.#change(() => this.#learned.writeOne(tensor, index, value), { kind: 'weight', value, tensor, index });
  }

  /** Reads a tensor of the run's program: a learned one, or one of the current batch. */
  read(name: string): Tensor {
    return this.#program.read(name);
  }

  /** Row indices of the current or next batch; of the epoch's first one where all its steps are done. */
  nextRows(): Int32Array {
    return this.#order.rowsOf(this.#batch < this.batches ? this.#batch : 0).slice();
  }

  /** Does the next phase. Throws where the run is over: check `ended` first. */
  advance(): Move {
    this.#mustRun();
    this.#replayDue();
    const move = this.#epochDone ? { phase: this.#phases[this.#phases.length - 1] } : this.#doPhase();
    return this.#epochDone ? { ...move, ...this.#endEpoch(always) } : move;
  }

  /** Finishes the current step, or does one whole step. */
  trainBatch(): ChunkResult {
    this.#mustRun();
    this.#replayDue();
    const steps = this.#epochDone || !this.#doStep() ? 0 : 1;
    const end = this.#epochDone ? this.#endEpoch(always) : { ended: this.#ended };
    return { steps, ...end };
  }

  /** Runs to the end of the current epoch. */
  trainEpoch(): ChunkResult {
    return this.runChunk(always);
  }

  /**
   * Trains while `more()` returns true, at most to the epoch's end. `more` is called after each step (or
   * several quick ones), or with the unit `phase` after each phase. All updates of a step count as one phase:
   * between them only some layers have their new weights. At the epoch's end `more` is called after each
   * batch of the evaluation.
   */
  runChunk(more: () => boolean, unit: 'step' | 'phase' = 'step'): ChunkResult {
    this.#mustRun();
    if (unit === 'step' && this.#hasOnlyLosses && this.#phase === 0 && !this.#epochDone) {
      return this.#runManySteps(more);
    }
    let steps = 0;
    while (!this.#epochDone) {
      this.#replayDue();
      const stepDone = unit === 'step' ? this.#doStep() : this.#doPhaseOrUpdates();
      steps += stepDone ? 1 : 0;
      if (this.#ended || (!this.#epochDone && !more())) {
        return { steps, ended: this.#ended };
      }
    }
    return { steps, ...this.#endEpoch(more) };
  }

  /** As `runChunk`, but each call of the program does twice as many steps as the one before. */
  #runManySteps(more: () => boolean): ChunkResult {
    let steps = 0;
    let length = Math.max(1, Math.floor(this.#stepsPerCall / 4));
    for (;;) {
      this.#replayDue();
      const first = this.#batch;
      const wanted = Math.min(length, this.batches - first, this.#losses.length, this.#stepsAhead);
      const rows = this.#order.rowsOf(first, wanted);
      const before = this.#program.step;
      const done = this.#program.trainSteps(rows, rows.length, wanted, this.#losses);
      for (let i = 0; i < done; i++) {
        this.#epochs.sums.addLoss(this.#losses[i], rows, this.#order.fromOf(i), this.countOf(first + i));
        this.#tellBatch(before + i + 1, this.#losses[i]);
      }
      this.#batchLoss = this.#losses[Math.min(done, wanted - 1)];
      this.#batch += done;
      steps += done;
      this.#lookWithinEpoch();
      if (done < wanted) {
        return { steps, ended: this.#diverge() };
      }
      if (this.#epochDone || !more()) {
        this.#stepsPerCall = length;
        return this.#epochDone ? { steps, ...this.#endEpoch(more) } : { steps };
      }
      length *= 2;
    }
  }

  /** If updates come next, does them all: between them only some layers have their new weights. */
  #finishUpdates(): void {
    while (this.#phases[this.#phase].kind === 'update') {
      this.#doPhase();
    }
  }

  /** For a run that is stopped: finishes a step that has reached its updates, and discards any other. */
  settle(): void {
    this.#finishUpdates();
    this.#phase = 0;
    this.#camera.look(true);
  }

  /** Loss and metrics of a part in evaluation mode at the current weights. Undefined for an empty part. */
  evaluate(part: Part): TagValues | undefined {
    // Within a step the run's own buffers are in use.
    const program = this.#phase > 0 ? this.scratch() : this.#program;
    const evaluation = new Evaluation(this.plan, this.data, this.parts[part], this.#maxBatch);
    evaluation.run(program, always);
    return evaluation.values();
  }

  /**
   * A second program in the run's state, for probes to use and train as they like. The run is not changed.
   * The next call returns the same program, reset to the run's state.
   */
  scratch(): Program {
    // It is compiled with the run's weights, so that it draws none of its own.
    this.#scratch ??= compileProgram(this.#options, this.data, { initial: this.weights(), scratch: true });
    const { batch: _, ...state } = this.#program.snapshot();
    this.#scratch.restore(state);
    return this.#scratch;
  }

  /** Threads that whole steps use. */
  get threads(): number {
    return this.#program.threads;
  }

  /** Ends the programs' threads. Nothing may be called after this. */
  dispose(): void {
    this.#program.dispose?.();
    this.#scratch?.dispose?.();
  }

  /** Largest batch that the run's program and the scratch program take. */
  get maxBatch(): number {
    return this.#maxBatch;
  }

  /** Lengths of the metrics' states after this many samples of an epoch. */
  metricLengths(samples: number): readonly number[] {
    return this.#epochs.sums.stateLengths(samples);
  }

  snapshot(lean = false): TrainerState {
    return this.holdState()(lean);
  }

  /**
   * The state of this moment, which the function gives at any later one: only then it copies the history. A
   * lean state has no values of very many epochs.
   */
  holdState(): (lean?: boolean) => TrainerState {
    const { batch, ...program } = this.#program.snapshot();
    const { length } = this.history;
    const state = {
      // Before its first phase is done a step has not begun.
      program: batch && this.#phase > 0 ? { ...program, batch } : program,
      epoch: this.#epoch,
      batch: this.#batch,
      phase: this.#phase,
      ...this.#epochs.snapshot(),
      rates: this.#rates.snapshot(),
      batchLoss: this.#batchLoss,
      closing: this.#closing,
      ended: this.#ended,
      divergence: this.#divergence,
      interventions: [...this.#interventions],
    };
    return (lean) => ({ ...state, history: this.history.snapshot(length, lean) });
  }

  /**
   * For a trainer that has not begun: a state whose program has as many arrays, of the same lengths, as in
   * every later state of the run. `withinStep` adds the arrays of an unfinished step.
   */
  blankState(withinStep: boolean): TrainerState {
    const state = this.snapshot();
    if (!withinStep) {
      return state;
    }
    this.#program.begin(this.#order.rows, 0, 1, 'training');
    return { ...state, program: this.#program.snapshot() };
  }

  /** Restores a state of the same plan and data. A completed run goes on if the plan now has more epochs. */
  restore(state: TrainerState): void {
    this.#program.restore(state.program);
    this.#epoch = state.epoch;
    this.#batch = state.batch;
    this.#phase = state.phase;
    this.#epochs.restore(state);
    this.#rates.restore(state.rates);
    this.#batchLoss = state.batchLoss;
    this.#closing = state.closing;
    this.#ended = state.ended;
    this.#divergence = state.divergence;
    this.#interventions = [...state.interventions];
    this.#order.begin(this.#epoch);
    this.#epochs.restartEvaluation();
    this.#finiteCheck.reset();
    this.#camera.restart();
    if ((state.ended ?? state.closing) === 'completed' && this.#epoch < this.plan.training.epochs) {
      this.#ended = undefined;
      this.#closing = undefined;
      this.#epochs.best.restoreLast();
      this.#beginNextEpoch();
    }
    this.#rates.apply(this.#program);
  }

  #mustRun(): void {
    if (this.#ended) {
      throw new Error(`The run is over (${this.#ended}): start a new one to train on.`);
    }
  }

  /** Samples of a batch of an epoch. */
  countOf(batch: number): number {
    return this.#order.countOf(batch);
  }

  #diverge(): EndReason {
    this.#divergence = this.#program.findDivergence();
    this.#camera.look(true);
    this.#ended = 'diverged';
    return this.#ended;
  }

  /** All steps of the epoch are done, and `#endEpoch` comes next. */
  get #epochDone(): boolean {
    return this.#ended === undefined && this.#batch >= this.batches;
  }

  /** Finishes the current step, or does one whole step. False where the run diverges. */
  #doStep(): boolean {
    if (this.#phase > 0) {
      while (!this.#ended) {
        if (this.#doPhase().stepDone) {
          return true;
        }
      }
      return false;
    }
    const from = this.#order.fromOf(this.#batch);
    this.#batchLoss = this.#program.trainStep(this.#order.rows, from, this.countOf(this.#batch));
    if (!Number.isFinite(this.#batchLoss)) {
      this.#diverge();
      return false;
    }
    this.#bookBatch();
    return true;
  }

  /** Does the next phase, or all remaining updates of the step. True where that finished the step. */
  #doPhaseOrUpdates(): boolean {
    const before = this.#batch;
    if (this.#phases[this.#phase].kind === 'update') {
      this.#finishUpdates();
    } else {
      this.#doPhase();
    }
    return this.#batch > before;
  }

  #doPhase(): Move {
    const phase = this.#phases[this.#phase];
    if (this.#phase === 0) {
      const from = this.#order.fromOf(this.#batch);
      this.#program.begin(this.#order.rows, from, this.countOf(this.#batch), 'training');
    }
    switch (phase.kind) {
      case 'forward':
      case 'backward':
        this.#program[phase.kind](phase.layer);
        return this.#finishPhase({ phase });
      case 'loss': {
        const loss = this.#program.loss();
        this.#batchLoss = loss;
        return Number.isFinite(loss) ? this.#finishPhase({ phase, loss }) : { phase, loss, ended: this.#diverge() };
      }
      case 'update':
        this.#program.update(phase.layer);
        return this.#finishPhase({ phase });
      default:
        return assertNever(phase);
    }
  }

  /** Moves to the next phase. After the last one it ends and books the step. */
  #finishPhase(move: Move): Move {
    this.#phase++;
    if (this.#phase < this.#phases.length) {
      return move;
    }
    this.#program.endStep();
    this.#phase = 0;
    this.#bookBatch();
    return { ...move, stepDone: true };
  }

  #bookBatch(): void {
    const count = this.countOf(this.#batch);
    const from = this.#order.fromOf(this.#batch);
    this.#epochs.sums.addLoss(this.#batchLoss, this.#order.rows, from, count);
    this.#epochs.sums.addOutputs(this.#program.outputs(), this.#order.rows, from, count);
    this.#batch++;
    this.#rates.apply(this.#program);
    this.#tellBatch(this.#program.step, this.#batchLoss);
    this.#lookWithinEpoch();
  }

  #tellBatch(step: number, loss: number): void {
    this.#options.onBatch?.(step, loss);
    this.#camera.note(loss);
  }

  /** After an epoch's last step the learning rate may change: the look waits until the epoch is booked. */
  #lookWithinEpoch(): void {
    if (!this.#epochDone) {
      this.#camera.look();
    }
  }

  /**
   * Works on the end of the epoch while `more()` returns true: its evaluation, its record and, after the last
   * epoch, a check of the weights. Nothing is booked before the evaluation is complete.
   */
  #endEpoch(more: () => boolean): Pick<ChunkResult, 'record' | 'ended'> {
    let record: EpochRecord | undefined;
    this.#replayDue();
    if (!this.#closing) {
      if (!this.#epochs.evaluate(this.#program, more)) {
        return {};
      }
      record = this.#bookEpoch();
      if (!this.#closing) {
        this.#beginNextEpoch();
        return { record };
      }
      if (!more()) {
        return { record };
      }
      this.#replayDue();
    }
    // No later batch would show that the loss is not finite after the last update.
    const finite = this.#finiteCheck.run(this.#program, more);
    if (finite !== undefined) {
      this.#ended = finite ? this.#closing : this.#diverge();
      this.#closing = undefined;
    }
    return { record, ended: this.#ended };
  }

  #bookEpoch(): EpochRecord {
    const { record, stop } = this.#epochs.book(this.#program, this.#epoch);
    this.#rates.observe(record.values);
    this.#rates.apply(this.#program);
    const isLast = stop || this.#epoch >= this.plan.training.epochs;
    this.#camera.look(isLast);
    if (isLast) {
      this.#closing = stop ? 'early_stopping' : 'completed';
      this.#epochs.best.restoreBest();
    }
    return record;
  }

  #noteIntervention(change: Omit<Intervention, 'step' | 'epochs'>): void {
    const intervention = { step: this.#program.step, epochs: this.history.length, ...change };
    this.#interventions.push(intervention);
    this.#options.onIntervention?.(intervention);
  }

  /** Does the interventions again that an earlier run had at this place. */
  #replayDue(): void {
    while (this.#phase === 0) {
      const due = this.#replay.takeDue(this.#program.step, this.history.length);
      if (!due) {
        return;
      }
      doAgain(due, this);
    }
  }

  /** Steps until the next intervention that is done again, the next look for the film, or `breakAt`. */
  get #stepsAhead(): number {
    return Math.max(1, Math.min(this.#replay.nextStep, this.#camera.next, this.breakAt) - this.#program.step);
  }

  #beginNextEpoch(): void {
    this.#epoch++;
    this.#batch = 0;
    this.#order.begin(this.#epoch);
    this.#epochs.sums.reset();
  }

  /** Changes learned numbers by hand: a step under way and the end of an epoch begin anew with them. */
  #change(write: () => void, change: Omit<Intervention, 'step' | 'epochs'>): void {
    this.settle();
    write();
    this.#epochs.restartEvaluation();
    this.#finiteCheck.reset();
    this.#noteIntervention(change);
  }
}
