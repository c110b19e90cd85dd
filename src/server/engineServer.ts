/**
 * The engine server: one run, served over a port. Every request gets a reply, in every state. Requests are
 * handled between two chunks of training. Work on the network is synchronous: one request at a time.
 */
import { t } from '@vscode/l10n';
import { assertNever } from '../common/assertNever';
import type { Disposable } from '../common/disposable';
import type { FilmCursor, FilmPiece } from '../common/filmFile';
import type { FoldScore } from '../common/foldScores';
import type { DataFiles } from '../data/files';
import {
  checkGradients,
  collapse,
  compareActivations,
  describeDivergence,
  findLearningRate,
  learnTruthTables,
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
  LearningRateCurve,
  ProblemMessage,
  Progress,
  StartOptions,
} from '../protocol/engine';
import { capabilitiesOf, protocolVersion } from '../protocol/hello';
import { measurements } from '../protocol/measurements';
import { type Connection, connect, FailureError, type Handlers, handOver, type Port, toFailure } from '../protocol/rpc';
import type { RunState } from '../runs/series';
import { BestState } from './bestState';
import type { ServerEnvironment } from './environment';
import { Forecasts } from './forecast';
import { hostFiles } from './hostFiles';
import { checkpointFile, conclusion, Measurer, rowLosses, weightsFile } from './measure';
import { type Preparation, type Prepared, prepare, readInitialWeights } from './prepare';
import { earlierEpochs } from './resume';
import { eventTime, RunLoop } from './runLoop';
import { tableHandlers } from './tables';

export class EngineServer implements Disposable {
  readonly #environment: ServerEnvironment;
  readonly #connection: Connection<HostRequests, EngineEvent>;
  readonly #forecasts = new Forecasts();
  #options: StartOptions | undefined;
  #loop: RunLoop | undefined;
  /** The trainings that are still to come, of a run with a cross-validation. */
  #preparation: Preparation | undefined;
  /** The training under way: that of a fold, or that of the spec's own split. */
  #prepared: Prepared | undefined;
  #measurer: Measurer | undefined;
  #best: BestState | undefined;
  /** Whether to pause the run as soon as it has been prepared. */
  #startPaused = false;
  /** The run is over. The network stays available. */
  #over = false;

  constructor(port: Port, environment: ServerEnvironment) {
    this.#environment = environment;
    this.#connection = connect<EngineRequests, HostRequests, never, EngineEvent>(port, { serve: this.#handlers() });
  }

  /** Ends the run silently: nothing is sent any more. */
  dispose(): void {
    this.#over = true;
    this.#connection.close();
    this.#loop?.hold('stopped');
    this.#prepared?.trainer.dispose();
  }

  #handlers(): Handlers<EngineRequests> {
    const handlers: Handlers<EngineRequests> = {
      hello: () => ({
        protocol: protocolVersion,
        engine: 'nnspec',
        capabilities: capabilitiesOf(handlers, ['phase', 'batch', 'epoch'], measurements),
      }),
      setLanguage: ({ l10n }) => {
        this.#environment.configureLanguage?.(l10n);
        return null;
      },
      ...tableHandlers(this.#hostFiles()),
      start: (options) => this.#start(options),
      pause: () => this.#pause(),
      resume: () => this.#resume(),
      step: ({ unit }) => this.#step(unit),
      trainTo: ({ step }) => this.#trainTo(step),
      stop: () => this.#stop(),
      setWeight: (weight) => this.#setWeight(weight),
      setLearningRate: ({ learningRate }) => this.#setLearningRate(learningRate),
      forecast: (options) => this.#forecasts.measure(options, this.#hostFiles(), this.#environment.machine),
      measure: (params) => this.#mustMeasure().answer(params),
      film: ({ have }) => this.#film(have),
      checkGradients: () => this.#checkGradients(),
      findLearningRate: () => findLearningRate(this.#mustBeNetwork().trainer, this.#progressTeller()),
      collapse: () => collapse(this.#mustBeNetwork().trainer),
      compareActivations: () => {
        const { trainer, backend } = this.#mustBeNetwork();
        return compareActivations(trainer, backend, this.#progressTeller());
      },
      learnTruthTables,
      walk: (options) => this.#mustMeasure().walk(options),
      saveWeights: () => handOver(weightsFile(this.#mustBeNetwork())),
      saveBest: ({ than }) => this.#saveBest(than),
      saveCheckpoint: (options) => this.#saveCheckpoint(options?.lean),
      loadWeights: ({ bytes, file }) => this.#loadWeights(bytes, file),
      rowLosses: ({ part }) => rowLosses(this.#mustBeNetwork(), part),
    };
    return handlers;
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
      secondsBefore: options.secondsBefore,
      pauseEvery: options.pauseEvery,
      tell: (event, transfer) => this.#connection.tell(event, transfer),
      onEpoch: (record) => this.#best?.observe(record),
      onEnd: () => this.#end(),
      onError: (error) => this.#fail(toFailure(error)),
    });
    void this.#begin(options, this.#loop).catch((error) => this.#fail(toFailure(error)));
    return null;
  }

  async #begin(options: StartOptions, loop: RunLoop): Promise<void> {
    const preparation = await prepare(options, {
      files: this.#hostFiles(),
      enterStage: (text) => this.#enterStage(text),
      onBatch: loop.noteBatch,
      onIntervention: (intervention) => {
        // Earlier epochs must not be told after it.
        loop.drain();
        this.#connection.tell({ type: 'intervention', intervention });
      },
      machine: this.#environment.machine ?? { cores: 1, now: this.#environment.now },
    });
    if (this.#over) {
      return;
    }
    if ('problems' in preparation) {
      this.#refuse(preparation.problems, loop);
      return;
    }
    const { folds } = preparation;
    const prepared = preparation.training(folds > 0 ? 1 : undefined);
    if ('problems' in prepared) {
      this.#refuse(prepared.problems, loop);
      return;
    }
    this.#preparation = folds > 0 ? preparation : undefined;
    this.#enter(prepared, loop);
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

  #refuse(problems: readonly ProblemMessage[], loop: RunLoop): void {
    this.#over = true;
    loop.hold('failed');
    this.#connection.tell({ type: 'refused', problems });
  }

  /** Begins a training. The one before it is over. */
  #enter(prepared: Prepared, loop: RunLoop): void {
    const { fold } = prepared.started;
    const folds = this.#preparation?.folds ?? 0;
    loop.attach(prepared, fold === undefined ? 0 : folds - fold + 1);
    this.#prepared = prepared;
    this.#measurer = new Measurer(prepared);
    const { holdBest } = this.#options ?? {};
    if (holdBest && fold === undefined) {
      const ranking = holdBest === true ? undefined : holdBest;
      this.#best = new BestState(prepared.trainer, ranking, this.#environment.now);
    }
    this.#connection.tell({ type: 'started', started: prepared.started });
  }

  /** Scores a fold that has ended, and goes over to the next one, or to the network itself after the last. */
  #endFold(fold: number, reason: FoldScore['reason']): void {
    const loop = this.#mustHaveStarted();
    const { trainer, started } = this.#mustBePrepared();
    const score: FoldScore = {
      fold,
      reason,
      epochs: trainer.history.length,
      values: trainer.evaluate('validation') ?? [],
      baseline: started.baselines?.validation ?? [],
    };
    loop.drain();
    this.#connection.tell({ type: 'fold', score });
    trainer.dispose();
    const { folds, training } = this.#preparation!;
    const next = training(fold < folds ? fold + 1 : undefined);
    if ('problems' in next) {
      const [{ code, message }] = next.problems;
      this.#fail({ code, message });
      return;
    }
    if (fold === folds) {
      this.#preparation = undefined;
    }
    this.#enter(next, loop);
    loop.flush();
  }

  /** Resolves in a later turn of the event loop: the message is sent before the long work that follows. */
  #enterStage(text: string): Promise<void> {
    if (!this.#over) {
      this.#connection.tell({ type: 'stage', text });
    }
    return new Promise((resolve) => this.#environment.schedule(resolve));
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
    this.#mustBePrepared();
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

  async #trainTo(step: number): Promise<Progress> {
    const { trainer } = this.#mustBeNetwork();
    if (!this.#over && trainer.position.step < step) {
      const loop = this.#mustHaveStarted();
      loop.hold('paused');
      loop.run(step);
      await loop.held();
    }
    return this.#progress();
  }

  #stop(): null {
    if (!this.#over && this.#loop) {
      this.#loop.settle();
      this.#finish('stopped');
    }
    return null;
  }

  #setLearningRate(learningRate: number): Progress {
    this.#mustGoOn();
    const { trainer } = this.#mustBeNetwork();
    if (!Number.isFinite(learningRate) || learningRate < 0) {
      throw new FailureError('learning-rate', t('The learning rate must be a number of 0 or more.'));
    }
    trainer.setLearningRate(learningRate);
    return this.#progress();
  }

  #setWeight({ tensor, index, value }: EngineRequests['setWeight']['params']): Progress {
    this.#mustGoOn();
    const { trainer } = this.#mustBeNetwork();
    const learned = trainer.plan.network.layers.flatMap(({ tensors }) => tensors);
    const size = learned.find(({ name }) => name === tensor)?.shape.reduce((product, side) => product * side, 1) ?? 0;
    if (!Number.isInteger(index) || index < 0 || index >= size || !Number.isFinite(Math.fround(value))) {
      throw new FailureError('weight', t('There is no such weight, or its value is too large for float32.'));
    }
    trainer.setWeight(tensor, index, value);
    this.#loop?.flush();
    return this.#progress();
  }

  #loadWeights(bytes: Uint8Array, file?: string): null {
    const { trainer } = this.#mustBeNetwork();
    const weights = readInitialWeights(bytes, trainer.plan.network);
    if ('problem' in weights) {
      throw new FailureError('weights', weights.problem);
    }
    trainer.setWeights(weights.ok, file);
    return null;
  }

  #mustMeasure(): Measurer {
    this.#mustBePrepared();
    return this.#measurer!;
  }

  #film(have: FilmCursor | undefined): FilmPiece | null {
    const { film } = this.#mustBeNetwork();
    return film ? film.since(have) : null;
  }

  #saveCheckpoint(lean = false): ReturnType<typeof handOver> {
    const prepared = this.#mustBeNetwork();
    return handOver(checkpointFile(prepared, prepared.trainer.snapshot(lean)));
  }

  #saveBest(than?: number): ReturnType<typeof handOver> | null {
    const state = this.#best?.take(than);
    return state ? handOver(checkpointFile(this.#mustBeNetwork(), state)) : null;
  }

  /** One long call, which sends progress events. No message is received meanwhile. */
  #checkGradients(): GradientReport {
    const { trainer } = this.#mustBePrepared();
    // In float64, which the wasm backend does not compute.
    return checkGradients(trainer, referenceBackend, thorough, this.#progressTeller());
  }

  /** Tells the progress of a long call, not too often. */
  #progressTeller(): (done: number, total: number, curve?: () => LearningRateCurve) => void {
    const environment = this.#environment;
    let lastEvent = environment.now();
    return (done, total, curve) => {
      const now = environment.now();
      if (now - lastEvent >= eventTime) {
        lastEvent = now;
        this.#connection.tell({ type: 'checking', done, total, ...(curve && { curve: curve() }) });
      }
    };
  }

  /** The trainer has ended the run. */
  #end(): void {
    const reason = this.#mustBePrepared().trainer.ended;
    if (!reason) {
      throw new Error('The trainer has not ended the run.');
    }
    const { fold } = this.#mustBePrepared().started;
    if (fold === undefined || reason === 'diverged') {
      this.#finish(reason);
    } else {
      this.#endFold(fold, reason);
    }
  }

  #finish(reason: Ended['reason']): void {
    const loop = this.#mustHaveStarted();
    const { seconds } = loop;
    this.#over = true;
    loop.hold(reason);
    const prepared = this.#prepared;
    if (!prepared) {
      const ended: Ended = { reason, epochs: 0, seconds, final: {}, expect: [] };
      this.#connection.tell({ type: 'ended', ended, progress: this.#progress() });
      return;
    }
    if (reason === 'stopped') {
      // Shows the run as stopped before its final values are computed.
      loop.flush();
    } else {
      loop.drain();
    }
    // In a later turn of the event loop: those messages are sent before the long work.
    this.#environment.schedule(() => this.#conclude(prepared, reason, seconds));
  }

  /** Computes the final values and checks the expectations. */
  #conclude(prepared: Prepared, reason: Ended['reason'], seconds: number): void {
    if (this.#connection.closed) {
      return;
    }
    try {
      const { trainer, started } = prepared;
      const { divergence } = trainer;
      const { fold } = started;
      const message = divergence && describeDivergence(divergence, trainer.position.step);
      const ended: Ended = {
        reason,
        epochs: trainer.history.length,
        seconds,
        ...(fold === undefined ? conclusion(prepared) : { final: {}, expect: [] }),
        divergence: divergence && {
          message: fold === undefined ? message! : t('Fold {0}: {1}', fold, message!),
          ...divergence,
        },
      };
      this.#connection.tell({ type: 'ended', ended, progress: this.#progress() });
    } catch (error) {
      this.#loop?.hold('failed');
      this.#connection.tell({ type: 'failed', failure: describeFailure(toFailure(error)) });
    }
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

  /** The training of the spec's own split: a fold's network is only measured. */
  #mustBeNetwork(): Prepared {
    const prepared = this.#mustBePrepared();
    const { fold, spec } = prepared.started;
    if (fold === undefined) {
      return prepared;
    }
    const of = spec.training.crossValidation ?? 0;
    throw new FailureError(
      'in-fold',
      this.#over
        ? t('The run ended in fold {0} of {1}: the network itself was not trained.', fold, of)
        : t(
            'Fold {0} of {1} of the cross-validation is trained, only to be measured. The network itself follows; try again then.',
            fold,
            of,
          ),
    );
  }

  #hostFiles(): DataFiles {
    return hostFiles(this.#connection, this.#environment.machine);
  }
}

/** Explains lack of memory; shows any other error with its message. */
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
