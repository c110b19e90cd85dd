/** Keeps checkpoints of a run while it trains: the last one, the best one, and milestones on the way. */
import type { Disposable } from '../common/disposable';
import type { FilmCursor, FilmPiece } from '../common/filmFile';
import type { RunFiles } from './runFiles';
import { type Clock, type RunWriter, runFile } from './runWriter';

/** The last checkpoint is at most so many milliseconds old. */
const interval = 10_000;
/** The first pauses are shorter, so that a short run has milestones and a best one, too. */
const [firstPause, pauseGrowth] = [1000, 1.5];
/** A pause is at least so many times as long as the saving before it took, as far as the interval allows. */
const leastShare = 50;
/** Timers may come so many milliseconds too early. */
const tolerance = 20;
/** After a checkpoint of a large network training goes on for at least this many milliseconds. */
const shortestPause = 1000;

/** Steps of a milestone, at least, as a multiple of those of the milestone before. */
const distance = 1.5;
/** A run has at most so many milestones, of so many bytes in all: of a large network fewer. */
const mostMilestones = 12;
const mostBytes = 64 * 2 ** 20;

/** Where the checkpoints come from. */
export interface CheckpointSource {
  /** The state of this moment; undefined where there is none, or none that is new. */
  last(): Promise<Uint8Array | undefined>;
  /** The state of this moment, without the values of very many epochs. */
  lean(): Promise<Uint8Array | undefined>;
  /** The state after the best epoch, if it is new since the last call, and better than a value. */
  best(than: number | undefined): Promise<Uint8Array | undefined>;
  /** The part of the film that somebody lacks who has this much of it. */
  film(have: FilmCursor | undefined): Promise<FilmPiece | undefined>;
  /** The number of steps before a checkpoint; undefined where it does not tell. */
  stepOf(checkpoint: Uint8Array): number | undefined;
}

/** A checkpoint that stays while the run trains on. */
export interface Milestone {
  readonly step: number;
  /** Bytes. */
  readonly size: number;
}

export class RunCheckpoints implements Disposable {
  readonly #writer: RunWriter;
  readonly #source: CheckpointSource;
  readonly #clock: Clock;
  readonly #known: Promise<void>;
  /** Best value that the folder holds, of a run that goes on in it. */
  readonly #bestBefore: number | undefined;
  /** In the order of their steps. */
  #milestones: readonly Milestone[] = [];
  /** Step of the newest milestone, or that at which the training began. */
  #newest: number;
  #pause = firstPause;
  #timer: Disposable | undefined;
  /** When the last checkpoint was asked for. */
  #lastAt: number;
  #over = false;

  /** `files` is the run's folder; `from` is the step at which the training begins. */
  constructor(writer: RunWriter, files: RunFiles, clock: Clock, source: CheckpointSource, from = 0) {
    this.#writer = writer;
    this.#source = source;
    this.#clock = clock;
    this.#lastAt = clock.now();
    this.#newest = from;
    this.#bestBefore = writer.record.best?.value;
    // Where the folder cannot be read, it cannot be written either, which the writer tells.
    this.#known = this.#readMilestones(files).catch(() => undefined);
  }

  /** Saves checkpoints from time to time. `took` are the milliseconds that the ones before needed. */
  start(took = 0): void {
    if (this.#over) {
      return;
    }
    const now = this.#clock.now();
    const due = this.#lastAt + interval;
    const pause = Math.min(due - now, Math.max(this.#pause, leastShare * took) - took);
    this.#pause *= pauseGrowth;
    this.#timer = this.#clock.after(Math.max(shortestPause, pause), () => {
      const before = this.#clock.now();
      const saved = before >= due - tolerance ? this.take() : this.#takeOthers();
      void saved.then(() => this.start(this.#clock.now() - before));
    });
  }

  /** Saves the checkpoint of this moment, and the others that are due. */
  async take(): Promise<void> {
    this.#lastAt = this.#clock.now();
    const last = await this.#source.last();
    if (last && !this.#over) {
      await Promise.all([this.#writer.save(runFile.lastCheckpoint, last), this.#takeOthers(last)]);
    }
  }

  async #takeFilm(): Promise<void> {
    const piece = await this.#source.film(this.#writer.film);
    if (piece) {
      await this.#writer.saveFilm(piece);
    }
  }

  /** Saves a milestone if one is due, the best state if there is a new one, and new frames of the film. */
  async #takeOthers(last?: Uint8Array): Promise<void> {
    await this.#known;
    const lean = !last || this.#isDue(last) ? await this.#source.lean() : undefined;
    const best = await this.newBest();
    if (this.#over) {
      return;
    }
    const writes = [this.#takeFilm()];
    if (lean && this.#isDue(lean) && lean.length <= mostBytes) {
      writes.push(...this.#saveMilestone(lean));
    }
    if (best) {
      writes.push(this.#writer.save(runFile.bestCheckpoint, best));
    }
    await Promise.all(writes);
  }

  /** Whether the checkpoint is far enough from the newest milestone. */
  #isDue(checkpoint: Uint8Array): boolean {
    const step = this.#stepOf(checkpoint);
    return step > this.#newest && step >= distance * this.#newest;
  }

  #stepOf(checkpoint: Uint8Array): number {
    return this.#source.stepOf(checkpoint) ?? 0;
  }

  #saveMilestone(checkpoint: Uint8Array): readonly Promise<void>[] {
    const next = { step: this.#stepOf(checkpoint), size: checkpoint.length };
    const { kept, dropped } = thinned([...this.#milestones, next]);
    this.#milestones = kept;
    this.#newest = next.step;
    return [
      this.#writer.save(checkpointAt(next.step), checkpoint),
      ...dropped.map(({ step }) => this.#writer.remove(checkpointAt(step))),
    ];
  }

  /** The state after the best epoch, if it is not saved yet. */
  newBest(): Promise<Uint8Array | undefined> {
    return this.#source.best(this.#bestBefore);
  }

  /** Saves the last states and the film of a run that is over. A diverged one has a best state at most. */
  async finish(last: Uint8Array | undefined, best: Uint8Array | undefined): Promise<void> {
    this.dispose();
    for (const [name, checkpoint] of [
      [runFile.lastCheckpoint, last],
      [runFile.bestCheckpoint, best],
    ] as const) {
      if (checkpoint) {
        await this.#writer.save(name, checkpoint);
      }
    }
    await this.#takeFilm();
  }

  dispose(): void {
    this.#over = true;
    this.#timer?.dispose();
  }

  /** A run that goes on in its folder has milestones, perhaps also of steps that come again. */
  async #readMilestones(files: RunFiles): Promise<void> {
    this.#milestones = await milestonesIn(files);
    this.#newest = Math.max(this.#newest, this.#milestones.at(-1)?.step ?? 0);
  }
}

/** The name of the milestone after so many steps. */
export function checkpointAt(step: number): string {
  return `${runFile.checkpoints}/${step}.nnckpt`;
}

/** The milestones in the folder of a run, in the order of their steps. */
export async function milestonesIn(files: RunFiles): Promise<readonly Milestone[]> {
  const found: Milestone[] = [];
  for (const { name } of await files.list(runFile.checkpoints)) {
    const step = /^(\d{1,15})\.nnckpt$/.exec(name)?.[1];
    const state = step === undefined ? undefined : await files.stat(`${runFile.checkpoints}/${name}`);
    if (state) {
      found.push({ step: Number(step), size: state.size });
    }
  }
  return found.sort((a, b) => a.step - b.step);
}

/** Takes out those that stand closest to their neighbours, until there is room for all. The newest stays. */
export function thinned(all: readonly Milestone[]): {
  readonly kept: readonly Milestone[];
  readonly dropped: readonly Milestone[];
} {
  const kept = [...all];
  const dropped: Milestone[] = [];
  const bytes = () => kept.reduce((sum, { size }) => sum + size, 0);
  while (kept.length > 1 && (kept.length > mostMilestones || bytes() > mostBytes)) {
    // The gaps that would be left, as ratios of steps; that before the first one has no end.
    const gaps = kept.slice(0, -1).map((_, i) => kept[i + 1].step / (kept[i - 1]?.step ?? 0));
    dropped.push(...kept.splice(gaps.indexOf(Math.min(...gaps)), 1));
  }
  return { kept, dropped };
}
