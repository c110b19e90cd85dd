import { t } from '@vscode/l10n';
import * as vscode from 'vscode';
import type { Disposable } from '../../common/disposable';
import { Emitter } from '../../common/emitter';
import type { Failure, ProblemMessage, StartOptions } from '../../protocol/engine';
import type { RunDetails } from '../../protocol/panel';
import { newRunId } from '../../runs/runId';
import type { RunSeries } from '../../runs/runSeries';
import type { Exit } from '../engine/engineProcess';
import { startFailure, startProcess } from '../engine/engineTask';
import { hostOfSpec } from '../files/dataFiles';
import { randomShare } from '../files/random';
import { messageBundle } from '../l10n';
import { inBackground } from '../words/background';
import { Run } from './run';
import type { RunBeginning, RunKeeper } from './runKeeper';

/** Engines of ended runs that are kept, to save weights and inspect the network. */
const keptEngines = 4;

/** A spec that was checked and may be trained. */
export interface TrainRequest extends Omit<StartOptions, 'l10n'> {
  readonly specUri: vscode.Uri;
  /** The kept run that goes on. */
  readonly again?: Again;
  /** The kept run from which this one was forked. */
  readonly parent?: RunBeginning['parent'];
  /** The sweep that the run belongs to, with the run's own values, and how its epochs are ranked. */
  readonly sweep?: RunBeginning['sweep'];
  readonly ranking?: RunBeginning['ranking'];
  readonly folds?: RunBeginning['folds'];
}

/** A kept run that goes on from a checkpoint, with its series up to there and the scores of its folds. */
export type Again = NonNullable<RunBeginning['again']> & {
  readonly series: RunSeries;
  readonly folds?: RunDetails['folds'];
};

/** The runs of this window: one per spec, each with its own engine. */
export class RunManager implements Disposable {
  readonly extensionUri: vscode.Uri;
  readonly #keeper: RunKeeper;
  readonly #log: vscode.LogOutputChannel;
  readonly #runs = new Map<string, Run>();
  /** Runs that train without being the current one of their spec. */
  readonly #beside = new Set<Run>();
  readonly #changes = new Emitter<Run>();
  readonly #starts = new Emitter<Run>();
  readonly #refusals = new Emitter<{ readonly run: Run; readonly problems: readonly ProblemMessage[] }>();
  readonly onChange = this.#changes.event;
  /** Fires when a run has replaced the previous one of its spec. */
  readonly onStart = this.#starts.event;
  readonly onRefused = this.#refusals.event;

  constructor(extensionUri: vscode.Uri, keeper: RunKeeper, log: vscode.LogOutputChannel) {
    this.extensionUri = extensionUri;
    this.#keeper = keeper;
    this.#log = log;
  }

  get all(): readonly Run[] {
    return [...this.#runs.values()];
  }

  of(specUri: vscode.Uri): Run | undefined {
    return this.#runs.get(specUri.toString());
  }

  /** The run with this id, while it trains in this window. */
  training(id: string): Run | undefined {
    return [...this.#runs.values(), ...this.#beside].find((run) => run.id === id && run.isActive && !run.stored);
  }

  /** The run of this window, or else the stored one of an earlier window. */
  async recall(specUri: vscode.Uri): Promise<Run | undefined> {
    const known = this.of(specUri);
    if (known) {
      return known;
    }
    const run = await this.readStored(specUri);
    // A run may have been started while storage was read.
    return this.of(specUri) ?? (run && this.#adopt(run));
  }

  /** Makes a kept run the current one of its spec, unless that trains here. Returns the current one. */
  recallThis(kept: Run): Run {
    const current = this.of(vscode.Uri.parse(kept.specUri));
    return current?.isActive && !current.stored ? current : this.#adopt(kept);
  }

  /** The stored run of this spec. */
  readStored(specUri: vscode.Uri): Promise<Run | undefined> {
    return this.#keeper.newestOf(specUri);
  }

  /** Starts a run at once and ends an active one of the same spec. */
  train({ specUri, ...options }: TrainRequest): Run {
    const run = this.#create(specUri, options);
    this.#establish(run, options);
    inBackground(this.#start(run, specUri, options));
    this.#endSurplusEngines();
    return run;
  }

  /** Starts a run that is kept, but not shown: one of many of its spec. The caller ends its engine. */
  trainBeside({ specUri, ...options }: TrainRequest): Run {
    const run = this.#create(specUri, options);
    this.#beside.add(run);
    inBackground(run.concluded.then(() => this.#beside.delete(run)));
    this.#keeper.follow(run, options);
    inBackground(this.#start(run, specUri, options));
    return run;
  }

  /** Resolves when nothing of the run is left to write. */
  written(run: Run): Promise<void> {
    return this.#keeper.written(run);
  }

  /**
   * Starts a run from a checkpoint, or opens one with weights, which waits. It replaces the spec's previous
   * run only after its engine has loaded the file, and only if no other run was started meanwhile. With
   * `again` it goes on as the run that is kept there.
   */
  async trainFrom(
    request: TrainRequest &
      ({ readonly resume: Uint8Array } | { readonly init: Uint8Array } | { readonly again: Again }),
  ): Promise<{ readonly run: Run } | { readonly failure: Failure }> {
    const before = this.of(request.specUri);
    const opened = await this.open(request);
    const now = this.of(request.specUri);
    if ('run' in opened && now !== before && !now?.stored) {
      opened.run.dispose();
      const message = t('Another run of this spec was started meanwhile, and stays. Try again to replace it.');
      return { failure: { code: 'overtaken', message } };
    }
    if ('run' in opened) {
      this.#establish(opened.run, request);
      this.#endSurplusEngines();
      // A pause of the paused run returns once the run is known to wait.
      await opened.run.ask('init' in request ? 'pause' : 'resume', null);
    }
    return opened;
  }

  /**
   * A run that is paused before its first step. It replaces no other; the caller disposes of it. Cancelling
   * ends its engine at any time, also while it reads the data.
   */
  async open(
    { specUri, ...options }: TrainRequest,
    token?: vscode.CancellationToken,
  ): Promise<{ readonly run: Run } | { readonly failure: Failure }> {
    const run = this.#create(specUri, options);
    token?.onCancellationRequested(() => run.endEngine());
    await this.#start(run, specUri, { ...options, paused: true });
    await run.ready;
    if (run.hasEngine) {
      return { run };
    }
    const failure = run.details.failure ?? engineEnded();
    run.dispose();
    return { failure };
  }

  /** A copy of a run in a second engine, for long work beside its training. The caller disposes of it. */
  async copy(
    run: Run,
    token: vscode.CancellationToken,
  ): Promise<{ readonly run: Run } | { readonly failure: Failure }> {
    const checkpoint = await run.ask('saveCheckpoint', null);
    const { source } = run;
    if ('err' in checkpoint || !source) {
      return { failure: 'err' in checkpoint ? checkpoint.err : engineEnded() };
    }
    const specUri = vscode.Uri.parse(run.specUri);
    return this.open({ ...source, specUri, seed: undefined, resume: checkpoint.ok, inspect: true }, token);
  }

  /** Lets go of the folders of all runs, so that those that train can be resumed, then ends the engines. */
  async close(): Promise<void> {
    await this.#keeper.close();
    this.dispose();
  }

  dispose(): void {
    for (const run of [...this.#runs.values(), ...this.#beside]) {
      run.dispose();
    }
    for (const emitter of [this.#changes, this.#starts, this.#refusals]) {
      emitter.dispose();
    }
  }

  #create(specUri: vscode.Uri, { spec, specText, again }: Omit<TrainRequest, 'specUri'>): Run {
    const id = again?.found.id ?? newRunId(spec.name, new Date(), randomShare());
    return Run.create({ id, title: spec.name, specUri: specUri.toString(), specText }, again);
  }

  /** Registers the run as the current one of its spec, announces it and stores it. */
  #establish(run: Run, beginning: RunBeginning): void {
    this.#adopt(run);
    this.#starts.fire(run);
    this.#keeper.follow(run, beginning);
    run.onRefused((problems) => this.#refusals.fire({ run, problems }));
  }

  async #start(
    run: Run,
    specUri: vscode.Uri,
    { again: _, parent: __, sweep: ___, folds: ____, ranking, ...options }: Omit<TrainRequest, 'specUri'>,
  ): Promise<void> {
    try {
      // To start a process takes longer than to ask the editor for the run's panel, which is done meanwhile.
      await new Promise((resolve) => setTimeout(resolve));
      // The built-in engine alone answers every question about a network.
      const trained = options.inspect ? undefined : { spec: options.spec, specUri };
      const process = await startProcess(this.extensionUri, trained);
      this.#log.info(`${options.fileName}: engine started${process.pid ? `, process ${process.pid}` : ''}`);
      if (!run.isActive) {
        process.dispose();
        return;
      }
      const logEnd = ({ code, signal, output }: Exit) => {
        this.#log.info(`${options.fileName}: engine ended (${signal ?? code ?? 'disposed'})`);
        if (output) {
          this.#log.warn(output);
        }
      };
      inBackground(process.exit.then(logEnd));
      const host = hostOfSpec(specUri, this.extensionUri);
      const holdBest = this.#keeper.keeps(run) ? (ranking ?? true) : undefined;
      await run.start(process, host(process), { film: {}, ...options, holdBest, l10n: messageBundle() });
    } catch (error) {
      this.#log.error(error instanceof Error ? error : String(error));
      run.fail(startFailure(error));
    }
  }

  #adopt(run: Run): Run {
    this.#runs.get(run.specUri)?.dispose();
    // Keeps runs in the order of their starts: the first have been idle for longest.
    this.#runs.delete(run.specUri);
    this.#runs.set(run.specUri, run);
    run.onChange(() => this.#changes.fire(run));
    this.#changes.fire(run);
    return run;
  }

  #endSurplusEngines(): void {
    const idle = this.all.filter((run) => run.hasEngine && !run.isActive);
    for (const run of idle.slice(0, Math.max(0, idle.length - keptEngines))) {
      run.endEngine();
    }
  }
}

function engineEnded(): Failure {
  return { code: 'engine-ended', message: t('The engine has ended.') };
}
