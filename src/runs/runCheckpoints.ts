/** Keeps checkpoints of a run while it trains: the last one, and milestones at growing distances. */
import type { Disposable } from '../common/disposable';
import type { RunFiles } from './runFiles';
import { type Clock, type RunWriter, runFile } from './runWriter';

/** The last checkpoint is at most so many milliseconds old. */
const interval = 10_000;
/** The first pauses are shorter, so that a short run has milestones, too. */
const [firstPause, pauseGrowth] = [1000, 1.5];
/** A pause is at least so many times as long as the saving before it took, as far as the interval allows. */
const leastShare = 50;
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
  /** In the order of their steps. */
  #milestones: readonly Milestone[] = [];
  /** Step of the newest milestone, or that at which the training began. */
  #newest: number;
  #pause = firstPause;
  #timer: Disposable | undefined;
  #over = false;

  /** `files` is the run's folder; `from` is the step at which the training begins. */
  constructor(writer: RunWriter, files: RunFiles, clock: Clock, source: CheckpointSource, from = 0) {
    this.#writer = writer;
    this.#source = source;
    this.#clock = clock;
    this.#newest = from;
    // Where the folder cannot be read, it cannot be written either, which the writer tells.
    this.#known = this.#readMilestones(files).catch(() => undefined);
  }

  /** Saves a checkpoint from time to time. `took` are the milliseconds that the one before needed. */
  start(took = 0): void {
    if (this.#over) {
      return;
    }
    const pause = Math.min(interval, Math.max(this.#pause, leastShare * took));
    this.#pause *= pauseGrowth;
    this.#timer = this.#clock.after(Math.max(shortestPause, pause - took), () => {
      const before = this.#clock.now();
      void this.take().then(() => this.start(this.#clock.now() - before));
    });
  }

  /** Saves a checkpoint now. */
  async take(): Promise<void> {
    const last = await this.#source.last();
    await this.#known;
    if (!last || this.#over) {
      return;
    }
    const writes = [this.#writer.save(runFile.lastCheckpoint, last)];
    const next = { step: this.#source.stepOf(last) ?? 0, size: last.length };
    if (isMilestone(next, this.#newest)) {
      writes.push(this.#writer.save(checkpointAt(next.step), last));
      const { kept, dropped } = thinned([...this.#milestones, next]);
      this.#milestones = kept;
      this.#newest = next.step;
      writes.push(...dropped.map(({ step }) => this.#writer.remove(checkpointAt(step))));
    }
    await Promise.all(writes);
  }

  /** Saves the last state of a run that is over; a diverged one has none. */
  async finish(last: Uint8Array | undefined): Promise<void> {
    this.dispose();
    if (last) {
      await this.#writer.save(runFile.lastCheckpoint, last);
    }
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

/** Whether a checkpoint is to stay, beside a newest milestone of so many steps. */
export function isMilestone({ step, size }: Milestone, newest: number): boolean {
  return size <= mostBytes && step > newest && step >= distance * newest;
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
