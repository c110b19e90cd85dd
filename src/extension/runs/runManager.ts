import { t } from '@vscode/l10n';
import * as vscode from 'vscode';
import type { Disposable } from '../../common/disposable';
import { Emitter } from '../../common/emitter';
import type { Failure, ProblemMessage, StartOptions } from '../../protocol/engine';
import { dataFileFor, readShippedFile } from '../files/dataFiles';
import { messageBundle } from '../l10n';
import { platform } from '../platform';
import { Run } from './run';
import type { RunStorage } from './runStorage';

/** Engines of ended runs that are kept for saving weights and for looking into the network. */
const keptEngines = 4;

/** A spec that was checked and may be trained. */
export interface TrainRequest extends Omit<StartOptions, 'l10n'> {
  readonly specUri: vscode.Uri;
}

/** The runs of this window: one of each spec, each with an engine of its own. */
export class RunManager implements Disposable {
  readonly #extensionUri: vscode.Uri;
  readonly #storage: RunStorage;
  readonly #log: vscode.LogOutputChannel;
  readonly #runs = new Map<string, Run>();
  readonly #changes = new Emitter<Run>();
  readonly #starts = new Emitter<Run>();
  readonly #refusals = new Emitter<{ readonly run: Run; readonly problems: readonly ProblemMessage[] }>();
  readonly onChange = this.#changes.event;
  /** A run took the place of the spec's last one. */
  readonly onStart = this.#starts.event;
  readonly onRefused = this.#refusals.event;
  #count = 0;

  constructor(extensionUri: vscode.Uri, storage: RunStorage, log: vscode.LogOutputChannel) {
    this.#extensionUri = extensionUri;
    this.#storage = storage;
    this.#log = log;
  }

  get all(): readonly Run[] {
    return [...this.#runs.values()];
  }

  of(specUri: vscode.Uri): Run | undefined {
    return this.#runs.get(specUri.toString());
  }

  /** The run of this window, or else the one that was kept by an earlier one. */
  async recall(specUri: vscode.Uri): Promise<Run | undefined> {
    const known = this.of(specUri);
    if (known) {
      return known;
    }
    const run = await this.readStored(specUri);
    // A run may have been started while storage was read.
    return this.of(specUri) ?? (run && this.#adopt(run));
  }

  /** The run of this spec that storage holds. */
  readStored(specUri: vscode.Uri): Promise<Run | undefined> {
    return this.#storage.load(specUri.toString());
  }

  /** Starts a run at once; one of the same spec that is under way is ended. */
  train({ specUri, ...options }: TrainRequest): Run {
    const run = this.#create(specUri, options);
    this.#establish(run);
    void this.#start(run, specUri, options);
    this.#endSurplusEngines();
    return run;
  }

  /**
   * Starts a run from a file, a checkpoint or weights. Only when its engine stands with what the file holds, the run takes the place of the
   * spec's last one; a file that is refused leaves that one untouched, and so does one that another run overtook.
   */
  async trainFrom(
    request: TrainRequest & ({ readonly resume: Uint8Array } | { readonly init: Uint8Array }),
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
      this.#establish(opened.run);
      this.#endSurplusEngines();
      await opened.run.ask('resume', null);
    }
    return opened;
  }

  /** A run that stands before its first step and belongs to nobody: whoever asked for it disposes of it. */
  async open({ specUri, ...options }: TrainRequest): Promise<{ readonly run: Run } | { readonly failure: Failure }> {
    const run = this.#create(specUri, options);
    await this.#start(run, specUri, { ...options, paused: true });
    await run.ready;
    if (run.hasEngine) {
      return { run };
    }
    const failure = run.details.failure ?? engineEnded();
    run.dispose();
    return { failure };
  }

  /** A run as it stands, in a second engine, for long work beside its training: whoever asked disposes of it. */
  async copy(run: Run): Promise<{ readonly run: Run } | { readonly failure: Failure }> {
    const checkpoint = await run.ask('saveCheckpoint', null);
    const { source } = run;
    if ('err' in checkpoint || !source) {
      return { failure: 'err' in checkpoint ? checkpoint.err : engineEnded() };
    }
    const specUri = vscode.Uri.parse(run.specUri);
    return this.open({ ...source, specUri, seed: undefined, resume: checkpoint.ok, inspect: true });
  }

  dispose(): void {
    for (const run of this.#runs.values()) {
      run.dispose();
    }
    for (const emitter of [this.#changes, this.#starts, this.#refusals]) {
      emitter.dispose();
    }
  }

  #create(specUri: vscode.Uri, { spec, specText }: Pick<StartOptions, 'spec' | 'specText'>): Run {
    this.#count += 1;
    const createdAt = Date.now();
    const id = `${createdAt.toString(36)}-${this.#count}`;
    const run = Run.create({ id, title: spec.name, specUri: specUri.toString(), specText, createdAt });
    const before = this.of(specUri);
    if (before) {
      run.follow(before, spec.training.loss.name);
    }
    return run;
  }

  /** The run is the spec's from now on, and is told and stored as such. */
  #establish(run: Run): void {
    this.#adopt(run);
    this.#starts.fire(run);
    this.#storage.follow(run);
    run.onRefused((problems) => this.#refusals.fire({ run, problems }));
  }

  async #start(run: Run, specUri: vscode.Uri, options: Omit<StartOptions, 'l10n'>): Promise<void> {
    try {
      const process = await platform().startEngineProcess(this.#extensionUri);
      this.#log.info(`${options.fileName}: engine started${process.pid ? `, process ${process.pid}` : ''}`);
      if (!run.isActive) {
        process.dispose();
        return;
      }
      void process.exit.then(({ code, signal, output }) => {
        this.#log.info(`${options.fileName}: engine ended (${signal ?? code ?? 'disposed'})`);
        if (output) {
          this.#log.warn(output);
        }
      });
      const host = {
        readFile: ({ path }: { readonly path: string }) => dataFileFor(process, specUri, path),
        readShipped: ({ name }: { readonly name: string }) => readShippedFile(this.#extensionUri, name),
      };
      await run.start(process, host, { ...options, l10n: messageBundle() });
    } catch (error) {
      this.#log.error(error instanceof Error ? error : String(error));
      const message = t('The engine could not be started: {0}', error instanceof Error ? error.message : String(error));
      run.fail({ code: 'engine-start', message });
    }
  }

  #adopt(run: Run): Run {
    this.#runs.get(run.specUri)?.dispose();
    // In the order in which they were started: the first have been idle for longest.
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
