/** The engine server: one run, served over a port. Every request is answered in every state. */
import { t } from '@vscode/l10n';
import { assertNever } from '../common/assertNever';
import type { Disposable } from '../common/disposable';
import type { DataFiles } from '../data/files';
import {
  checkGradients,
  complete,
  decodeWeights,
  describeDivergence,
  initialWeights,
  type Pieces,
  probeActivations,
  probeGradients,
  referenceBackend,
  tellsOfMemory,
  thorough,
} from '../engine';
import type {
  Ended,
  EngineEvent,
  EngineRequests,
  Failure,
  GradientReport,
  HostRequests,
  Progress,
  StartOptions,
} from '../protocol/engine';
import { type Connection, connect, FailureError, type Handlers, handOver, type Port, toFailure } from '../protocol/rpc';
import type { RunState } from '../runs/series';
import type { ServerEnvironment } from './environment';
import { Forecasts } from './forecast';
import { inChunks } from './inChunks';
import { checkpointFile, conclusion, confusion, Surfaces, walk, weightsFile } from './measure';
import { openOnDisk } from './onDisk';
import { type Prepared, prepare } from './prepare';
import { earlierEpochs } from './resume';
import { RunLoop } from './runLoop';
import { tableHandlers } from './tables';

export class EngineServer implements Disposable {
  readonly #environment: ServerEnvironment;
  readonly #connection: Connection<HostRequests, EngineEvent>;
  readonly #surfaces = new Surfaces();
  readonly #forecasts = new Forecasts();
  #options: StartOptions | undefined;
  #loop: RunLoop | undefined;
  #prepared: Prepared | undefined;
  /** What was asked for while the data were being read. */
  #startPaused = false;
  /** The gradient check under way; undefined where there is none, or where it was cancelled. */
  #check: object | undefined;
  /** The run is over; the network stays. */
  #over = false;
  /** When the final values are given up that are under way. */
  #patience = Number.POSITIVE_INFINITY;
  /** What a stop has left to do of the step at hand. */
  #settling: Pieces<void> | undefined;
  /** Of the latest request whose work on the network takes turns with messages. */
  #work: Promise<unknown> = Promise.resolve();

  constructor(port: Port, environment: ServerEnvironment) {
    this.#environment = environment;
    this.#connection = connect<EngineRequests, HostRequests, never, EngineEvent>(port, { serve: this.#handlers() });
  }

  /** Ends the run without a word; nothing is sent any more. */
  dispose(): void {
    this.#over = true;
    this.#connection.close();
    this.#loop?.hold('stopped');
    this.#prepared?.trainer.dispose();
  }

  #handlers(): Handlers<EngineRequests> {
    return {
      setLanguage: ({ l10n }) => {
        this.#environment.configureLanguage?.(l10n);
        return null;
      },
      ...tableHandlers(this.#hostFiles()),
      start: (options) => this.#start(options),
      pause: () => this.#pause(),
      resume: () => this.#resume(),
      step: ({ unit }) => this.#step(unit),
      stop: (options) => this.#stop(options?.within),
      setLearningRate: ({ learningRate }) => this.#setLearningRate(learningRate),
      forecast: (options) => this.#forecasts.measure(options, this.#hostFiles(), this.#environment),
      cancelForecast: () => this.#forecasts.cancel(),
      probeActivations: () => this.#onNetwork(({ trainer }) => probeActivations(trainer)),
      probeSurface: ({ resolution }) => this.#onNetwork((prepared) => this.#surfaces.measure(prepared, resolution)),
      probeGradients: () => this.#onNetwork(({ trainer }) => probeGradients(trainer)),
      checkGradients: () => this.#checkGradients(),
      cancelCheck: () => {
        this.#check = undefined;
        return null;
      },
      walk: (options) => this.#onNetwork((prepared) => walk(prepared, options)),
      saveWeights: async () => handOver(await this.#onNetwork(weightsFile)),
      saveCheckpoint: async () => handOver(await this.#onNetwork(checkpointFile)),
      loadWeights: ({ bytes }) => this.#loadWeights(bytes),
      confusion: ({ part }) => this.#onNetwork((prepared) => confusion(prepared, part)),
    };
  }

  #start(options: StartOptions): null {
    if (this.#options) {
      throw new FailureError(
        'already-started',
        t('This engine has a run already. Start another engine for another run.'),
      );
    }
    this.#options = options;
    this.#startPaused = options.paused ?? false;
    if (options.l10n) {
      this.#environment.configureLanguage?.(options.l10n);
    }
    this.#loop = new RunLoop({
      environment: this.#environment,
      everyEpoch: options.everyEpoch ?? false,
      pauseEvery: options.pauseEvery,
      tell: (event, transfer) => this.#connection.tell(event, transfer),
      onEnd: () => this.#end(),
      onError: (error) => this.#fail(toFailure(error)),
    });
    void this.#begin(options, this.#loop).catch((error) => this.#fail(toFailure(error)));
    return null;
  }

  async #begin(options: StartOptions, loop: RunLoop): Promise<void> {
    const prepared = await prepare(options, {
      files: this.#hostFiles(),
      onStage: (text) => this.#tellUnlessOver({ type: 'stage', text }),
      inChunks: (work) => inChunks(work, this.#environment, { cancelled: () => this.#over }),
      onBatch: loop.noteBatch,
      machine: this.#environment.machine ?? { cores: 1, now: this.#environment.now },
    });
    if (this.#over || !prepared) {
      if (prepared && 'trainer' in prepared) {
        prepared.trainer.dispose();
      }
      return;
    }
    if ('problems' in prepared) {
      this.#over = true;
      loop.hold('failed');
      this.#connection.tell({ type: 'refused', problems: prepared.problems });
      return;
    }
    this.#prepared = prepared;
    loop.attach(prepared.trainer, prepared.backend);
    this.#connection.tell({ type: 'started', started: prepared.started });
    if (options.resume) {
      this.#connection.tell({ type: 'epochs', records: earlierEpochs(prepared.trainer) });
    }
    if (this.#startPaused) {
      loop.hold('paused');
      loop.flush();
    } else {
      loop.run();
    }
  }

  #pause(): Progress {
    const loop = this.#mustHaveStarted();
    if (!this.#prepared) {
      this.#startPaused = true;
    } else if (!this.#over) {
      loop.hold('paused');
      loop.flush();
    }
    return this.#progress();
  }

  #resume(): Progress {
    const loop = this.#mustHaveStarted();
    this.#mustGoOn();
    if (this.#prepared) {
      loop.run();
    } else {
      this.#startPaused = false;
    }
    return this.#progress();
  }

  async #step(unit: 'phase' | 'batch' | 'epoch'): Promise<Progress> {
    this.#mustGoOn();
    if (this.#loop?.waits) {
      await this.#work;
    }
    this.#mustGoOn();
    this.#ready();
    const loop = this.#mustHaveStarted();
    if (loop.state !== 'paused') {
      loop.hold('paused');
    }
    switch (unit) {
      case 'phase':
      case 'batch':
        loop.step(unit);
        break;
      case 'epoch':
        loop.run('epoch');
        await loop.held();
        break;
      default:
        return assertNever(unit);
    }
    return this.#progress();
  }

  #stop(within = Number.POSITIVE_INFINITY): null {
    const patience = this.#environment.now() + within;
    if (this.#over) {
      this.#patience = Math.min(this.#patience, patience);
    } else if (this.#loop) {
      const settling = this.#loop.settle();
      // Updates of large layers take their time: nobody waits for them to see that the run is stopped. Nor for who works on the network as it stands.
      this.#settling = !this.#loop.waits && settling.next().done ? undefined : settling;
      this.#finish('stopped', patience);
    }
    return null;
  }

  #setLearningRate(learningRate: number): Progress {
    this.#mustGoOn();
    const { trainer } = this.#ready();
    if (!Number.isFinite(learningRate) || learningRate < 0) {
      throw new FailureError('learning-rate', t('The learning rate must be a number of 0 or more.'));
    }
    trainer.setLearningRate(learningRate);
    return this.#progress();
  }

  async #loadWeights(bytes: Uint8Array): Promise<null> {
    if (this.#loop?.waits) {
      await this.#work;
    }
    const { trainer } = this.#ready();
    const file = decodeWeights(bytes);
    const weights = 'problem' in file ? file : initialWeights(file.ok, trainer.plan.network);
    if ('problem' in weights) {
      throw new FailureError('weights', weights.problem);
    }
    trainer.setWeights(weights.ok);
    return null;
  }

  async #checkGradients(): Promise<GradientReport> {
    const { trainer } = this.#ready();
    if (this.#check) {
      throw new FailureError('busy', t('The gradients are being checked already. Wait for the result.'));
    }
    const check = {};
    const connection = this.#connection;
    this.#check = check;
    try {
      const weights = await this.#onNetwork(() => trainer.weightPieces());
      // In float64, whatever the run's own backend computes in.
      const report = await inChunks(checkGradients(trainer, referenceBackend, thorough, weights), this.#environment, {
        cancelled: () => this.#check !== check || this.#connection.closed,
        onChunk({ done, total }) {
          if (done > 0) {
            connection.tell({ type: 'checking', done, total });
          }
        },
      });
      if (!report) {
        throw new FailureError('cancelled', t('The gradient check was cancelled.'));
      }
      return report;
    } finally {
      this.#check = this.#check === check ? undefined : this.#check;
    }
  }

  /** The trainer came to the run's end. */
  #end(): void {
    const reason = this.#ready().trainer.ended;
    if (!reason) {
      throw new Error('The run has not ended: only a trainer that has is to be finished.');
    }
    this.#finish(reason);
  }

  #finish(reason: Ended['reason'], patience = Number.POSITIVE_INFINITY): void {
    const seconds = this.#loop?.seconds ?? 0;
    this.#over = true;
    this.#loop?.hold(reason);
    if (!this.#prepared) {
      const ended: Ended = { reason, epochs: 0, seconds, final: {}, expect: [] };
      this.#connection.tell({ type: 'ended', ended, progress: this.#progress() });
      return;
    }
    if (reason === 'stopped') {
      // Whoever stopped the run need not wait for its final values to see it.
      this.#loop?.flush();
    } else {
      this.#loop?.drain();
    }
    this.#patience = patience;
    void this.#conclude(this.#prepared, reason, seconds);
  }

  /** Final values and what was expected of them: of a large network they take their time. */
  async #conclude({ trainer, backend, spec }: Prepared, reason: Ended['reason'], seconds: number): Promise<void> {
    const cancelled = (): boolean => this.#connection.closed || this.#environment.now() > this.#patience;
    try {
      while (this.#loop?.waits && !cancelled()) {
        await new Promise<void>((resolve) => this.#environment.schedule(resolve));
      }
      const work = (): Pieces<Pick<Ended, 'final' | 'expect'>> => conclusion(trainer, backend, spec.expect);
      const found = this.#loop?.waits ? undefined : await this.#inTurn(work, cancelled);
      const { divergence } = trainer;
      const ended: Ended = {
        reason,
        epochs: trainer.history.length,
        seconds,
        final: found?.final ?? {},
        expect: found?.expect ?? [],
        divergence: divergence && { message: describeDivergence(divergence), ...divergence },
      };
      this.#connection.tell({ type: 'ended', ended, progress: this.#progress() });
    } catch (error) {
      this.#loop?.hold('failed');
      this.#connection.tell({ type: 'failed', failure: describeFailure(toFailure(error)) });
    }
  }

  /** Work on the network as it stands, in turns with messages; for one request after the other. */
  async #onNetwork<Result>(work: (prepared: Prepared) => Pieces<Result>): Promise<Result> {
    const prepared = this.#mustBePrepared();
    const found = await this.#inTurn(
      () => work(prepared),
      () => this.#connection.closed,
    );
    if (found === undefined) {
      throw new FailureError('closed', t('The engine has ended. Restart the run to go on.'));
    }
    return found;
  }

  /** The same; undefined where it was cancelled. */
  #inTurn<Result>(work: () => Pieces<Result>, cancelled: () => boolean): Promise<Result | undefined> {
    const before = this.#work;
    const found = this.#mustHaveStarted().duringWork(async () => {
      await before;
      return inChunks(this.#settled(work()), this.#environment, { cancelled });
    });
    this.#work = found.catch(() => undefined);
    return found;
  }

  /** Work behind what a stop has left to do. */
  *#settled<Result>(work: Pieces<Result>): Pieces<Result> {
    if (this.#settling) {
      yield* this.#settling;
      this.#settling = undefined;
    }
    return yield* work;
  }

  #fail(failure: Failure): void {
    if (this.#over) {
      return;
    }
    this.#over = true;
    this.#loop?.hold('failed');
    this.#loop?.drain();
    this.#connection.tell({ type: 'failed', failure: describeFailure(failure) });
  }

  #tellUnlessOver(event: EngineEvent): void {
    if (!this.#over) {
      this.#connection.tell(event);
    }
  }

  #progress(): Progress {
    if (this.#prepared && this.#loop) {
      return this.#loop.progress();
    }
    const training = this.#options?.spec.training;
    const learningRate = training?.optimizer.parameters.learning_rate;
    const state: RunState = this.#loop?.state ?? 'waiting';
    return {
      state,
      epoch: 0,
      epochs: this.#options?.epochs ?? training?.epochs ?? 0,
      step: 0,
      rate: 0,
      learningRate: typeof learningRate === 'number' ? learningRate : 0,
    };
  }

  #mustHaveStarted(): RunLoop {
    if (!this.#loop) {
      throw new FailureError('not-started', t('No run has been started. Start one first.'));
    }
    return this.#loop;
  }

  #mustGoOn(): void {
    if (this.#over) {
      throw new FailureError('run-over', t('The run is over. Restart it to train again.'));
    }
  }

  /** The run with its network, which stands at the end of a step or within one. */
  #ready(): Prepared {
    const prepared = this.#mustBePrepared();
    if (this.#settling) {
      complete(this.#settling);
      this.#settling = undefined;
    }
    return prepared;
  }

  #mustBePrepared(): Prepared {
    this.#mustHaveStarted();
    if (!this.#prepared) {
      throw new FailureError(
        'not-ready',
        this.#over
          ? t('The run ended before it had a network. Restart it to train again.')
          : t('The run is still being prepared. Try again when it has started.'),
      );
    }
    return this.#prepared;
  }

  #hostFiles(): DataFiles {
    const unwrap = async <K extends keyof HostRequests>(name: K, params: HostRequests[K]['params']) => {
      const reply = await this.#connection.ask(name, params);
      if ('err' in reply) {
        throw new FailureError(reply.err.code, reply.err.message);
      }
      return reply.ok;
    };
    return {
      read: async (path) => {
        const file = await unwrap('readFile', { path });
        return file instanceof Uint8Array ? file : openOnDisk(path, file, this.#environment.machine);
      },
      readShipped: (name) => unwrap('readShipped', { name }),
    };
  }
}

/** Out of memory is told in words; what else was thrown is told as it is. */
function describeFailure({ code, message }: Failure): Failure {
  if (code === 'out-of-memory') {
    return { code, message };
  }
  if (tellsOfMemory(message)) {
    return {
      code: 'out-of-memory',
      message: t('There is not enough memory for this run. Use fewer units, a smaller batch or less data.'),
    };
  }
  return { code, message: t('The run cannot go on: {0}', message) };
}
