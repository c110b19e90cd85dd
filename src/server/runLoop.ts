/** Drives a trainer in chunks of about 10 ms and sends events. Messages are received between two chunks. */
import { BoundedSeries } from '../common/boundedSeries';
import type { FilmCursor } from '../common/filmFile';
import { TrainingTime } from '../common/trainingTime';
import type { ChunkResult, Film, Trainer } from '../engine';
import type { EngineEvent, EpochRecord, Progress } from '../protocol/engine';
import type { RunState } from '../runs/series';
import type { ServerEnvironment } from './environment';
import { EpochLog } from './epochLog';
import { lossWarning } from './lossWarning';
import { Pace } from './pace';
import { RateMeter } from './rateMeter';

/** Milliseconds of a chunk. */
const chunkTime = 10;
/** Milliseconds between two rounds of events: 20 a second. */
export const eventTime = 50;
/** Milliseconds between two events of the film while the run trains. */
const filmTime = 500;
/** The batch losses of one round are thinned to this many buckets. */
const batchBuckets = 128;

export interface RunLoopOptions {
  readonly environment: ServerEnvironment;
  readonly everyEpoch: boolean;
  /** Seconds that the run has trained before. Default: 0. */
  readonly secondsBefore?: number;
  /** Pauses the run each time this many epochs are done. */
  readonly pauseEvery?: number;
  readonly tell: (event: EngineEvent, transfer?: readonly ArrayBuffer[]) => void;
  /** Called after each epoch of the network's training, not of a fold's. */
  readonly onEpoch?: (record: EpochRecord) => void;
  /** The trainer has ended the run. */
  readonly onEnd: () => void;
  /** The trainer threw. */
  readonly onError: (error: unknown) => void;
}

/** A number is that of the steps that are to be done. */
type Goal = 'end' | 'epoch' | number;

export class RunLoop {
  readonly #options: RunLoopOptions;
  readonly #epochs: EpochLog;
  readonly #batches = new BoundedSeries(batchBuckets);
  readonly #meter = new RateMeter();
  readonly #time = new TrainingTime();
  readonly #pace = new Pace();
  #trainer: Trainer | undefined;
  #film: Film | undefined;
  /** The film as it was told last, and when. */
  #filmTold: { readonly cursor: FilmCursor; readonly at: number } | undefined;
  /** Trainings of the run that follow the trainer's: it is then that of a fold. */
  #trainingsLeft = 0;
  #state: RunState = 'waiting';
  #goal: Goal = 'end';
  #scheduled = false;
  #lastEvents = Number.NEGATIVE_INFINITY;
  #runningSince: number | undefined;
  #elapsed = 0;
  /** A warning about the first epoch whose validation loss was not finite. */
  #warning: string | undefined;
  #waiters: (() => void)[] = [];

  /** Receives the losses of batches: the trainer's `onBatch`. */
  readonly noteBatch = (step: number, loss: number): void => this.#batches.append(step, loss);

  constructor(options: RunLoopOptions) {
    this.#options = options;
    this.#epochs = new EpochLog(options.everyEpoch);
  }

  /** Goes over to the next training of the run; a step by epoch ends before it. */
  attach({ trainer, film }: { readonly trainer: Trainer; readonly film?: Film }, trainingsLeft: number): void {
    this.#trainer = trainer;
    this.#film = film;
    this.#filmTold = undefined;
    this.#trainingsLeft = trainingsLeft;
    this.#epochs.begin(trainer.history.length);
    this.#warning = undefined;
    this.#meter.reset();
    if (this.#state === 'running' && this.#goal === 'epoch') {
      this.hold('paused');
    }
  }

  get state(): RunState {
    return this.#state;
  }

  /** Seconds in which the run was running. */
  get seconds(): number {
    const open = this.#runningSince === undefined ? 0 : this.#options.environment.now() - this.#runningSince;
    return (this.#elapsed + open) / 1000;
  }

  run(goal: Goal = 'end'): void {
    this.#goal = goal;
    if (goal === 'end') {
      // A step by epoch that is in progress becomes part of this run: its request is answered at once.
      this.#wake();
    }
    this.#mustHaveTrainer().breakAt = typeof goal === 'number' ? goal : Number.POSITIVE_INFINITY;
    if (this.#state !== 'running') {
      this.#state = 'running';
      this.#runningSince = this.#options.environment.now();
      this.#meter.reset();
    }
    this.flush();
    this.#schedule();
  }

  /** Pauses the run, or ends it with another state. Resolves every `held`. */
  hold(state: Exclude<RunState, 'running' | 'waiting'>): void {
    if (this.#runningSince !== undefined) {
      this.#elapsed += this.#options.environment.now() - this.#runningSince;
      this.#runningSince = undefined;
    }
    this.#state = state;
    this.#wake();
  }

  /** Resolves when the run stops running, or is to run to its end after all. */
  held(): Promise<void> {
    return this.#state === 'running' ? new Promise((resolve) => this.#waiters.push(resolve)) : Promise.resolve();
  }

  /** For a run that is stopped: finishes or discards the current step, and sends what has not been sent. */
  settle(): void {
    this.#trainer?.settle();
    this.drain();
  }

  /** Does one phase or one batch, synchronously. */
  step(unit: 'phase' | 'batch'): void {
    const trainer = this.#mustHaveTrainer();
    if (trainer.ended) {
      this.#options.onEnd();
      return;
    }
    try {
      this.#book(unit === 'phase' ? trainer.advance() : trainer.trainBatch());
    } catch (error) {
      this.#options.onError(error);
      return;
    }
    if (this.#state === 'paused') {
      this.flush();
    }
  }

  /** Sends the waiting epochs and batches, then the run's progress. */
  flush(): void {
    this.drain();
    this.#options.tell({ type: 'progress', progress: this.progress() });
  }

  /** Sends the waiting epochs and batches. */
  drain(): void {
    this.#lastEvents = this.#options.environment.now();
    const records = this.#epochs.take();
    if (records.length > 0) {
      this.#options.tell({ type: 'epochs', records });
    }
    this.#tellFilm();
    this.#tellTime();
    if (this.#batches.count > 0) {
      const { x, y } = this.#batches.points();
      this.#batches.clear();
      const buffers = [x.buffer as ArrayBuffer, y.buffer as ArrayBuffer];
      this.#options.tell({ type: 'batches', steps: x, losses: y }, buffers);
    }
  }

  #tellTime(): void {
    const step = this.#trainingsLeft === 0 ? this.#trainer?.position.step : undefined;
    const { secondsBefore = 0, tell } = this.#options;
    const moment = step === undefined ? undefined : this.#time.moment(step, this.seconds, !this.#isRunning());
    if (moment) {
      tell({ type: 'time', step: moment.step, seconds: secondsBefore + moment.seconds });
    }
  }

  /** While the run trains, not each time that there is a new frame. */
  #tellFilm(): void {
    const { cursor, frames } = this.#film ?? {};
    const told = this.#filmTold;
    const isKnown = cursor?.drops === told?.cursor.drops && cursor?.frames === told?.cursor.frames;
    const now = this.#options.environment.now();
    if (cursor && frames && !isKnown && !(this.#isRunning() && told && now - told.at < filmTime)) {
      this.#filmTold = { cursor, at: now };
      this.#options.tell({ type: 'film', steps: Float64Array.from(frames, ({ step }) => step) });
    }
  }

  progress(): Progress {
    const trainer = this.#mustHaveTrainer();
    const { batch, step, phase, ...position } = trainer.position;
    const { epochs } = trainer.plan.training;
    const rate = this.#state === 'running' ? this.#meter.rate : 0;
    // Between two epochs it is the one that is done: 0 before the first phase.
    const epoch = batch === 0 && !phase ? trainer.history.length : position.epoch;
    const epochsLeft = epochs - position.epoch + this.#trainingsLeft * epochs;
    const memory = this.#options.environment.machine?.memory?.();
    const stepsLeft = epochsLeft * trainer.batches + (trainer.batches - batch);
    return {
      state: this.#state,
      epoch,
      epochs,
      step,
      rate,
      secondsLeft: rate > 0 ? Math.max(0, stepsLeft) / rate : undefined,
      learningRate: trainer.learningRate,
      ...(memory !== undefined && { memory }),
      phase,
      warning: this.#warning,
    };
  }

  #wake(): void {
    for (const wake of this.#waiters.splice(0)) {
      wake();
    }
  }

  #schedule(): void {
    if (!this.#scheduled) {
      this.#scheduled = true;
      this.#options.environment.schedule(() => {
        this.#scheduled = false;
        this.#chunk();
      });
    }
  }

  #chunk(): void {
    if (this.#state !== 'running') {
      return;
    }
    const { environment } = this.#options;
    const trainer = this.#mustHaveTrainer();
    if (trainer.ended) {
      // It was complete before it began: no epochs were wanted, or its checkpoint held them all.
      this.#options.onEnd();
      if (this.#isRunning()) {
        this.#schedule();
      }
      return;
    }
    const deadline = environment.now() + chunkTime;
    const isThere = () => typeof this.#goal === 'number' && trainer.position.step >= this.#goal;
    const more = () => environment.now() < deadline && !isThere();
    try {
      do {
        this.#book(this.#work(trainer, more));
        if (this.#isRunning() && isThere()) {
          this.hold('paused');
          this.flush();
        }
      } while (this.#trainer === trainer && this.#isRunning() && more());
    } catch (error) {
      this.#options.onError(error);
      return;
    }
    if (!this.#isRunning()) {
      return;
    }
    const now = environment.now();
    this.#meter.observe(now, this.#mustHaveTrainer().position.step);
    if (now - this.#lastEvents >= eventTime) {
      this.flush();
    }
    this.#schedule();
  }

  /** Trains while `more()` returns true, by whole steps or by phases. */
  #work(trainer: Trainer, more: () => boolean): ChunkResult {
    const { environment } = this.#options;
    const start = environment.now();
    const result = trainer.runChunk(more, this.#pace.unit);
    // Otherwise this was the end of an epoch, whose time says nothing about that of a step.
    if (result.steps > 0 || trainer.position.phase) {
      this.#pace.note(environment.now() - start, result.steps);
    }
    return result;
  }

  // A method, since the compiler does not see that booking a result may change the state.
  #isRunning(): boolean {
    return this.#state === 'running';
  }

  #book({ record, ended }: Pick<ChunkResult, 'record' | 'ended'>): void {
    if (record) {
      this.#epochs.push(record);
      this.#warning ??= lossWarning(record);
      if (this.#trainingsLeft === 0) {
        this.#options.onEpoch?.(record);
      }
    }
    if (ended) {
      this.#options.onEnd();
    } else if (record && this.#isRunning() && this.#pausesAfter(record.epoch)) {
      this.hold('paused');
      this.flush();
    }
  }

  #pausesAfter(epoch: number): boolean {
    if (this.#mustHaveTrainer().isClosing) {
      // After the last epoch the run goes on to its end.
      return false;
    }
    // A fold has no checkpoints.
    const pauseEvery = this.#trainingsLeft > 0 ? undefined : this.#options.pauseEvery;
    return this.#goal === 'epoch' || (pauseEvery !== undefined && epoch % pauseEvery === 0);
  }

  #mustHaveTrainer(): Trainer {
    if (!this.#trainer) {
      throw new Error('The run has no trainer yet: attach one before driving it.');
    }
    return this.#trainer;
  }
}
