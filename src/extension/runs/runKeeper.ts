import { t } from '@vscode/l10n';
import type { LogOutputChannel, Uri } from 'vscode';
import type { Disposable } from '../../common/disposable';
import { Emitter } from '../../common/emitter';
import type { FilmCursor } from '../../common/filmFile';
import { messageOf } from '../../common/messageOf';
import { stepOf } from '../../engine/checkpoint/checkpoint';
import type { EngineRequests, Progress, StartOptions } from '../../protocol/engine';
import type { RunDetails } from '../../protocol/panel';
import { encodePanelFile, readPanelFile } from '../../protocol/panelFile';
import { startEvent } from '../../protocol/runEvents';
import type { RunEvent } from '../../runs/events';
import type { RunHeader } from '../../runs/header';
import type { Position } from '../../runs/readRun';
import type { Ranking } from '../../runs/record';
import type { RunCheckpoints } from '../../runs/runCheckpoints';
import { readText } from '../../runs/runFiles';
import { type RunWriter, runFile } from '../../runs/runWriter';
import { inBackground } from '../words/background';
import { Run } from './run';
import type { FoundRun, RunHome, RunHomes } from './runHomes';

/** Milliseconds after the last end of a run until old ones are deleted. */
const thinningDelay = 10_000;

type Homes = Pick<RunHomes, 'placeOf' | 'newestOf'>;

export interface KeepSettings {
  /** The most runs of a folder; with 0 none is kept. */
  keep(): number;
  /** The most bytes of a folder's runs. */
  maxSize(): number;
}

/** How a run begins, as far as its folder has to hold it. */
export interface RunBeginning extends Pick<StartOptions, 'init' | 'resume' | 'seed' | 'epochs'> {
  /** A run that goes on in its folder, from a checkpoint. */
  readonly again?: Position & { readonly found: Extract<FoundRun, { header: object }> };
  readonly parent?: RunHeader['parent'];
  readonly sweep?: RunHeader['sweep'];
  readonly ranking?: Ranking;
  /** Folds of a cross-validation that the spec's text does not ask for. */
  readonly folds?: number;
}

/** Keeps the runs of this window in their folders while they train, and reads kept ones. */
export class RunKeeper {
  readonly #homes: Homes;
  readonly #settings: KeepSettings;
  readonly #log: Pick<LogOutputChannel, 'info' | 'warn'>;
  readonly #warn: (sentence: string) => void;
  readonly #keeping = new Map<string, Keeping>();
  /** Timers of the homes whose old runs are to go. */
  readonly #thinning = new Map<RunHome, ReturnType<typeof setTimeout>>();
  readonly #ends = new Emitter<Run>();
  /** Fires when a run is over, all of it is written, and older ones have made room. */
  readonly onKept = this.#ends.event;

  /** `warn` shows a sentence to the person. */
  constructor(
    homes: Homes,
    settings: KeepSettings,
    log: Pick<LogOutputChannel, 'info' | 'warn'>,
    warn: (sentence: string) => void,
  ) {
    this.#homes = homes;
    this.#settings = settings;
    this.#log = log;
    this.#warn = warn;
  }

  /** Keeps a run from its start on. */
  follow(run: Run, beginning: RunBeginning): void {
    if (!this.keepsRuns) {
      return;
    }
    const onFailure = (error: unknown) => {
      this.#log.warn(`${run.id}: ${messageOf(error)}`);
      if (run.isActive) {
        this.#warn(t('{0} goes on, but what it does from now on is not kept: {1}', run.title, messageOf(error)));
      }
    };
    const { again } = beginning;
    const place = again
      ? Promise.resolve({ home: again.found.home, spec: again.found.header.spec })
      : this.#homes.placeOf(run.specUri);
    const keeping = new Keeping(run, beginning, place, onFailure);
    this.#keeping.set(run.id, keeping);
    inBackground(
      keeping.over.then(async () => {
        this.#keeping.delete(run.id);
        this.#ends.fire(run);
        this.#thinSoon((await place).home);
      }),
    );
  }

  /** Resolves when nothing of the run is left to write. */
  async written(run: Run): Promise<void> {
    await this.#keeping.get(run.id)?.over;
  }

  /** Resolves when nothing is left to write of the runs that are over. */
  async settled(): Promise<void> {
    await Promise.all([...this.#keeping.values()].filter(({ isOver }) => isOver).map(({ over }) => over));
  }

  /** Whether new runs are kept. */
  get keepsRuns(): boolean {
    return this.#settings.keep() > 0;
  }

  /** Whether what is known of this run is kept for later windows. */
  keeps(run: Run): boolean {
    return this.keepsRuns || this.#keeping.has(run.id);
  }

  /** The newest kept run of a spec. */
  async newestOf(specUri: Uri): Promise<Run | undefined> {
    const found = await this.#homes.newestOf(specUri);
    return found && this.load(found);
  }

  /** Reads a kept run; undefined for a damaged one. */
  async load(found: FoundRun): Promise<Run | undefined> {
    if ('problem' in found) {
      this.#log.warn(`${found.id}: ${found.problem}`);
      return undefined;
    }
    const { home, header, id } = found;
    const files = home.repository.folderOf(id);
    const { series, specText, events } = await home.repository.read(id);
    const film = await home.repository.film(id);
    const details = readPanelFile((await readText(files, runFile.panel)) ?? '');
    const specUri = home.specUri(header.spec).toString();
    const rate = events.findLast((event) => event.event === 'set' && event.name === 'learning_rate');
    return Run.kept(
      { id, title: header.name, specUri, specText: specText ?? '' },
      { state: header.state, series, details: { ...details, film, progress: progressOf(header, details, rate) } },
    );
  }

  /** Writes what is not written yet, and lets go of all runs: those that train count as interrupted. */
  async close(): Promise<void> {
    for (const timer of this.#thinning.values()) {
      clearTimeout(timer);
    }
    await Promise.all([...this.#keeping.values()].map((keeping) => keeping.close()));
  }

  /**
   * Thinning looks at every file of every run: a sweep, whose runs end one after the other, waits for it
   * once.
   */
  #thinSoon(home: RunHome): void {
    clearTimeout(this.#thinning.get(home));
    this.#thinning.set(
      home,
      setTimeout(() => inBackground(this.#thin(home)), thinningDelay),
    );
  }

  async #thin(home: RunHome): Promise<void> {
    this.#thinning.delete(home);
    const sweeps = new Set([...this.#keeping.values()].map(({ sweep }) => sweep));
    await home.repository.thin(
      this.#settings.keep(),
      this.#settings.maxSize(),
      ({ sweep }) => sweep !== undefined && sweeps.has(sweep.id),
    );
    await home.repository.emptyTrash();
  }
}

type Place = Awaited<ReturnType<RunHomes['placeOf']>>;

/** Keeps one run. */
class Keeping {
  readonly #run: Run;
  readonly #beginning: RunBeginning;
  readonly #place: Promise<Place>;
  readonly #onFailure: (error: unknown) => void;
  readonly #subscriptions: Disposable[];
  #writer: RunWriter | undefined;
  /** Actions that wait for the folder. */
  #waiting: (() => void)[] | undefined;
  #checkpoints: RunCheckpoints | undefined;
  #paused = false;
  #linear: RunDetails['linear'];
  /** The step that was known when the last checkpoint was made. */
  #savedStep: number | undefined;
  #settle: () => void = () => undefined;
  /** Resolves when the run is over, and all of it is written. */
  readonly over: Promise<void> = new Promise((resolve) => {
    this.#settle = resolve;
  });

  constructor(run: Run, beginning: RunBeginning, place: Promise<Place>, onFailure: (error: unknown) => void) {
    this.#run = run;
    this.#beginning = beginning;
    this.#place = place;
    this.#onFailure = onFailure;
    this.#subscriptions = [
      run.onEvent((event) => this.#whenOpen(() => this.#take(event))),
      run.onPoints(({ tag, points }) => this.#whenOpen(() => this.#writer?.append(tag, points))),
      run.onFile(({ name, bytes }) => this.#whenOpen(() => this.#save(name, bytes))),
      run.onChange(() => this.#notice()),
    ];
    const { started } = run.details;
    if (started) {
      this.#whenOpen(() => this.#take(startEvent(started, run.id)));
    }
    // Nothing is kept of a run that was refused: its problems may quote a cell.
    inBackground(run.over.then(() => (this.#writer || this.#waiting ? undefined : this.close().then(this.#settle))));
  }

  get isOver(): boolean {
    return !this.#run.isActive;
  }

  /** Id of the sweep that the run belongs to. */
  get sweep(): string | undefined {
    return this.#writer?.header.sweep?.id;
  }

  async close(): Promise<void> {
    this.#checkpoints?.dispose();
    for (const subscription of this.#subscriptions) {
      subscription.dispose();
    }
    await this.#writer?.close();
  }

  /**
   * Runs the action once the folder is open. The first event, a start, opens it: before, nothing is known.
   */
  #whenOpen(action: () => void): void {
    if (this.#writer) {
      action();
      return;
    }
    if (!this.#waiting) {
      this.#waiting = [];
      inBackground(this.#open());
    }
    this.#waiting.push(action);
  }

  async #open(): Promise<void> {
    try {
      const place = await this.#place;
      this.#writer = await this.#makeWriter(place);
      const source = {
        last: () => this.#newState(),
        lean: async () => (this.#trainsNetwork ? this.#ask('saveCheckpoint', { lean: true }) : undefined),
        best: (than?: number) => this.#ask('saveBest', { than }),
        film: (have?: FilmCursor) => this.#ask('film', { have }),
        stepOf,
      };
      const { resumed } = this.#run.details.started ?? {};
      this.#checkpoints = place.home.repository.checkpoints(this.#writer, source, resumed?.step);
    } catch (error) {
      this.#onFailure(error);
      this.#settle();
      return;
    }
    for (const action of this.#waiting ?? []) {
      action();
    }
    this.#waiting = undefined;
    this.#checkpoints.start();
  }

  async #makeWriter({ home, spec }: Place): Promise<RunWriter> {
    const { id, title: name, specText } = this.#run;
    const { repository } = home;
    const { again, init, resume, seed, epochs, folds, parent, sweep, ranking } = this.#beginning;
    const options = { onFailure: this.#onFailure, ranking };
    if (again) {
      const reopened = await repository.reopen(id, again, options);
      if (!reopened) {
        throw new Error(t('The run cannot go on in its folder.'));
      }
      return reopened;
    }
    const overrides = {
      ...(seed !== undefined && { seed }),
      ...(epochs !== undefined && { epochs }),
      ...(folds !== undefined && { cross_validation: folds }),
    };
    const writer = repository.create(
      {
        id,
        name,
        spec,
        ...(Object.keys(overrides).length > 0 && { overrides }),
        ...(parent && { parent }),
        ...(sweep && { sweep }),
      },
      specText,
      { ...options, init },
    );
    const { resumed } = this.#run.details.started ?? {};
    if (resume && resumed) {
      // Without it the run could not be repeated.
      inBackground(writer.save(runFile.origin, resume));
    }
    return writer;
  }

  #take(event: RunEvent): void {
    const writer = this.#writer!;
    const { started } = this.#run.details;
    if (event.event === 'start' && started) {
      writer.identify({ name: started.name, epochs: started.spec.training.epochs, data_hash: started.dataHash });
    }
    writer.take(event);
    if (event.event !== 'epoch' && event.event !== 'set') {
      this.#savePanel();
    }
    if (event.event === 'end') {
      inBackground(this.#finish());
    }
  }

  /** Saves a checkpoint as soon as the run is paused, and the linear model's values once they are known. */
  #notice(): void {
    const isPaused = this.#run.state === 'paused';
    if (isPaused && !this.#paused && this.#checkpoints) {
      inBackground(this.#checkpoints.take());
    }
    this.#paused = isPaused;
    const { linear } = this.#run.details;
    if (linear !== this.#linear) {
      this.#linear = linear;
      this.#savePanel();
    }
  }

  /** The state of the run, unless that of the same step is saved already. */
  async #newState(): Promise<Uint8Array | undefined> {
    const { progress } = this.#run.details;
    // A run that waits at the same step has nothing new: interventions are in the log.
    if (progress?.step === this.#savedStep || !this.#trainsNetwork) {
      return undefined;
    }
    const state = await this.#ask('saveCheckpoint', null);
    this.#savedStep = state ? progress?.step : this.#savedStep;
    return state;
  }

  /** Whether the network itself is trained, not one for a fold. */
  get #trainsNetwork(): boolean {
    return this.#run.isActive && this.#run.hasEngine && this.#run.details.started?.fold === undefined;
  }

  async #ask<K extends 'saveCheckpoint' | 'saveWeights' | 'saveBest' | 'film'>(
    question: K,
    params: EngineRequests[K]['params'],
  ): Promise<NonNullable<EngineRequests[K]['result']> | undefined> {
    const reply = await this.#run.ask(question, params);
    return 'ok' in reply && reply.ok ? reply.ok : undefined;
  }

  /** Writes the last weights, then lets go of the folder. */
  async #finish(): Promise<void> {
    const writer = this.#writer!;
    await writer.flush();
    // A diverged run has none, and an engine that was ended answers no more.
    const ask = async (question: 'saveCheckpoint' | 'saveWeights') =>
      this.#run.hasEngine && this.#run.state !== 'diverged' ? this.#ask(question, null) : undefined;
    const checkpoints = this.#checkpoints!;
    await checkpoints.finish(await ask('saveCheckpoint'), await checkpoints.newBest());
    const weights = await ask('saveWeights');
    if (weights) {
      await writer.save(runFile.weights, weights);
    }
    await writer.close();
    this.#settle();
  }

  #savePanel(): void {
    this.#save(runFile.panel, encodePanelFile(this.#run.details));
  }

  #save(name: string, bytes: Uint8Array): void {
    inBackground(this.#writer?.save(name, bytes) ?? Promise.resolve());
  }
}

function progressOf(
  { state, epoch = 0, epochs = 0, step = 0 }: RunHeader,
  { started }: RunDetails,
  rate: RunEvent | undefined,
): Progress {
  const written = started?.spec.training.optimizer.parameters.learning_rate;
  const learningRate = rate?.event === 'set' ? rate.value : written;
  return { state, epoch, epochs, step, rate: 0, learningRate: typeof learningRate === 'number' ? learningRate : 0 };
}
