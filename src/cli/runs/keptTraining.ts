/** Keeps a run in its folder while the command line trains it. */
import { basename, dirname, join, resolve } from 'node:path';
import { t } from '@vscode/l10n';
import type { FilmCursor, FilmPiece } from '../../common/filmFile';
import type { FoldScore } from '../../common/foldScores';
import type { Intervention } from '../../common/intervention';
import { fileErrorText } from '../../disk/fileErrors';
import { stepOf } from '../../engine';
import type { Ended, Failure, Reply, Started } from '../../protocol/engine';
import type { EngineClient } from '../../protocol/engineClient';
import type { RunDetails } from '../../protocol/panel';
import { encodePanelFile } from '../../protocol/panelFile';
import type { LinearScores } from '../../protocol/runEvents';
import { setEvent } from '../../protocol/runEvents';
import type { RunEvent } from '../../runs/events';
import type { RunIdentity } from '../../runs/header';
import type { Position } from '../../runs/readRun';
import type { Ranking } from '../../runs/record';
import type { RunCheckpoints } from '../../runs/runCheckpoints';
import { RunRepository } from '../../runs/runRepository';
import { type RunWriter, runFile } from '../../runs/runWriter';
import type { Points, Tag } from '../../runs/series';
import type { CliIo } from '../io';
import { EventReport } from '../report/eventReport';

/** The folder beside a spec that holds its runs. */
export function runsFolder(specFolder: string): string {
  return join(specFolder, '.nnspec');
}

export function openRuns(specFolder: string, { keeping }: Pick<CliIo, 'keeping'>): RunRepository {
  const { openFolder, clock, here } = keeping;
  return new RunRepository(openFolder(runsFolder(specFolder)), { clock, here });
}

/** The beginning of a run, as far as its folder holds it. */
export interface KeptBeginning extends Pick<RunIdentity, 'name' | 'overrides' | 'parent' | 'sweep'> {
  readonly specPath: string;
  /** How the epochs are ranked. Default: by the validation loss, else the loss. */
  readonly ranking?: Ranking;
  readonly specText: string;
  readonly init?: Uint8Array;
  readonly resume?: Uint8Array;
}

/** A run that goes on in its folder, with the scores of the folds that it has trained. */
export interface KeptBefore {
  readonly repository: RunRepository;
  readonly id: string;
  readonly at: Position;
  readonly folds: readonly FoldScore[];
}

export class KeptTraining extends EventReport {
  readonly #beginning: KeptBeginning | KeptBefore;
  readonly #keeping: CliIo['keeping'];
  readonly #say: (sentence: string) => void;
  readonly #repository: RunRepository;
  #id: string | undefined;
  #writer: RunWriter | undefined;
  /** Events from before a folder that was there already was opened. */
  #waiting: RunEvent[] = [];
  #details: RunDetails;
  #opening: Promise<void> | undefined;
  #checkpoints: RunCheckpoints | undefined;
  #failed = false;

  /** `say` shows a sentence to the person. */
  constructor(
    beginning: KeptBeginning | KeptBefore,
    io: Pick<CliIo, 'cwd' | 'keeping'>,
    say: (sentence: string) => void,
  ) {
    const folds = 'folds' in beginning ? beginning.folds : [];
    super(folds);
    this.#beginning = beginning;
    this.#keeping = io.keeping;
    this.#say = say;
    this.#details = { ...(folds.length > 0 && { folds }) };
    this.#repository =
      'repository' in beginning ? beginning.repository : openRuns(dirname(resolve(io.cwd, beginning.specPath)), io);
  }

  /** How the epochs are ranked, by which the best one is known; `true`: as usual. */
  get ranking(): Ranking | true {
    return ('specText' in this.#beginning && this.#beginning.ranking) || true;
  }

  /** Whether something could not be kept. */
  get failed(): boolean {
    return this.#failed;
  }

  /** Opens the folder of a new run once its data are read. Returns its id; undefined if it cannot be kept. */
  open({ name, spec, dataHash }: Started): string | undefined {
    const beginning = this.#beginning;
    if (this.#id !== undefined || this.#failed) {
      return this.#failed ? undefined : this.#id;
    }
    if ('id' in beginning) {
      this.#id = beginning.id;
      return this.#id;
    }
    const { specPath, specText, init, overrides = {}, parent, sweep, ranking } = beginning;
    try {
      this.#id = this.#repository.claim(name, this.#keeping.random);
    } catch (error) {
      this.#fail(error);
      return undefined;
    }
    this.#writer = this.#repository.create(
      {
        id: this.#id,
        name,
        spec: basename(specPath),
        epochs: spec.training.epochs,
        data_hash: dataHash,
        ...(Object.keys(overrides).length > 0 && { overrides }),
        ...(parent && { parent }),
        ...(sweep && { sweep }),
      },
      specText,
      { init, ranking, onFailure: (error) => this.#fail(error) },
    );
    return this.#id;
  }

  /**
   * To be called while the engine waits before the first step: opens the folder of a run that goes on, and
   * saves the first checkpoint. Rejects if another process has taken the run meanwhile.
   */
  async begin(client: EngineClient): Promise<void> {
    const beginning = this.#beginning;
    if ('id' in beginning) {
      this.#opening ??= this.#reopen(beginning);
      await this.#opening;
    }
    const { resumed } = this.#details.started ?? {};
    if ('specText' in beginning && beginning.resume && resumed) {
      // A run can be repeated only from where it began.
      void this.#writer?.save(runFile.origin, beginning.resume);
    }
    // Whatever happens to the process, the run tells how it began.
    await this.#writer?.flush();
    if (this.#writer) {
      const source = {
        last: () => this.#state(client, false),
        lean: () => this.#state(client, true),
        best: (than?: number) => newBest(client, than),
        film: (have?: FilmCursor) => newFrames(client, have),
        stepOf,
      };
      this.#checkpoints ??= this.#repository.checkpoints(this.#writer, source, resumed?.step);
      await this.#checkpoints.take();
      this.#checkpoints.start();
    }
  }

  async #reopen({ id, at }: KeptBefore): Promise<void> {
    this.#writer = await this.#repository.reopen(id, at, { onFailure: (error) => this.#fail(error) });
    if (!this.#writer) {
      this.#failed = true;
      throw new Error(t('The run {0} cannot go on: another process trains it.', id));
    }
    this.#tellWriter(this.#waiting);
    this.#savePanel();
  }

  /** Keeps points of a series that is no part of the epochs. */
  append(tag: Tag, points: Points): void {
    this.#writer?.append(tag, points);
  }

  intervention(intervention: Intervention): void {
    this.tell([setEvent(intervention)]);
  }

  override start(started: Started): void {
    this.#details = { ...this.#details, started };
    super.start(started, this.#id);
    this.#savePanel();
  }

  override fold(score: FoldScore): void {
    this.#details = { ...this.#details, folds: [...(this.#details.folds ?? []), score] };
    super.fold(score);
    this.#savePanel();
  }

  override failure(failure: Failure): void {
    this.#details = { ...this.#details, failure };
    super.failure(failure);
  }

  override end(ended: Ended, linear?: LinearScores): void {
    this.#details = {
      ...this.#details,
      ended,
      ...(linear && { linear: linear.final, linearFolds: linear.folds, linearError: linear.error }),
    };
    super.end(ended, linear);
    this.#savePanel();
  }

  /** The state after the best epoch, if it is not kept yet. */
  async newBest(): Promise<Uint8Array | undefined> {
    return this.#checkpoints?.newBest();
  }

  /** Saves the last states and the weights of a run that is over. A diverged one has neither last ones. */
  async finish(
    state: Reply<Uint8Array> | undefined,
    weights: Reply<Uint8Array> | undefined,
    best: Uint8Array | undefined,
  ): Promise<void> {
    await this.#end();
    await this.#checkpoints?.finish(state && 'ok' in state ? state.ok : undefined, best);
    if (weights && 'ok' in weights) {
      await this.#writer?.save(runFile.weights, weights.ok);
    }
  }

  /** Writes the rest and lets go of the folder. Says where the run is kept. */
  async letGo(): Promise<void> {
    await this.#end();
    await this.#writer?.close();
    if (this.#writer && !this.#failed) {
      this.#say(t('Kept as {0}', this.#writer.id));
    }
  }

  protected tell(events: readonly RunEvent[]): void {
    if (this.#writer) {
      this.#tellWriter(events);
    } else if ('id' in this.#beginning) {
      this.#waiting.push(...events);
    }
  }

  async #end(): Promise<void> {
    this.#checkpoints?.dispose();
    await this.#opening?.catch(() => undefined);
  }

  #tellWriter(events: readonly RunEvent[]): void {
    for (const event of events) {
      this.#writer?.take(event);
    }
  }

  /** The state of the network's training; a fold has no checkpoints. */
  async #state(client: EngineClient, lean: boolean): Promise<Uint8Array | undefined> {
    if (this.#failed || this.#details.started?.fold !== undefined) {
      return undefined;
    }
    const reply = await client.ask('saveCheckpoint', { lean });
    return 'ok' in reply ? reply.ok : undefined;
  }

  #savePanel(): void {
    void this.#writer?.save(runFile.panel, encodePanelFile(this.#details));
  }

  #fail(error: unknown): void {
    this.#failed = true;
    this.#checkpoints?.dispose();
    const folder = this.#id === undefined ? '.nnspec' : `.nnspec/runs/${this.#id}`;
    this.#say(t('Training goes on, but the run is not kept from here on. {0}', fileErrorText(folder, error)));
  }
}

async function newBest(client: EngineClient, than?: number): Promise<Uint8Array | undefined> {
  const reply = await client.ask('saveBest', { than });
  return 'ok' in reply && reply.ok ? reply.ok : undefined;
}

async function newFrames(client: EngineClient, have?: FilmCursor): Promise<FilmPiece | undefined> {
  const reply = await client.ask('film', { have });
  return 'ok' in reply && reply.ok ? reply.ok : undefined;
}
