/** Drives a trainer in short chunks, so that messages come in between, and tells what happened at a bearable rate. */
import { t } from '@vscode/l10n';
import { BoundedSeries } from '../common/boundedSeries';
import type { Backend, Pieces, Stretch, Trainer } from '../engine';
import type { EngineEvent, EpochRecord, Progress } from '../protocol/engine';
import type { RunState } from '../runs/series';
import type { ServerEnvironment } from './environment';
import { EpochLog } from './epochLog';
import { chunkTime } from './inChunks';
import { Pace } from './pace';
import { RateMeter } from './rateMeter';

/** Milliseconds between two rounds of events: 20 a second. */
const eventTime = 50;
/** Buckets of the batch losses of one round. */
const batchBuckets = 128;

export interface RunLoopOptions {
  readonly environment: ServerEnvironment;
  readonly everyEpoch: boolean;
  /** Holds the run after every so many epochs. */
  readonly pauseEvery?: number;
  readonly tell: (event: EngineEvent, transfer?: readonly ArrayBuffer[]) => void;
  /** The trainer says that the run is over. */
  readonly onEnd: () => void;
  /** The trainer threw. */
  readonly onError: (error: unknown) => void;
}

type Goal = 'end' | 'epoch';

export class RunLoop {
  readonly #options: RunLoopOptions;
  readonly #epochs: EpochLog;
  readonly #batches = new BoundedSeries(batchBuckets);
  readonly #meter = new RateMeter();
  #pace = new Pace();
  #trainer: Trainer | undefined;
  #state: RunState = 'waiting';
  #goal: Goal = 'end';
  #scheduled = false;
  #lastEvents = Number.NEGATIVE_INFINITY;
  #runningSince: number | undefined;
  #elapsed = 0;
  /** Said of the first epoch whose validation loss was not finite. */
  #warning: string | undefined;
  #waiters: (() => void)[] = [];
  /** Pieces of work for which the run waits. */
  #works = 0;

  /** Losses of batches arrive here; hand it to the trainer as its `onBatch`. */
  readonly noteBatch = (step: number, loss: number): void => this.#batches.append(step, loss);

  constructor(options: RunLoopOptions) {
    this.#options = options;
    this.#epochs = new EpochLog(options.everyEpoch);
  }

  attach(trainer: Trainer, { plain }: Pick<Backend, 'plain'>): void {
    this.#trainer = trainer;
    this.#pace = new Pace(plain);
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
      // An epoch that was being stepped is now part of a run that goes on: who waits for it is answered at once.
      this.#wake();
    }
    if (this.#state !== 'running') {
      this.#state = 'running';
      this.#runningSince = this.#options.environment.now();
      this.#meter.reset();
    }
    this.flush();
    this.#schedule();
  }

  /** Holds the run, or ends it in another state. Whoever waits for a step is answered. */
  hold(state: Exclude<RunState, 'running' | 'waiting'>): void {
    if (this.#runningSince !== undefined) {
      this.#elapsed += this.#options.environment.now() - this.#runningSince;
      this.#runningSince = undefined;
    }
    this.#state = state;
    if (state === 'paused') {
      // Whoever looks at the weights now is to see those of one step.
      this.#trainer?.finishUpdates();
    }
    this.#wake();
  }

  /** Whether `duringWork` has not come to its end. */
  get waits(): boolean {
    return this.#works > 0;
  }

  /** Lets a run that runs wait for work on its network as it stands: in turns with messages. */
  async duringWork<Result>(work: () => Promise<Result>): Promise<Result> {
    this.#works++;
    try {
      return await work();
    } finally {
      this.#works--;
      if (this.#state === 'running') {
        this.#schedule();
      }
    }
  }

  /** Resolves when the run no longer runs. */
  held(): Promise<void> {
    return this.#state === 'running' ? new Promise((resolve) => this.#waiters.push(resolve)) : Promise.resolve();
  }

  /** The run is to end: a step half done is finished or given up, and what was done and not told yet is told. */
  *settle(): Pieces<void> {
    if (!this.#trainer) {
      return;
    }
    // What is booked is told at once: a run that cannot wait for the rest is told as ended before that is done.
    this.#bookRecord(this.#trainer.closingRecord);
    yield* this.#trainer.settle();
    this.drain();
  }

  /** One phase, or one batch, at once. */
  step(unit: 'phase' | 'batch'): void {
    const trainer = this.#mustHaveTrainer();
    try {
      const { record, ended } = unit === 'phase' ? trainer.advance() : trainer.trainBatch();
      this.#book({ steps: 1, record, ended });
    } catch (error) {
      this.#options.onError(error);
      return;
    }
    if (this.#state === 'paused') {
      this.flush();
    }
  }

  /** Tells all that waits: epochs, batches, where the run stands. */
  flush(): void {
    this.drain();
    this.#options.tell({ type: 'progress', progress: this.progress() });
  }

  /** Tells the epochs and the batches that wait. */
  drain(): void {
    this.#lastEvents = this.#options.environment.now();
    const records = this.#epochs.take();
    if (records.length > 0) {
      this.#options.tell({ type: 'epochs', records });
    }
    if (this.#batches.count > 0) {
      const { x, y } = this.#batches.points();
      this.#batches.clear();
      const buffers = [x.buffer as ArrayBuffer, y.buffer as ArrayBuffer];
      this.#options.tell({ type: 'batches', steps: x, losses: y }, buffers);
    }
  }

  progress(): Progress {
    const trainer = this.#mustHaveTrainer();
    const { epoch, batch, step, phase } = trainer.position;
    const { epochs } = trainer.plan.training;
    const rate = this.#state === 'running' ? this.#meter.rate : 0;
    const stepsLeft = (epochs - epoch) * trainer.batches + (trainer.batches - batch);
    return {
      state: this.#state,
      epoch,
      epochs,
      step,
      rate,
      secondsLeft: rate > 0 ? Math.max(0, stepsLeft) / rate : undefined,
      learningRate: trainer.learningRate,
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
    if (this.#state !== 'running' || this.waits) {
      return;
    }
    const { environment } = this.#options;
    const trainer = this.#mustHaveTrainer();
    const deadline = environment.now() + chunkTime;
    const more = () => environment.now() < deadline;
    try {
      do {
        this.#book(this.#work(trainer, more));
      } while (this.#isRunning() && more());
    } catch (error) {
      this.#options.onError(error);
      return;
    }
    if (!this.#isRunning()) {
      return;
    }
    const now = environment.now();
    this.#meter.observe(now, trainer.position.step);
    if (now - this.#lastEvents >= eventTime) {
      this.flush();
    }
    this.#schedule();
  }

  /** Works on until `more()` says no: in whole steps, which is the fast way, or in pieces of one where it takes long. */
  #work(trainer: Trainer, more: () => boolean): Stretch {
    const { environment } = this.#options;
    const start = environment.now();
    const updating = trainer.position.phase?.kind === 'update';
    const stretch = this.#pace.inPieces ? trainer.runPieces(more) : trainer.runChunk(more);
    // An epoch's end, with its values, is not a step's own time.
    if (stretch.steps > 0 || trainer.position.phase) {
      this.#pace.note(environment.now() - start, stretch.steps, updating);
    }
    return stretch;
  }

  // A method, since the compiler cannot know that booking a stretch may have changed the state.
  #isRunning(): boolean {
    return this.#state === 'running';
  }

  #book({ record, ended }: Pick<Stretch, 'steps' | 'record' | 'ended'>): void {
    this.#bookRecord(record);
    if (ended) {
      this.#options.onEnd();
    } else if (record && this.#state === 'running' && (this.#goal === 'epoch' || this.#pausesAfter(record.epoch))) {
      this.hold('paused');
      this.flush();
    }
  }

  #bookRecord(record: EpochRecord | undefined): void {
    if (!record) {
      return;
    }
    this.#epochs.push(record);
    this.#warning ??= lossWarning(record);
  }

  #pausesAfter(epoch: number): boolean {
    const { pauseEvery } = this.#options;
    return pauseEvery !== undefined && epoch % pauseEvery === 0;
  }

  #mustHaveTrainer(): Trainer {
    if (!this.#trainer) {
      throw new Error('The run has no trainer yet: attach one before driving it.');
    }
    return this.#trainer;
  }
}

/**
 * Of a validation loss that is not finite. A run whose training loss is not ends there; this one goes on, as in PyTorch and Keras: the
 * weights are sound.
 */
function lossWarning({ epoch, values }: EpochRecord): string | undefined {
  const value = values.find(([tag]) => tag === 'val_loss')?.[1] ?? 0;
  return Number.isFinite(value)
    ? undefined
    : t(
        'val_loss is {0} at epoch {1}, though the training loss is finite: for some validation samples the network’s numbers grow too large for float32. Look among them for values far from those of the training samples.',
        String(value),
        epoch,
      );
}
