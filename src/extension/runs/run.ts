import { t } from '@vscode/l10n';
import { assertNever } from '../../common/assertNever';
import { checksum } from '../../common/checksum';
import type { Disposable } from '../../common/disposable';
import { Emitter } from '../../common/emitter';
import type { FoldScore } from '../../common/foldScores';
import { valueOfTag } from '../../common/tagValues';
import { timeTag } from '../../common/trainingTime';
import {
  type Checking,
  type Ended,
  type EngineEvent,
  type EngineRequests,
  type EpochRecord,
  type Failure,
  type GradientProbe,
  type Hello,
  type HostRequests,
  isActive,
  type ProblemMessage,
  type Reply,
  type StartOptions,
} from '../../protocol/engine';
import { EngineClient } from '../../protocol/engineClient';
import { cannotAsk } from '../../protocol/hello';
import type { Answers } from '../../protocol/measurements';
import type { Curves, Hydration, RunDetails, RunStatus } from '../../protocol/panel';
import type { Handlers } from '../../protocol/rpc';
import { endEvent, epochEvent, foldEvent, setEvent, startEvent } from '../../protocol/runEvents';
import type { RunEvent } from '../../runs/events';
import { RunSeries } from '../../runs/runSeries';
import type { Points, RunState, Tag } from '../../runs/series';
import { type EngineProcess, type Exit, ranOutOfMemory, reasonOf } from '../engine/engineProcess';
import { inBackground } from '../words/background';
import { curvesOf } from './curves';

/** The identity of a run, known from its start. */
export interface RunHead {
  readonly id: string;
  readonly title: string;
  readonly specUri: string;
  readonly specText: string;
}

/** A run as it was read from disk. */
export interface KnownRun {
  readonly state: RunState;
  readonly details: RunDetails;
  readonly series: RunSeries;
}

/** The linear model on the data of a run, trained to compare the run with. */
export interface LinearModel {
  readonly final: Ended['final'];
  readonly folds?: readonly FoldScore[];
  /** Standard error of the difference to the run's loss on the part that is held out. */
  readonly error?: number;
  readonly weights: Uint8Array;
}

/** The options a run was started with, except initial weights and checkpoint. */
type RunSource = Omit<StartOptions, 'init' | 'resume' | 'fork' | 'from' | 'replay' | 'l10n'>;

/** The state to show: `reported` by the engine, unless the user's request has not taken effect yet. */
function shownState(shown: RunState, reported: RunState): RunState {
  const isPending = shown === 'stopping' ? isActive(reported) : shown === 'pausing' && reported === 'running';
  return isPending ? shown : reported;
}

/**
 * One training run of a spec: what is known of it, and its engine if it has one. It tells its events and
 * points to whoever keeps them. A restart creates a new run.
 */
export class Run implements Disposable {
  readonly #head: RunHead;
  readonly #series: RunSeries;
  #state: RunState;
  #details: RunDetails;
  readonly #events = new Emitter<RunEvent>();
  readonly #points = new Emitter<{ readonly tag: Tag; readonly points: Points }>();
  readonly #files = new Emitter<{ readonly name: string; readonly bytes: Uint8Array }>();
  readonly #changes = new Emitter<void>();
  /** The newest value of each tag. */
  readonly #latest = new Map<Tag, number>();
  readonly #refusals = new Emitter<readonly ProblemMessage[]>();
  readonly #checks = new Emitter<Checking>();
  #engine: { readonly process: EngineProcess; readonly client: EngineClient } | undefined;
  #hello: Hello | undefined;
  #source: RunSource | undefined;
  #refused = false;
  #handChanges = 0;
  /** Whether the end of the run was told. */
  #endTold = false;
  #curves: Curves | undefined;
  #linearWeights: Uint8Array | undefined;
  /** The latest answer for each measurement. */
  #answers: Answers = {};
  #settle: () => void = () => undefined;
  #announce: () => void = () => undefined;
  #conclude: () => void = () => undefined;
  /** True if the run was read from storage. */
  readonly stored: boolean;
  /** The events of the run, as its log keeps them. */
  readonly onEvent = this.#events.event;
  /** Points of series that are no part of the epochs. */
  readonly onPoints = this.#points.event;
  /** Files without which the run could not be repeated: weights that were loaded into it. */
  readonly onFile = this.#files.event;
  /** Fires if the spec or its data have errors, so that nothing ran. */
  readonly onRefused = this.#refusals.event;
  /** Reports the progress of a gradient check or a search for a learning rate. */
  readonly onChecking = this.#checks.event;
  /** Fires when state, progress, series or a probe changed. */
  readonly onChange = this.#changes.event;
  /** Resolves when the run is over, however it ended. */
  readonly over: Promise<void> = new Promise((resolve) => {
    this.#settle = resolve;
  });
  /** Resolves when the run is over and its final values, if there are any, have arrived. */
  readonly concluded: Promise<void> = new Promise((resolve) => {
    this.#conclude = resolve;
  });
  /** Resolves when the run has a network, or is over without one. */
  readonly ready: Promise<void> = new Promise((resolve) => {
    this.#announce = resolve;
  });

  private constructor(head: RunHead, stored: boolean, known: KnownRun) {
    this.#head = head;
    this.stored = stored;
    this.#state = known.state;
    this.#details = known.details;
    this.#series = known.series;
    this.#curves = known.details.started && curvesOf(known.details.started);
    if (!isActive(known.state)) {
      this.#endTold = true;
      this.#settle();
    }
  }

  /**
   * A new run that waits for its engine. One that goes on has the series up to its checkpoint, and its folds.
   */
  static create(
    head: RunHead,
    { series, folds }: { readonly series: RunSeries; readonly folds?: RunDetails['folds'] } = {
      series: new RunSeries(),
    },
  ): Run {
    return new Run(head, false, { state: 'waiting', details: folds ? { folds } : {}, series });
  }

  /** A run that was trained before, in this window or elsewhere. */
  static kept(head: RunHead, known: KnownRun): Run {
    return new Run(head, true, known);
  }

  get id(): string {
    return this.#head.id;
  }

  get title(): string {
    return this.#details.started?.name ?? this.#head.title;
  }

  /** The text that it was started with. */
  get specText(): string {
    return this.#head.specText;
  }

  get specUri(): string {
    return this.#head.specUri;
  }

  get state(): RunState {
    return this.#state;
  }

  get details(): RunDetails {
    return this.#details;
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
    return this.#engine !== undefined && this.#details.started !== undefined;
  }

  /** Changes with weights from a file or by hand, and with a fold: earlier probes are of another network. */
  get network(): string {
    return `${this.#handChanges}/${this.#details.started?.fold}`;
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
    const { init, resume, fork, from, replay, l10n, ...source } = options;
    this.#source = source;
    client.onEvent((event) => this.#receive(event));
    inBackground(process.exit.then((exit) => this.#onExit(exit)));
    // Sent at once, so that no other request comes before the start.
    const [hello, reply] = await Promise.all([client.hello(), client.ask('start', options)]);
    if ('ok' in hello) {
      this.#hello = hello.ok;
      this.#changes.fire();
    }
    const refused = [hello, reply].find((each) => 'err' in each);
    if (refused) {
      this.fail(refused.err);
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
    const cannot = cannotAsk(this.#hello, name);
    return cannot === undefined
      ? this.#engine.client.ask(name, params)
      : { err: { code: 'unknown-request', message: cannot } };
  }

  /** Puts the weights of a file into the network of an active run, which pauses before. */
  async loadWeights(bytes: Uint8Array, file: string): Promise<Reply<null>> {
    const paused = await this.pause();
    // A run that went on may have loaded others before, whose files stay.
    const name = `loaded-${checksum(bytes, 0)}.safetensors`;
    this.#files.fire({ name, bytes });
    const reply = 'err' in paused ? paused : await this.ask('loadWeights', { bytes, file: name });
    const { started } = this.#details;
    if ('ok' in reply && started) {
      this.#handChanges += 1;
      const epoch = Math.max(0, this.#series.lastX('loss'));
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

  keepAnswers(answers: Answers): void {
    this.#answers = { ...this.#answers, ...answers };
    if (answers.gradients) {
      this.#keepNorms(answers.gradients);
    }
    this.#changes.fire();
  }

  /** Keeps the linear model; its values are stored with the run, its weights are not. */
  keepLinear({ final, folds, error, weights }: LinearModel): void {
    this.#linearWeights = weights;
    this.#set({ linear: final, linearFolds: folds, linearError: error });
  }

  /** The weights of the linear model, once it was trained in this window. */
  get linearWeights(): Uint8Array | undefined {
    return this.#linearWeights;
  }

  /** Ends the run with a failure; its record remains. */
  fail(failure: Failure, reason: 'failed' | 'interrupted' = 'failed'): void {
    if (this.isActive) {
      this.#set({ failure }, 'failed');
      this.#events.fire({ event: 'error', ...failure });
      this.#tellEnd(reason);
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
    this.#tellEnd('stopped');
    this.#changes.fire();
  }

  /** The final value of a tag; before the end, and in a diverged run, that of the newest epoch. */
  lastValue(tag: Tag): number | undefined {
    const final = valueOfTag(tag, this.#details.ended?.final);
    return Number.isFinite(final) ? final : this.#latest.get(tag);
  }

  series(): Readonly<Record<Tag, Points>> {
    return this.#series.all();
  }

  cursor(): Readonly<Record<Tag, number>> {
    return this.#series.cursor();
  }

  since(cursor: Readonly<Record<Tag, number>>): Readonly<Record<Tag, Points>> {
    return this.#series.since(cursor);
  }

  status(): RunStatus {
    const { specUri } = this.#head;
    const { state, id, title, stored } = this;
    return {
      runId: id,
      title,
      specUri,
      state,
      stored,
      hello: this.#hello,
      curves: this.#curves,
      ...this.#details,
      ...this.#answers,
    };
  }

  hydration(): Hydration {
    return { ...this.status(), series: this.series() };
  }

  dispose(): void {
    this.endEngine();
    for (const emitter of [this.#changes, this.#events, this.#points, this.#files, this.#refusals, this.#checks]) {
      emitter.dispose();
    }
  }

  #receive(event: EngineEvent): void {
    switch (event.type) {
      case 'stage':
        this.#set({ stage: event.text });
        return;
      case 'started':
        if (event.started.fold !== this.#details.started?.fold) {
          this.#forget();
        }
        this.#curves = curvesOf(event.started);
        this.#set({ started: event.started, stage: undefined });
        this.#events.fire(startEvent(event.started, this.id));
        this.#announce();
        return;
      case 'refused':
        this.#refused = true;
        this.#set({ failure: refusal(event.problems) }, 'failed');
        this.#refusals.fire(event.problems);
        this.endEngine();
        return;
      case 'epochs':
        for (const record of event.records) {
          this.#takeEpoch(record);
        }
        this.#changes.fire();
        return;
      case 'fold':
        this.#set({ folds: [...(this.#details.folds ?? []), event.score] });
        this.#events.fire(foldEvent(event.score));
        return;
      case 'batches':
        this.#append('batch_loss', { x: event.steps, y: event.losses });
        this.#changes.fire();
        return;
      case 'time':
        if (event.step > this.#series.lastX(timeTag)) {
          this.#append(timeTag, { x: Float64Array.of(event.step), y: Float64Array.of(event.seconds) });
        }
        return;
      case 'intervention':
        this.#events.fire(setEvent(event.intervention));
        if (event.intervention.kind === 'weight') {
          this.#handChanges += 1;
          this.#changes.fire();
        }
        return;
      case 'film':
        this.#set({ film: event.steps });
        return;
      case 'checking':
        this.#checks.fire(event);
        return;
      case 'progress':
        this.#set({ progress: event.progress }, shownState(this.state, event.progress.state));
        return;
      case 'ended':
        this.#set({ progress: event.progress, ended: event.ended }, event.ended.reason);
        this.#endTold = true;
        this.#conclude();
        this.#events.fire(endEvent(event.ended, this.#details.started, this.#details.folds));
        return;
      case 'failed':
        this.fail(event.failure);
        return;
      default:
        assertNever(event);
    }
  }

  #set(details: RunDetails, state = this.state): void {
    this.#details = { ...this.#details, ...details };
    this.#state = state;
    if (!isActive(state)) {
      this.#settle();
      this.#announce();
    }
    this.#changes.fire();
  }

  /** Drops what was measured of a training before: another one of the run begins. */
  #forget(): void {
    this.#series.clear();
    this.#latest.clear();
    this.#answers = {};
  }

  #takeEpoch(record: EpochRecord): void {
    const { epoch, values } = record;
    const { fold, resumed } = this.#details.started ?? {};
    const isKnown = epoch <= this.#series.lastX(values[0]?.[0] ?? 'loss');
    for (const [tag, value] of values) {
      if (!isKnown) {
        this.#series.append(tag, epoch, value);
      }
      this.#latest.set(tag, value);
    }
    // Whoever keeps the run has the epochs before its checkpoint.
    if (!resumed || epoch > resumed.epochs) {
      this.#events.fire(epochEvent(record, fold));
    }
  }

  #append(tag: Tag, points: Points): void {
    this.#series.appendAll(tag, points);
    this.#points.fire({ tag, points });
  }

  /** Tells the end of a run that has no final values. */
  #tellEnd(reason: 'failed' | 'stopped' | 'interrupted'): void {
    this.#conclude();
    if (!this.#endTold && this.#details.started) {
      this.#endTold = true;
      const epochs = Math.max(0, this.#series.lastX('loss'));
      this.#events.fire({ event: 'end', reason, epochs, final: {}, expect: [] });
    }
  }

  /** Appends the first norms measured in each epoch to the gradients' history. */
  #keepNorms({ epoch, layers }: GradientProbe): void {
    for (const { layer, gradientNorm } of layers) {
      const tag = `gradient_norm/${this.details.started?.layers[layer].name}`;
      if (epoch > this.#series.lastX(tag)) {
        this.#append(tag, { x: Float64Array.of(epoch), y: Float64Array.of(gradientNorm) });
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
      // The kept run can go on, unless the memory would be exhausted again.
      const reason = ranOutOfMemory(exit) ? 'failed' : 'interrupted';
      this.fail({ code: 'engine-ended', message: exitMessage(exit) }, reason);
    }
    this.#engine = undefined;
    this.#tellEnd('stopped');
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
