/**
 * An engine server whose networks are trained by PyTorch: it reads the data, starts Python and passes on what
 * happens there. What else a host asks is answered by a mirror of the network.
 *
 * ```
 *   host ◀── requests, events ──▶ this server ◀── JSON lines ──▶ runner.py, which runs the exported train.py
 * ```
 */
import { t } from '@vscode/l10n';
import type { Disposable } from '../../common/disposable';
import { TrainingTime } from '../../common/trainingTime';
import { describeDivergence } from '../../engine';
import type {
  EngineEvent,
  EngineRequests,
  Failure,
  HostRequests,
  ProblemMessage,
  Progress,
  StartOptions,
} from '../../protocol/engine';
import { capabilitiesOf, protocolVersion } from '../../protocol/hello';
import { measurements } from '../../protocol/measurements';
import {
  type Connection,
  connect,
  FailureError,
  type Handlers,
  handOver,
  type Port,
  toFailure,
} from '../../protocol/rpc';
import type { RunState } from '../../runs/series';
import type { ServerEnvironment } from '../environment';
import { EpochLog } from '../epochLog';
import { hostFiles } from '../hostFiles';
import { lossWarning } from '../lossWarning';
import { conclusion, Measurer, rowLosses, weightsFile } from '../measure';
import { type Prepared, prepare } from '../prepare';
import { RateMeter } from '../rateMeter';
import { exitFailure, failureOf } from './failures';
import { pythonTraining } from './files';
import { Mirror } from './mirror';
import {
  type Position,
  type PythonEvent,
  type PythonLauncher,
  type PythonProcess,
  type PythonRequests,
  recordOf,
  tensorsOf,
} from './wire';

/** All that this engine can be asked. */
type Served = Pick<
  EngineRequests,
  | 'hello'
  | 'setLanguage'
  | 'start'
  | 'pause'
  | 'resume'
  | 'step'
  | 'stop'
  | 'setLearningRate'
  | 'measure'
  | 'saveWeights'
  | 'rowLosses'
>;

/** While the network trains, its weights are taken over at most so often, in milliseconds. */
const syncTime = 500;

const anyDevice = { device: 'auto', processes: 1 } as const;

/** It has no film, from which that one is made. */
const measured = measurements.filter((name) => name !== 'gradientHistory');

export class PyTorchServer implements Disposable {
  readonly #environment: ServerEnvironment;
  readonly #launcher: PythonLauncher;
  readonly #connection: Connection<HostRequests, EngineEvent>;
  #options: StartOptions | undefined;
  #run: PyTorchRun | undefined;
  #disposed = false;

  constructor(port: Port, environment: ServerEnvironment, launcher: PythonLauncher) {
    this.#environment = environment;
    this.#launcher = launcher;
    this.#connection = connect<Served, HostRequests, never, EngineEvent>(port, { serve: this.#handlers() });
  }

  dispose(): void {
    this.#disposed = true;
    this.#connection.close();
    this.#run?.dispose();
  }

  #handlers(): Handlers<Served> {
    const handlers: Handlers<Served> = {
      hello: () => ({
        protocol: protocolVersion,
        engine: 'pytorch',
        capabilities: capabilitiesOf(handlers, ['batch', 'epoch'], measured),
      }),
      setLanguage: ({ l10n }) => {
        this.#environment.configureLanguage?.(l10n);
        return null;
      },
      start: (options) => this.#start(options),
      pause: () => this.#mustRun().pause(),
      resume: () => this.#mustRun().resume(),
      step: ({ unit }) => this.#mustRun().step(unit),
      stop: () => this.#run?.stop() ?? null,
      setLearningRate: ({ learningRate }) => this.#mustRun().setLearningRate(learningRate),
      measure: async (params) => (await this.#mustRun().synced()).measurer.answer(params),
      saveWeights: async () => handOver(weightsFile((await this.#mustRun().synced(true)).prepared)),
      rowLosses: async ({ part }) => rowLosses((await this.#mustRun().synced(true)).prepared, part),
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
    if (options.l10n) {
      this.#environment.configureLanguage?.(options.l10n);
    }
    const run = new PyTorchRun(options, this.#environment, (event) => this.#connection.tell(event));
    this.#run = run;
    void this.#begin(options, run).catch((error) => run.fail(toFailure(error)));
    return null;
  }

  async #begin(options: StartOptions, run: PyTorchRun): Promise<void> {
    const problems = unsupported(options);
    const preparation =
      problems.length > 0
        ? { problems }
        : await prepare(
            { ...options, film: undefined },
            {
              files: hostFiles(this.#connection, this.#environment.machine),
              enterStage: (text) => this.#enterStage(text),
              onBatch: () => undefined,
              machine: this.#environment.machine ?? { cores: 1, now: this.#environment.now },
            },
          );
    const prepared = 'problems' in preparation ? preparation : preparation.training();
    if ('problems' in prepared) {
      run.refuse(prepared.problems);
      return;
    }
    await this.#enterStage(t('Starting PyTorch…'));
    if (!this.#disposed) {
      await run.launch(prepared, this.#launcher);
    }
  }

  /** Resolves in a later turn of the event loop: the message is sent before the long work that follows. */
  #enterStage(text: string): Promise<void> {
    this.#connection.tell({ type: 'stage', text });
    return new Promise((resolve) => this.#environment.schedule(resolve));
  }

  #mustRun(): PyTorchRun {
    if (!this.#run) {
      throw new FailureError('not-started', t('No run has been started. Start one first.'));
    }
    return this.#run;
  }
}

/** Whatever of a run PyTorch does not do. */
function unsupported({ spec, resume, inspect }: StartOptions): readonly ProblemMessage[] {
  const problems: ProblemMessage[] = [];
  const add = (code: string, message: string, path?: readonly string[]) =>
    problems.push({ code, severity: 'error', message, path });
  if (resume) {
    add('checkpoint', t('PyTorch cannot go on from a checkpoint of NNSpec. Begin with weights instead.'));
  }
  if (spec.training.crossValidation !== undefined && !inspect) {
    add('engine', t('PyTorch trains no cross-validation. Take “engine” or “cross_validation” out of the spec.'), [
      'training',
      'cross_validation',
    ]);
  }
  return problems;
}

/** A network with what measures it. */
interface Measured {
  readonly prepared: Prepared;
  readonly measurer: Measurer;
  readonly mirror: Mirror;
}

/** The run of a server, and its Python. */
class PyTorchRun implements Disposable {
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
  /** How a person names another Python. */
  #other = '';
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
    this.#other = launcher.other;
    const process = await launcher.launch(training.files, prepared.spec.training.engine ?? anyDevice);
    const connection = connect<Record<never, never>, PythonRequests, PythonEvent, never>(process.port, {
      serve: {},
      onEvent: (event) => this.#receive(event),
    });
    this.#python = { process, connection };
    if (!this.#isOpen) {
      this.#endPython();
      return;
    }
    let answered = false;
    void process.exit.then((exit) => {
      this.fail(exitFailure(launcher, exit, answered));
      connection.close();
    });
    const hello = await this.#ask('hello', null);
    answered = true;
    await this.#ask('start', training.start);
    if (!this.#isOpen) {
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
    // All epochs before this reply have been told.
    mirror.take(tensorsOf(tensors), position.step);
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
        this.fail(failureOf(event.code, event.args, this.#other));
        return;
    }
  }

  #note({ position, epochs, steps, losses }: PythonEvent & { type: 'progress' }): void {
    this.#position = position;
    this.#meter.observe(this.#environment.now(), position.step);
    for (const record of epochs.map(recordOf)) {
      this.#network?.mirror.observe(record);
      this.#epochs.push(record);
      this.#warning ??= lossWarning(record);
    }
    const records = this.#epochs.take();
    if (records.length > 0) {
      this.#tell({ type: 'epochs', records });
    }
    if (steps.length > 0) {
      this.#tell({ type: 'batches', steps: Float64Array.from(steps), losses: Float64Array.from(losses) });
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
    this.#python?.connection.close();
    this.#python?.process.dispose();
    this.#python = undefined;
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
