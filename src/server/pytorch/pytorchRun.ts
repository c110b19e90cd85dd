/** A run that PyTorch trains: its Python, and its mirror in the built-in engine. */
import { t } from '@vscode/l10n';
import type { Disposable } from '../../common/disposable';
import { TrainingTime } from '../../common/trainingTime';
import { describeDivergence } from '../../engine';
import type {
  EngineEvent,
  EngineRequests,
  Failure,
  ProblemMessage,
  Progress,
  StartOptions,
} from '../../protocol/engine';
import { type Connection, connect, FailureError, toFailure } from '../../protocol/rpc';
import type { RunState } from '../../runs/series';
import type { ServerEnvironment } from '../environment';
import { EpochLog } from '../epochLog';
import { lossWarning } from '../lossWarning';
import { conclusion, Measurer } from '../measure';
import type { Prepared } from '../prepare';
import { RateMeter } from '../rateMeter';
import { exitFailure, failureOf } from './failures';
import { pythonTraining } from './files';
import { Mirror } from './mirror';
import {
  type Position,
  type PythonEvent,
  type PythonExit,
  type PythonFolder,
  type PythonLauncher,
  type PythonProcess,
  type PythonRequests,
  recordOf,
  tensorsOf,
} from './wire';

/** While the network trains, its weights are taken over at most so often, in milliseconds. */
const syncTime = 500;

const anyDevice = { device: 'auto', processes: 1 } as const;

/** A Python that is ended more often cannot train. */
const mostRestarts = 3;

/** A network with what measures it. */
interface Measured {
  readonly prepared: Prepared;
  readonly measurer: Measurer;
  readonly mirror: Mirror;
}

/** The run of a server, and its Python. */
export class PyTorchRun implements Disposable {
  readonly #options: StartOptions;
  readonly #environment: ServerEnvironment;
  readonly #tell: (event: EngineEvent) => void;
  readonly #epochs: EpochLog;
  readonly #meter = new RateMeter();
  readonly #time = new TrainingTime();
  #network: Measured | undefined;
  #python: { readonly process: PythonProcess; readonly connection: Connection<PythonRequests, never> } | undefined;
  #state: RunState = 'waiting';
  /** Whether it waits for `resume` before its first step. */
  #waits: boolean;
  /** As the last event told it: a reply may be older. */
  #position: Position = { epoch: 0, step: 0, hasNetwork: false, learningRate: null };
  #runningSince: number | undefined;
  #elapsed = 0;
  #warning: string | undefined;
  #launcher: PythonLauncher | undefined;
  #folder: PythonFolder | undefined;
  #start: PythonRequests['start']['params'] | undefined;
  #restarts = 0;
  /** The learning rate that was set by hand. */
  #rate: number | undefined;
  /** The last step whose loss was told. */
  #lastStep = 0;
  /** When the mirror has taken the weights, and after how many steps. */
  #synced = { at: Number.NEGATIVE_INFINITY, step: -1 };
  #syncing: Promise<void> | undefined;
  #waiters: (() => void)[] = [];

  constructor(options: StartOptions, environment: ServerEnvironment, tell: (event: EngineEvent) => void) {
    this.#options = options;
    this.#environment = environment;
    this.#tell = tell;
    this.#waits = options.paused ?? false;
    this.#epochs = new EpochLog(options.everyEpoch ?? false);
  }

  dispose(): void {
    this.#over('stopped');
    this.#network?.prepared.trainer.dispose();
  }

  refuse(problems: readonly ProblemMessage[]): void {
    if (this.#isOpen) {
      this.#over('failed');
      this.#tell({ type: 'refused', problems });
    }
  }

  fail(failure: Failure): void {
    if (this.#isOpen) {
      this.#breakOff(failure);
    }
  }

  #breakOff(failure: Failure): void {
    this.#over('failed');
    this.#tell({ type: 'failed', failure });
  }

  async launch(prepared: Prepared, launcher: PythonLauncher): Promise<void> {
    const { init, threads } = this.#options;
    const training = pythonTraining(prepared, { init, threads });
    if ('problems' in training) {
      this.refuse(training.problems.map((each) => ({ code: 'engine', severity: 'error', ...each })));
      return;
    }
    if (!this.#isOpen) {
      return;
    }
    this.#launcher = launcher;
    this.#folder = launcher.open(training.files, prepared.spec.training.engine ?? anyDevice);
    this.#start = training.start;
    const hello = await this.#startPython();
    if (!this.#isOpen || !hello) {
      return;
    }
    this.#network = { prepared, measurer: new Measurer(prepared), mirror: new Mirror(prepared) };
    const engine = { version: hello.version, backend: 'pytorch', threads: hello.threads };
    this.#tell({ type: 'started', started: { ...prepared.started, engine } });
    if (this.#waits) {
      this.#hold('paused');
      this.#tellProgress();
    } else {
      await this.resume();
    }
  }

  /** Starts Python in the folder. Undefined where the run is over before it has answered. */
  async #startPython(): Promise<PythonRequests['hello']['result'] | undefined> {
    const process = this.#folder!.start();
    const connection = connect<Record<never, never>, PythonRequests, PythonEvent, never>(process.port, {
      serve: {},
      onEvent: (event) => this.#receive(event),
    });
    this.#python = { process, connection };
    void process.exit.then((exit) => {
      connection.close();
      if (this.#python?.process === process) {
        this.#python = undefined;
        this.#onExit(exit);
      }
    });
    const hello = await connection.ask('hello', null);
    const started = await connection.ask('start', this.#start!);
    return 'ok' in hello && 'ok' in started ? hello.ok : undefined;
  }

  /** A process that was ended from outside goes on from its checkpoint, a few times. */
  #onExit(exit: PythonExit): void {
    if (!this.#isOpen) {
      return;
    }
    if (this.#network && this.#restarts < mostRestarts) {
      this.#restarts++;
      void this.#restart(exit);
    } else {
      this.fail(exitFailure(this.#launcher!, exit, this.#network !== undefined));
    }
  }

  async #restart({ signal, code }: PythonExit): Promise<void> {
    const reason = signal ?? t('exit code {0}', code ?? '?');
    this.#warning = t('Python ended unexpectedly ({0}) and has begun again from its last checkpoint.', reason);
    this.#position = { ...this.#position, hasNetwork: false };
    this.#meter.reset();
    if (this.#waiters.length > 0) {
      // A step was under way.
      this.#hold('paused');
    }
    this.#tellProgress();
    if (!(await this.#startPython())) {
      return;
    }
    // Where the process has ended meanwhile, that is told by its exit.
    const { connection } = this.#python ?? {};
    if (this.#rate !== undefined) {
      await connection?.ask('setLearningRate', { learningRate: this.#rate });
    }
    if (this.#state === 'running') {
      await connection?.ask('resume', null);
    }
  }

  async pause(): Promise<Progress> {
    if (!this.#network) {
      this.#waits = true;
    } else if (this.#isOpen) {
      await this.#ask('pause', null);
      this.#hold('paused');
      this.#tellProgress();
    }
    return this.#progress();
  }

  async resume(): Promise<Progress> {
    this.#mustGoOn();
    if (this.#network) {
      this.#go();
      await this.#ask('resume', null);
    } else {
      this.#waits = false;
    }
    return this.#progress();
  }

  async step(unit: EngineRequests['step']['params']['unit']): Promise<Progress> {
    this.#mustGoOn();
    this.#mustBeNetwork();
    if (unit === 'phase') {
      throw new FailureError('unknown-request', t('PyTorch trains whole batches: it has no single phases.'));
    }
    await this.pause();
    this.#go();
    const held = new Promise<void>((resolve) => this.#waiters.push(resolve));
    await this.#ask('step', { unit });
    await held;
    return this.#progress();
  }

  /** Resolves once the run counts as stopped; its final values follow. */
  async stop(): Promise<null> {
    if (!this.#isOpen) {
      return null;
    }
    if (this.#network) {
      const held = new Promise<void>((resolve) => this.#waiters.push(resolve));
      await this.#ask('stop', null);
      await held;
    } else {
      const ended = { reason: 'stopped' as const, epochs: 0, seconds: 0, final: {}, expect: [] };
      this.#over('stopped');
      this.#tell({ type: 'ended', ended, progress: this.#progress() });
    }
    return null;
  }

  async setLearningRate(learningRate: number): Promise<Progress> {
    this.#mustGoOn();
    this.#mustBeNetwork();
    if (!Number.isFinite(learningRate) || learningRate < 0) {
      throw new FailureError('learning-rate', t('The learning rate must be a number of 0 or more.'));
    }
    const { step, epoch } = await this.#ask('setLearningRate', { learningRate });
    this.#position = { ...this.#position, learningRate };
    this.#rate = learningRate;
    this.#tell({
      type: 'intervention',
      intervention: { kind: 'learning_rate', step, epochs: epoch, value: learningRate },
    });
    return this.#progress();
  }

  /** The network with its present weights; while it trains, with those of a moment ago unless `exactly`. */
  async synced(exactly = false): Promise<Measured> {
    const network = this.#mustBeNetwork();
    const isRecent = this.#environment.now() - this.#synced.at < syncTime;
    const { step, hasNetwork } = this.#position;
    const isKnown = this.#synced.step === step || (!exactly && this.#state === 'running' && isRecent);
    if (hasNetwork && this.#python && !isKnown) {
      await this.#syncOnce(network);
    }
    return network;
  }

  #syncOnce(network: Measured): Promise<void> {
    this.#syncing ??= this.#sync(network).finally(() => {
      this.#syncing = undefined;
    });
    return this.#syncing;
  }

  async #sync({ mirror }: Measured): Promise<void> {
    const { position, tensors } = await this.#ask('weights', null);
    // All epochs before this reply have been told; after a restart even later ones.
    if (position.epoch >= mirror.epochs) {
      mirror.take(tensorsOf(tensors), position.step);
    }
    this.#synced = { at: this.#environment.now(), step: position.step };
  }

  async #ask<Name extends keyof PythonRequests>(
    name: Name,
    params: PythonRequests[Name]['params'],
  ): Promise<PythonRequests[Name]['result']> {
    const reply = await this.#python!.connection.ask(name, params);
    if ('err' in reply) {
      throw new FailureError(reply.err.code, reply.err.message);
    }
    return reply.ok;
  }

  #receive(event: PythonEvent): void {
    if (!this.#isOpen || (!this.#network && event.type !== 'failed')) {
      return;
    }
    switch (event.type) {
      case 'progress':
        this.#note(event);
        return;
      case 'paused':
        this.#hold('paused');
        this.#tellProgress();
        return;
      case 'ended':
        void this.#finish(event).catch((error) => this.#breakOff(toFailure(error)));
        return;
      case 'failed':
        this.fail(failureOf(event.code, event.args, this.#launcher?.other ?? ''));
        return;
    }
  }

  #note({ position, epochs, steps, losses }: PythonEvent & { type: 'progress' }): void {
    this.#position = position;
    this.#meter.observe(this.#environment.now(), position.step);
    const { mirror } = this.#mustBeNetwork();
    // After a restart some are trained again.
    const news = epochs.map(recordOf).filter(({ epoch }) => epoch > mirror.epochs);
    for (const record of news) {
      mirror.observe(record);
      this.#epochs.push(record);
      this.#warning ??= lossWarning(record);
    }
    const records = this.#epochs.take();
    if (records.length > 0) {
      this.#tell({ type: 'epochs', records });
    }
    const from = steps.findIndex((step) => step > this.#lastStep);
    if (from >= 0) {
      this.#lastStep = steps.at(-1)!;
      this.#tell({
        type: 'batches',
        steps: Float64Array.from(steps.slice(from)),
        losses: Float64Array.from(losses.slice(from)),
      });
    }
    this.#tellTime();
    this.#tellProgress();
  }

  async #finish({ reason, tensor }: PythonEvent & { type: 'ended' }): Promise<void> {
    const network = this.#mustBeNetwork();
    const { mirror, prepared } = network;
    const { step } = this.#position;
    const ended = reason === 'done' ? mirror.closing : reason;
    const last = prepared.started.layers.at(-1)?.name ?? '';
    const divergence =
      ended === 'diverged'
        ? {
            tensor: tensor ?? 'loss',
            layer: tensor === null || tensor === 'loss' ? last : tensor.slice(0, tensor.lastIndexOf('.')),
            step: tensor === 'loss' ? step + 1 : step,
          }
        : undefined;
    if (ended !== 'stopped') {
      mirror.end({ reason: ended, divergence });
    }
    this.#hold(ended);
    this.#tellTime();
    this.#tellProgress();
    const { seconds } = this;
    await this.#lastWeights(network);
    this.#endPython();
    this.#tell({
      type: 'ended',
      ended: {
        reason: ended,
        epochs: mirror.epochs,
        seconds,
        ...conclusion(prepared),
        ...(divergence && { divergence: { ...divergence, message: describeDivergence(divergence, step) } }),
      },
      progress: this.#progress(),
    });
  }

  /** The mirror takes over how the run has ended. */
  async #lastWeights(network: Measured): Promise<void> {
    await this.#syncing;
    if (this.#position.hasNetwork) {
      await this.#syncOnce(network);
    } else {
      network.mirror.take(undefined, 0);
    }
  }

  #tellTime(): void {
    const moment = this.#time.moment(this.#position.step, this.seconds, this.#state !== 'running');
    if (moment) {
      const { secondsBefore = 0 } = this.#options;
      this.#tell({ type: 'time', step: moment.step, seconds: secondsBefore + moment.seconds });
    }
  }

  #tellProgress(): void {
    this.#tell({ type: 'progress', progress: this.#progress() });
  }

  #progress(): Progress {
    const { spec, epochs: wanted } = this.#options;
    const { epoch: done, step, learningRate } = this.#position;
    const epochs = wanted ?? spec.training.epochs;
    const batches = this.#network?.prepared.trainer.batches ?? 1;
    const rate = this.#state === 'running' ? this.#meter.rate : 0;
    const first = spec.training.optimizer.parameters.learning_rate;
    return {
      state: this.#state,
      epoch: Math.min(step > done * batches ? done + 1 : done, epochs),
      epochs,
      step,
      rate,
      secondsLeft: rate > 0 ? Math.max(0, epochs * batches - step) / rate : undefined,
      learningRate: learningRate ?? (typeof first === 'number' ? first : 0),
      warning: this.#warning,
    };
  }

  /** Seconds in which the run was running. */
  get seconds(): number {
    const open = this.#runningSince === undefined ? 0 : this.#environment.now() - this.#runningSince;
    return (this.#elapsed + open) / 1000;
  }

  #go(): void {
    if (this.#state !== 'running') {
      this.#state = 'running';
      this.#runningSince = this.#environment.now();
      this.#meter.reset();
      this.#tellProgress();
    }
  }

  /** Pauses or ends the run; every step that is waited for is over. */
  #hold(state: RunState): void {
    if (this.#runningSince !== undefined) {
      this.#elapsed += this.#environment.now() - this.#runningSince;
      this.#runningSince = undefined;
    }
    this.#state = state;
    for (const wake of this.#waiters.splice(0)) {
      wake();
    }
  }

  get #isOpen(): boolean {
    return ['waiting', 'running', 'paused'].includes(this.#state);
  }

  #over(state: RunState): void {
    this.#hold(state);
    this.#endPython();
  }

  #endPython(): void {
    const { process, connection } = this.#python ?? {};
    this.#python = undefined;
    connection?.close();
    process?.dispose();
    void (process?.exit ?? Promise.resolve()).then(() => this.#folder?.dispose());
  }

  #mustGoOn(): void {
    if (!this.#isOpen) {
      throw new FailureError('run-over', t('The run is over. Restart it to train again.'));
    }
  }

  #mustBeNetwork(): Measured {
    if (!this.#network) {
      throw new FailureError(
        'not-ready',
        this.#isOpen
          ? t('The run is still being prepared. Try again when it has started.')
          : t('The run ended before it had a network. Restart it to train again.'),
      );
    }
    return this.#network;
  }
}
