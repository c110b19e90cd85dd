import { t } from '@vscode/l10n';
import { assertNever } from '../../common/assertNever';
import type { Disposable } from '../../common/disposable';
import { Emitter } from '../../common/emitter';
import {
  type Ended,
  type EngineEvent,
  type EngineRequests,
  type Failure,
  type GradientProbe,
  type HostRequests,
  isActive,
  type ProblemMessage,
  type Reply,
  type StartOptions,
} from '../../protocol/engine';
import { EngineClient } from '../../protocol/engineClient';
import type { Curves, EarlierLoss, Hydration, Probes, RunStatus } from '../../protocol/panel';
import type { Handlers } from '../../protocol/rpc';
import { type RunHead, type RunRecord, RunStore } from '../../runs/runStore';
import type { Points, RunState, Tag } from '../../runs/series';
import { type EngineProcess, type Exit, ranOutOfMemory, reasonOf } from '../engine/engineProcess';
import { inBackground } from '../words/background';
import { curvesOf } from './curves';

/** The details of a run that are stored with its series. */
export type RunDetails = Pick<RunStatus, 'stage' | 'started' | 'folds' | 'progress' | 'ended' | 'failure' | 'linear'>;

/** The options a run was started with, except initial weights and checkpoint. */
type RunSource = Omit<StartOptions, 'init' | 'resume' | 'from' | 'l10n'>;

/** The state to show: `reported` by the engine, unless the user's request has not taken effect yet. */
function shownState(shown: RunState, reported: RunState): RunState {
  const isPending = shown === 'stopping' ? isActive(reported) : shown === 'pausing' && reported === 'running';
  return isPending ? shown : reported;
}

/** One training run of a spec: its record, and its engine if it has one. A restart creates a new run. */
export class Run implements Disposable {
  readonly #store: RunStore<RunDetails>;
  readonly #changes = new Emitter<void>();
  /** The newest value of each tag. */
  readonly #latest = new Map<Tag, number>();
  readonly #refusals = new Emitter<readonly ProblemMessage[]>();
  readonly #checks = new Emitter<{ readonly done: number; readonly total: number }>();
  #engine: { readonly process: EngineProcess; readonly client: EngineClient } | undefined;
  #source: RunSource | undefined;
  #refused = false;
  #loads = 0;
  #curves: Curves | undefined;
  #earlier: EarlierLoss | undefined;
  #probes: Probes = {};
  #settle: () => void = () => undefined;
  #announce: () => void = () => undefined;
  /** True if the run was read from storage. */
  readonly stored: boolean;
  /** Fires if the spec or its data have errors, so that nothing ran. */
  readonly onRefused = this.#refusals.event;
  /** Reports the progress of a gradient check. */
  readonly onChecking = this.#checks.event;
  /** Fires when state, progress, series or a probe changed. */
  readonly onChange = this.#changes.event;
  /** Resolves when the run is over, however it ended. */
  readonly over: Promise<void> = new Promise((resolve) => {
    this.#settle = resolve;
  });
  /** Resolves when the run has a network, or is over without one. */
  readonly ready: Promise<void> = new Promise((resolve) => {
    this.#announce = resolve;
  });

  private constructor(store: RunStore<RunDetails>, stored: boolean) {
    this.#store = store;
    this.stored = stored;
    this.#curves = store.details.started && curvesOf(store.details.started);
    if (!isActive(store.state)) {
      this.#settle();
    }
  }

  /** A new run that waits for its engine. */
  static create(head: RunHead): Run {
    return new Run(new RunStore<RunDetails>(head, {}), false);
  }

  /** A run from an earlier window. If it was active then, it counts as stopped. */
  static fromStorage({ head, state, details, log, series }: RunRecord<RunDetails>): Run {
    const store = new RunStore<RunDetails>(head, details);
    store.state = isActive(state) ? 'stopped' : state;
    for (const entry of log) {
      store.note(entry);
    }
    for (const [tag, points] of Object.entries(series)) {
      store.appendAll(tag, points);
    }
    return new Run(store, true);
  }

  get id(): string {
    return this.#store.head.id;
  }

  get title(): string {
    return this.#store.details.started?.name ?? this.#store.head.title;
  }

  /** The text that it was started with. */
  get specText(): string {
    return this.#store.head.specText;
  }

  get specUri(): string {
    return this.#store.head.specUri;
  }

  get state(): RunState {
    return this.#store.state;
  }

  get details(): RunDetails {
    return this.#store.details;
  }

  get isActive(): boolean {
    return isActive(this.state);
  }

  /** True if the spec or its data have errors, so that nothing ran. */
  get refused(): boolean {
    return this.#refused;
  }

  /** True if the run has an engine, which can be asked for weights, probes and steps. */
  get hasEngine(): boolean {
    return this.#engine !== undefined && this.#store.details.started !== undefined;
  }

  /** Changes with the network, by weights from a file or a fold's end: earlier probes are of another one. */
  get network(): string {
    return `${this.#loads}/${this.#store.details.started?.fold}`;
  }

  /** Undefined before the run was started. */
  get source(): RunSource | undefined {
    return this.#source;
  }

  /** Process id of the engine, if it is a child process. */
  get enginePid(): number | undefined {
    return this.#engine?.process.pid;
  }

  /** Trains on this engine. `host` serves its file requests. */
  async start(process: EngineProcess, host: Handlers<HostRequests>, options: StartOptions): Promise<void> {
    const client = new EngineClient(process.port, host);
    this.#engine = { process, client };
    const { init, resume, from, l10n, ...source } = options;
    this.#source = source;
    client.onEvent((event) => this.#receive(event));
    inBackground(process.exit.then((exit) => this.#onExit(exit)));
    const reply = await client.ask('start', options);
    if ('err' in reply) {
      this.fail(reply.err);
    }
  }

  /** Asks the engine; without one, the reply is an error. */
  async ask<K extends keyof EngineRequests>(
    name: K,
    params: EngineRequests[K]['params'],
  ): Promise<Reply<EngineRequests[K]['result']>> {
    if (!this.#engine) {
      return { err: { code: 'no-engine', message: t('The engine of this run has ended. Restart the run.') } };
    }
    const reply = await this.#engine.client.ask(name, params);
    if (name === 'setLearningRate' && 'ok' in reply) {
      this.#note('learning_rate', (params as EngineRequests['setLearningRate']['params']).learningRate);
    }
    return reply;
  }

  /** Puts the weights of a file into the network of an active run, which pauses before. */
  async loadWeights(bytes: Uint8Array, file: string): Promise<Reply<null>> {
    const paused = await this.pause();
    const reply = 'err' in paused ? paused : await this.ask('loadWeights', { bytes });
    const { started } = this.#store.details;
    if ('ok' in reply && started) {
      this.#loads += 1;
      const epoch = this.#store.cursor().loss ?? 0;
      this.#set({ started: { ...started, from: { kind: 'weights', file, epoch } } });
    }
    return reply;
  }

  /** Shows the run as pausing at once; it pauses after the current phase. */
  pause(): Promise<Reply<unknown>> {
    if (this.state === 'running') {
      this.#set({}, 'pausing');
    }
    return this.ask('pause', null);
  }

  /**
   * Shows the run as stopping at once; it stops after the current phase, and final values follow. A second
   * stop, or one before the run has a network, ends the engine instead; the recorded values remain. A run
   * that has ended by itself meanwhile keeps its end.
   */
  async stop(): Promise<Reply<null>> {
    if (!this.isActive) {
      return { ok: null };
    }
    if (!this.hasEngine || this.state === 'stopping') {
      this.endEngine();
      return { ok: null };
    }
    this.#set({}, 'stopping');
    return this.ask('stop', null);
  }

  keepProbes(probes: Probes): void {
    this.#probes = { ...this.#probes, ...probes };
    if (probes.gradients) {
      this.#keepNorms(probes.gradients);
    }
    this.#changes.fire();
  }

  /** Keeps the final values of the linear model on the same data. */
  keepLinear(linear: Ended['final']): void {
    this.#set({ linear });
  }

  /** Ends the run with a failure; its record remains. */
  fail(failure: Failure): void {
    if (this.isActive) {
      this.#set({ failure }, 'failed');
      this.endEngine();
    }
  }

  /** Ends the engine at once; an active run counts as stopped. */
  endEngine(): void {
    const engine = this.#engine;
    this.#engine = undefined;
    engine?.client.dispose();
    engine?.process.dispose();
    if (this.isActive) {
      this.#set({}, 'stopped');
    }
    this.#changes.fire();
  }

  /** The newest value of an epoch series. */
  lastValue(tag: Tag): number | undefined {
    return this.#latest.get(tag);
  }

  record(): RunRecord<RunDetails> {
    return this.#store.record();
  }

  series(): Readonly<Record<Tag, Points>> {
    return this.#store.series();
  }

  cursor(): Readonly<Record<Tag, number>> {
    return this.#store.cursor();
  }

  since(cursor: Readonly<Record<Tag, number>>): Readonly<Record<Tag, Points>> {
    return this.#store.since(cursor);
  }

  status(): RunStatus {
    const { specUri } = this.#store.head;
    const { state, id, title, stored } = this;
    return {
      runId: id,
      title,
      specUri,
      state,
      stored,
      curves: this.#curves,
      earlier: this.#earlier,
      ...this.#store.details,
      ...this.#probes,
    };
  }

  hydration(): Hydration {
    return { ...this.status(), series: this.series() };
  }

  /**
   * Keeps the previous run's loss for comparison, if both have the same loss function. If that run recorded
   * none, keeps the loss that it was compared with.
   */
  follow(before: Run, lossName: string): void {
    const { loss, val_loss: validation } = before.series();
    const same = before.details.started?.spec.training.loss.name === lossName;
    this.#earlier = loss ? (same ? { train: loss, validation } : undefined) : before.#earlier;
  }

  dispose(): void {
    this.endEngine();
    this.#changes.dispose();
    this.#refusals.dispose();
    this.#checks.dispose();
  }

  #receive(event: EngineEvent): void {
    switch (event.type) {
      case 'stage':
        this.#set({ stage: event.text });
        return;
      case 'started':
        if (event.started.fold !== this.#store.details.started?.fold) {
          this.#forget();
        }
        this.#curves = curvesOf(event.started);
        this.#set({ started: event.started, stage: undefined });
        this.#announce();
        return;
      case 'refused':
        this.#refused = true;
        this.#set({ failure: refusal(event.problems) }, 'failed');
        this.#refusals.fire(event.problems);
        this.endEngine();
        return;
      case 'epochs':
        for (const { epoch, values } of event.records) {
          for (const [tag, value] of values) {
            this.#store.append(tag, epoch, value);
            this.#latest.set(tag, value);
          }
        }
        this.#changes.fire();
        return;
      case 'fold':
        this.#set({ folds: [...(this.#store.details.folds ?? []), event.score] });
        return;
      case 'batches':
        this.#store.appendAll('batch_loss', { x: event.steps, y: event.losses });
        this.#changes.fire();
        return;
      case 'checking':
        this.#checks.fire(event);
        return;
      case 'progress':
        this.#set({ progress: event.progress }, shownState(this.state, event.progress.state));
        return;
      case 'ended':
        this.#set({ progress: event.progress, ended: event.ended }, event.ended.reason);
        return;
      case 'failed':
        this.fail(event.failure);
        return;
      default:
        assertNever(event);
    }
  }

  #set(details: RunDetails, state = this.state): void {
    const before = this.state;
    this.#store.details = { ...this.#store.details, ...details };
    this.#store.state = state;
    if (state !== before) {
      this.#note('state', state);
    }
    if (!isActive(state)) {
      this.#settle();
      this.#announce();
    }
    this.#changes.fire();
  }

  /** Drops what was measured of a training before: another one of the run begins. */
  #forget(): void {
    this.#store.clear();
    this.#latest.clear();
    this.#probes = {};
  }

  #note(kind: string, value: number | string): void {
    const { step = 0, epoch = 0 } = this.#store.details.progress ?? {};
    this.#store.note({ step, epoch, kind, value });
  }

  /** Appends the first norms measured in each epoch to the gradients' history. */
  #keepNorms({ epoch, layers }: GradientProbe): void {
    for (const { layer, gradientNorm } of layers) {
      const tag = `gradient_norm/${this.details.started?.layers[layer].name}`;
      if (epoch > (this.#store.cursor()[tag] ?? -1)) {
        this.#store.append(tag, epoch, gradientNorm);
      }
    }
  }

  /** An engine that crashes ends its run, never the editor. */
  #onExit(exit: Exit): void {
    if (!this.#engine) {
      return;
    }
    this.#engine.client.close();
    if (this.isActive) {
      this.fail({ code: 'engine-ended', message: exitMessage(exit) });
    }
    this.#engine = undefined;
    this.#changes.fire();
  }
}

function refusal(problems: readonly ProblemMessage[]): Failure {
  const [first] = problems;
  return { code: first?.code ?? 'refused', message: first?.message ?? t('The spec or its data have errors.') };
}

function exitMessage(exit: Exit): string {
  if (ranOutOfMemory(exit)) {
    return t(
      'The engine ran out of memory. The losses so far are kept. Use a smaller network or less data, then restart.',
    );
  }
  return t(
    'The engine process ended unexpectedly ({0}). The losses so far are kept. Restart to train again.',
    reasonOf(exit),
  );
}
