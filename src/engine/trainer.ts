/**
 * The trainer: a step machine over a program. It keeps the order of samples, sums of the epoch, early stopping and the log of
 * interventions. No timers, no I/O: who drives it decides when.
 */

import { assertNever } from '../common/assertNever';
import { permutation, purposes } from '../common/random';
import { storedTensors, type TrainingPlan } from '../spec/plan';
import { type Part, parts as partNames } from '../spec/spec';
import type { Backend, Divergence, FloatArray, Program, ProgramData, Tensor } from './backend';
import { sampleWeights } from './classWeights';
import { Watch } from './earlyStopping';
import { forwardAll } from './forwardAll';
import { EpochHistory, type TagValues } from './history';
import { type Metric, makeMetric, metricContext } from './metrics';
import { RateControl } from './rateControl';
import type {
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

/** Evaluation works through a part in batches of at most this many. */
const evaluationBatch = 256;

/** Steps that one call of the program does at most. */
const mostStepsOfCall = 8192;

/** One run, from its first phase to its end. Ask `ended` before each move. */
export class Trainer {
  readonly plan: TrainingPlan;
  readonly data: ProgramData;
  readonly parts: Readonly<Record<Part, Int32Array>>;

  readonly #backend: Backend;
  readonly #options: TrainerOptions;
  readonly #program: Program;
  readonly #maxBatch: number;
  readonly #phases: readonly Phase[];
  /** Of the epoch under way, and those that evaluation uses. */
  readonly #metrics: readonly Metric[];
  readonly #partMetrics: readonly Metric[];
  readonly #learnedNames: readonly string[];
  /** Nothing but its loss is asked of a step, and nothing changes between two: many can be done in one call. */
  readonly #hasOnlyLosses: boolean;
  /** Of the steps of one call. */
  readonly #losses: Float64Array;
  /** Steps of the last call that fitted into its time. */
  #stretch = 1;
  readonly #watch?: Watch;
  readonly #rates: RateControl;
  readonly #history = new EpochHistory();
  #scratch?: Program;

  #epoch = 1;
  #batch = 0;
  /** Index of the next phase; 0 where no step is under way. */
  #phase = 0;
  #order: Int32Array;
  #lossSum = 0;
  /** What the losses in the sum counted: samples, or their weights. */
  #mass = 0;
  #batchLoss = Number.NaN;
  #ended?: EndReason;
  #divergence?: Divergence;
  #interventions: Intervention[] = [];
  #best?: readonly FloatArray[];
  #last?: readonly FloatArray[];

  constructor(options: TrainerOptions) {
    const { plan, backend, parts } = options;
    const { network, training } = plan;
    this.#options = options;
    this.#backend = backend;
    this.plan = plan;
    this.parts = parts;
    this.data = dataOf(options);
    if (parts.train.length === 0) throw new Error('The train part is empty: give it a share of the split.');
    const largest = Math.min(training.batchSize, parts.train.length);
    this.#maxBatch = Math.max(largest, Math.min(evaluationBatch, options.data.samples));
    this.#program = this.#compile();
    this.#phases = phasesOf(network);
    const context = metricContext(network);
    this.#metrics = training.metrics.map((metric) => makeMetric(metric, context));
    this.#partMetrics = training.metrics.map((metric) => makeMetric(metric, context));
    this.#hasOnlyLosses = training.metrics.length === 0 && training.schedule === undefined;
    this.#losses = new Float64Array(Math.min(Math.ceil(parts.train.length / training.batchSize), mostStepsOfCall));
    this.#learnedNames = network.layers.flatMap((layer) => storedTensors(layer).map((tensor) => tensor.name));
    if (training.earlyStopping) this.#watch = new Watch(training.earlyStopping);
    if (options.weights) this.#write(options.weights);
    this.#order = this.#orderOf(1);
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

  get divergence(): Divergence | undefined {
    return this.#divergence;
  }

  /** Values of the epochs so far, with those of the test part where they were asked for. */
  get history(): EpochHistory {
    return this.#history;
  }

  get interventions(): readonly Intervention[] {
    return this.#interventions;
  }

  /** Batches of an epoch. */
  get batches(): number {
    return Math.ceil(this.#order.length / this.plan.training.batchSize);
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
    const tags = ['loss', ...this.#metrics.map(({ name }) => name)];
    const validated = this.parts.validation.length > 0;
    const tested = this.#options.testEachEpoch === true && this.parts.test.length > 0;
    return [
      ...tags.flatMap((tag) => (validated ? [tag, `val_${tag}`] : [tag])),
      ...(tested ? tags.map((tag) => `test_${tag}`) : []),
    ];
  }

  /** Names of the learned tensors and of running statistics, in their order of storage. */
  get learnedNames(): readonly string[] {
    return this.#learnedNames;
  }

  /** Copies of the learned tensors by name. */
  weights(): ReadonlyMap<string, FloatArray> {
    return new Map(this.#learnedNames.map((name) => [name, this.#program.read(name).values]));
  }

  /** Sets the learned tensors, all of them; the optimizer's memory stays. Logged as an intervention. */
  setWeights(weights: ReadonlyMap<string, ArrayLike<number>>): void {
    this.#write(weights);
    this.#interventions.push({ step: this.#program.step, kind: 'weights' });
  }

  /** Reads a tensor of the run's program: a learned one, or one of the current batch. */
  read(name: string): Tensor {
    return this.#program.read(name);
  }

  /** Row indices of the batch that is under way or comes next; after the run's end the last epoch's first. */
  nextRows(): Int32Array {
    const batch = this.#batch < this.batches ? this.#batch : 0;
    const from = batch * this.plan.training.batchSize;
    return this.#order.slice(from, from + this.countOf(batch));
  }

  /** Does the next phase. Throws where the run is over: ask `ended` first. */
  advance(): Move {
    this.#mustRun();
    const program = this.#program;
    const phase = this.#phases[this.#phase];
    const count = this.countOf(this.#batch);
    if (this.#phase === 0) program.begin(this.#order, this.#batch * this.plan.training.batchSize, count, 'training');
    let loss: number | undefined;
    switch (phase.kind) {
      case 'forward':
        program.forward(phase.layer);
        break;
      case 'loss':
        loss = program.loss();
        this.#batchLoss = loss;
        if (!Number.isFinite(loss)) return { phase, loss, ended: this.#diverge() };
        break;
      case 'backward':
        program.backward(phase.layer);
        break;
      case 'update':
        program.update(phase.layer);
        break;
      default:
        assertNever(phase);
    }
    this.#phase++;
    if (this.#phase < this.#phases.length) return { phase, loss };
    program.endStep();
    this.#phase = 0;
    const record = this.#finishBatch(count);
    return { phase, loss, stepDone: true, record, ended: this.#ended };
  }

  /** Finishes the step at hand, or does one whole step. */
  trainBatch(): Stretch {
    this.#mustRun();
    if (this.#phase > 0) {
      for (;;) {
        const move = this.advance();
        if (move.stepDone || move.ended)
          return { steps: move.stepDone ? 1 : 0, record: move.record, ended: move.ended };
      }
    }
    const count = this.countOf(this.#batch);
    const loss = this.#program.trainStep(this.#order, this.#batch * this.plan.training.batchSize, count);
    this.#batchLoss = loss;
    if (!Number.isFinite(loss)) return { steps: 0, ended: this.#diverge() };
    const record = this.#finishBatch(count);
    return { steps: 1, record, ended: this.#ended };
  }

  /** Runs to the end of the epoch under way. */
  trainEpoch(): Stretch {
    return this.runChunk(() => true);
  }

  /** Runs whole steps while `more()` says so, but not past the end of an epoch; at least one. */
  runChunk(more: () => boolean): Stretch {
    if (this.#phase === 0 && this.#hasOnlyLosses) return this.#runStretches(more);
    let steps = 0;
    for (;;) {
      const { steps: done, record, ended } = this.trainBatch();
      steps += done;
      if (record || ended || !more()) return { steps, record, ended };
    }
  }

  /** As `runChunk`, with many steps in one call of the program: twice as many as in the last, as long as there is time. */
  #runStretches(more: () => boolean): Stretch {
    this.#mustRun();
    const { batchSize } = this.plan.training;
    let steps = 0;
    let length = Math.max(1, Math.floor(this.#stretch / 4));
    for (;;) {
      const first = this.#batch;
      const wanted = Math.min(length, this.batches - first, this.#losses.length);
      const rows = this.#order.subarray(first * batchSize, (first + wanted) * batchSize);
      const before = this.#program.step;
      const done = this.#program.trainSteps(rows, rows.length, wanted, this.#losses);
      for (let i = 0; i < done; i++) {
        const mass = this.#massOf(rows, i * batchSize, this.countOf(first + i));
        this.#lossSum += this.#losses[i] * mass;
        this.#mass += mass;
        this.#options.onBatch?.(before + i + 1, this.#losses[i]);
      }
      this.#batchLoss = this.#losses[Math.min(done, wanted - 1)];
      this.#batch += done;
      steps += done;
      if (done < wanted) return { steps, ended: this.#diverge() };
      this.#rates.apply(this.#program);
      const record = this.#batch === this.batches ? this.#finishEpoch() : undefined;
      if (record || !more()) {
        this.#stretch = length;
        return { steps, record, ended: this.#ended };
      }
      length *= 2;
    }
  }

  /** Loss and metrics of a part in evaluation mode at the current weights; undefined where the part is empty. */
  evaluate(part: Part): TagValues | undefined {
    // Within a step the run's own buffers are in use.
    return this.#evaluate(this.#phase === 0 ? this.#program : this.scratch(), part, '');
  }

  /** Values of every part that is not empty, in evaluation mode. */
  evaluateAll(): Readonly<Partial<Record<Part, TagValues>>> {
    const values: Partial<Record<Part, TagValues>> = {};
    for (const part of partNames) {
      const found = this.evaluate(part);
      if (found) values[part] = found;
    }
    return values;
  }

  /**
   * A second program in the state of the run's (weights, optimizer, step), which probes may use and train as they like: the run
   * is not changed. The next call brings it back to the run's state.
   */
  scratch(): Program {
    this.#scratch ??= this.#compile(true);
    const { batch: _, ...state } = this.#program.snapshot();
    this.#scratch.restore(state);
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
    return {
      program: this.#program.snapshot(),
      epoch: this.#epoch,
      batch: this.#batch,
      phase: this.#phase,
      lossSum: this.#lossSum,
      mass: this.#mass,
      metrics: this.#metrics.map((metric) => metric.snapshot()),
      rates: this.#rates.snapshot(),
      batchLoss: this.#batchLoss,
      ended: this.#ended,
      divergence: this.#divergence,
      history: this.#history.snapshot(),
      interventions: [...this.#interventions],
      watch: this.#watch?.snapshot(),
      best: this.#best?.map((values) => values.slice()),
      last: this.#last?.map((values) => values.slice()),
    };
  }

  /** Of a trainer that has not begun: a state with the arrays that every one of its states has; within a step also that step's. */
  blankState(withinStep: boolean): TrainerState {
    if (withinStep) this.#program.begin(this.#order, 0, 1, 'training');
    return this.snapshot();
  }

  /** Takes over a state of this plan and these data. A run that was complete goes on where the plan has more epochs. */
  restore(state: TrainerState): void {
    this.#program.restore(state.program);
    this.#epoch = state.epoch;
    this.#batch = state.batch;
    this.#phase = state.phase;
    this.#lossSum = state.lossSum;
    this.#mass = state.mass;
    for (const [i, metric] of this.#metrics.entries()) metric.restore(state.metrics[i]);
    this.#rates.restore(state.rates);
    this.#batchLoss = state.batchLoss;
    this.#ended = state.ended;
    this.#divergence = state.divergence;
    this.#history.restore(state.history);
    this.#interventions = [...state.interventions];
    if (state.watch) this.#watch?.restore(state.watch);
    this.#best = state.best?.map((values) => values.slice());
    this.#last = state.last?.map((values) => values.slice());
    this.#order = this.#orderOf(this.#epoch);
    if (this.#ended === 'completed' && this.#epoch < this.plan.training.epochs) {
      this.#ended = undefined;
      this.#writeAll(this.#last);
      this.#last = undefined;
      this.#beginNextEpoch();
    }
  }

  #compile(scratch = false): Program {
    return this.#backend.compile(this.plan, this.data, {
      scratch,
      precision: this.#options.precision,
      threads: this.#options.threads,
      maxBatch: this.#maxBatch,
    });
  }

  #write(weights: ReadonlyMap<string, ArrayLike<number>>): void {
    for (const name of this.#learnedNames) {
      const values = weights.get(name);
      if (!values) throw new Error(`The weights have no tensor ${name}.`);
      this.#program.write(name, values);
    }
  }

  /** Copies of the learned tensors, in their order of storage. */
  #readAll(): readonly FloatArray[] {
    return this.#learnedNames.map((name) => this.#program.read(name).values);
  }

  #writeAll(tensors: readonly FloatArray[] = []): void {
    for (const [i, values] of tensors.entries()) this.#program.write(this.#learnedNames[i], values);
  }

  #mustRun(): void {
    if (this.#ended) throw new Error(`The run is over (${this.#ended}): start it anew to train on.`);
  }

  #orderOf(epoch: number): Int32Array {
    const { train } = this.parts;
    if (!this.plan.training.shuffle) return train;
    return permutation(this.plan.seed, purposes.shuffle, epoch, train.length).map((i) => train[i]);
  }

  /** Samples of a batch of an epoch. */
  countOf(batch: number): number {
    const { batchSize } = this.plan.training;
    return Math.min(batchSize, this.#order.length - batch * batchSize);
  }

  #diverge(): EndReason {
    this.#divergence = this.#program.findDivergence();
    this.#ended = 'diverged';
    return this.#ended;
  }

  /** Books a finished step; at the epoch's end its record, early stopping, and perhaps the run's end. */
  #finishBatch(count: number): EpochRecord | undefined {
    const from = this.#batch * this.plan.training.batchSize;
    const mass = this.#massOf(this.#order, from, count);
    this.#lossSum += this.#batchLoss * mass;
    this.#mass += mass;
    for (let i = 0; i < this.#metrics.length; i++) {
      this.#metrics[i].add(this.#program.outputs(), this.data.targets, this.#order, from, count);
    }
    this.#batch++;
    this.#rates.apply(this.#program);
    this.#options.onBatch?.(this.#program.step, this.#batchLoss);
    if (this.#batch < this.batches) return undefined;
    return this.#finishEpoch();
  }

  #finishEpoch(): EpochRecord {
    const training: TagValues = [
      ['loss', meanOf(this.#lossSum, this.#mass)],
      ...this.#metrics.map((metric) => [metric.name, metric.value()] as const),
    ];
    const validation = this.#evaluate(this.#program, 'validation', 'val_');
    const record: EpochRecord = {
      epoch: this.#epoch,
      step: this.#program.step,
      values: training.flatMap((value, i) => (validation ? [value, validation[i]] : [value])),
    };
    const test = this.#options.testEachEpoch ? this.#evaluate(this.#program, 'test', 'test_') : undefined;
    this.#history.append([...record.values, ...(test ?? [])]);
    this.#rates.observe(record.values);
    this.#rates.apply(this.#program);
    const stop = this.#observe(record);
    if (stop || this.#epoch >= this.plan.training.epochs) {
      this.#ended = stop ? 'early_stopping' : 'completed';
      if (this.#best) this.#last = this.#readAll();
      this.#writeAll(this.#best);
      // No later batch would show that the last update was one too many.
      if (!this.#staysFinite()) this.#diverge();
    } else {
      this.#beginNextEpoch();
    }
    return record;
  }

  #beginNextEpoch(): void {
    this.#epoch++;
    this.#batch = 0;
    this.#order = this.#orderOf(this.#epoch);
    this.#lossSum = 0;
    this.#mass = 0;
    for (const metric of this.#metrics) metric.reset();
  }

  #observe(record: EpochRecord): boolean {
    const options = this.plan.training.earlyStopping;
    if (!this.#watch || !options) return false;
    const value = record.values.find(([tag]) => tag === options.monitor)?.[1];
    if (value === undefined)
      throw new Error(`Early stopping monitors ${options.monitor}, which no epoch has: check the spec.`);
    const { improved, stop } = this.#watch.observe(record.epoch, value);
    if (improved && options.restoreBest) this.#best = this.#readAll();
    return stop;
  }

  /** Whether the loss of every training batch is finite at the current weights; where not, that batch is left in the program. */
  #staysFinite(): boolean {
    const { train } = this.parts;
    for (let from = 0; from < train.length; from += this.#maxBatch) {
      forwardAll(this.#program, train, from, Math.min(this.#maxBatch, train.length - from));
      if (!Number.isFinite(this.#program.loss())) return false;
    }
    return true;
  }

  #evaluate(program: Program, part: Part, prefix: string): TagValues | undefined {
    const rows = this.parts[part];
    if (rows.length === 0) return undefined;
    let loss = 0;
    let mass = 0;
    for (const metric of this.#partMetrics) metric.reset();
    for (let from = 0; from < rows.length; from += this.#maxBatch) {
      const count = Math.min(this.#maxBatch, rows.length - from);
      forwardAll(program, rows, from, count);
      const own = this.#massOf(rows, from, count);
      loss += program.loss() * own;
      mass += own;
      for (const metric of this.#partMetrics) metric.add(program.outputs(), this.data.targets, rows, from, count);
    }
    return [
      [`${prefix}loss`, meanOf(loss, mass)],
      ...this.#partMetrics.map((metric) => [`${prefix}${metric.name}`, metric.value()] as const),
    ];
  }

  /** What a batch's loss counts in a mean over several: its samples, or the sum of their weights. */
  #massOf(rows: Int32Array, from: number, count: number): number {
    const { sampleWeights } = this.data;
    if (!sampleWeights) return count;
    let mass = 0;
    for (let s = 0; s < count; s++) mass += sampleWeights[rows[from + s]];
    return mass;
  }
}

/** 0 where nothing counts: every sample's class has the weight 0. */
function meanOf(sum: number, mass: number): number {
  return mass === 0 ? 0 : sum / mass;
}

/** The data as the programs take them, narrowed once so that the scratch program shares the copy, and weighed by class. */
function dataOf({ plan, data, parts, precision, classNames = ['0', '1'] }: TrainerOptions): ProgramData {
  const { classWeight } = plan.training;
  const weights = classWeight && sampleWeights(classWeight, data, parts.train, classNames);
  const narrowed =
    precision === 'float64'
      ? data
      : { ...data, inputs: Float32Array.from(data.inputs), targets: Float32Array.from(data.targets) };
  return weights ? { ...narrowed, sampleWeights: weights } : narrowed;
}
