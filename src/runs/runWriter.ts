import { t } from '@vscode/l10n';
import type { Disposable } from '../common/disposable';
import type { FilmCursor, FilmPiece } from '../common/filmFile';
import { joinBytes } from '../common/joinBytes';
import { jsonLine } from '../common/jsonLine';
import { KeptEpochs } from '../common/keptEpochs';
import { parseJson } from '../common/parseJson';
import { eventLine, type RunEvent } from './events';
import { headerObject, headerOf, marksIn, type RunHeader, type RunIdentity, type RunMarks, readHeader } from './header';
import { emptyRecord, type Ranking, type RunRecord, reduce } from './record';
import { type RunFiles, readIfThere, readText } from './runFiles';
import { type Holder, lockInterval, lockText } from './runLock';
import type { Points, Tag } from './series';
import { encodePiece, seriesLogHead, ThinnedSeries } from './seriesLog';

/** Milliseconds between two writes of the log. */
const logInterval = 1000;

/** The names of a run's files. */
export const runFile = {
  header: 'run.json',
  /** A person's marks on a run that trains, until its header has them. */
  marks: 'marks.json',
  lock: 'lock',
  spec: 'spec.nnspec',
  init: 'init.safetensors',
  events: 'events.jsonl',
  /** All interventions that were known when the run went on: some are still to be done again. */
  replay: 'replay.jsonl',
  series: 'batches.bin',
  film: 'film.bin',
  panel: 'panel.json',
  checkpoints: 'checkpoints',
  /** The checkpoint of another run from which this one began. */
  origin: 'checkpoints/origin.nnckpt',
  bestCheckpoint: 'checkpoints/best.nnckpt',
  lastCheckpoint: 'checkpoints/last.nnckpt',
  weights: 'weights.safetensors',
} as const;

export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Calls `action` once after so many milliseconds, unless it is disposed of before. */
  after(milliseconds: number, action: () => void): Disposable;
}

export interface RunWriterOptions {
  readonly clock: Clock;
  readonly holder: Holder;
  readonly ranking?: Ranking;
  /** The part of a run that its folder has already, for one that goes on. */
  readonly before?: {
    readonly record: RunRecord;
    readonly hasSeries: boolean;
    readonly parts: number;
    readonly kept: KeptEpochs;
  };
  /** Called once, with the error for which nothing more is written. What was written before stays. */
  readonly onFailure: (error: unknown) => void;
}

/**
 * Writes a run into its folder while it trains, at most a second behind. Writes follow one another. After the
 * first that fails nothing more is written, and training goes on.
 */
export class RunWriter implements Disposable {
  readonly #files: RunFiles;
  readonly #options: RunWriterOptions;
  #identity: RunIdentity & RunMarks & Pick<RunHeader, 'others'>;
  #record: RunRecord;
  #lines: string[] = [];
  readonly #kept: KeptEpochs;
  /** The newest epoch that is not kept: the last one of a training is, whatever its number. */
  #passedOver: RunEvent | undefined;
  readonly #series = new Map<Tag, ThinnedSeries>();
  #hasSeries: boolean;
  #film: FilmCursor | undefined;
  /** Files of the log, where the file system cannot append. */
  #parts: number;
  #writes: Promise<void> = Promise.resolve();
  #failed = false;
  #closed = false;
  #timer: Disposable | undefined;
  #heartbeat: Disposable | undefined;
  readonly #startedAt: number;
  readonly #secondsBefore: number;

  constructor(files: RunFiles, identity: RunIdentity & RunMarks, options: RunWriterOptions, seconds = 0) {
    this.#files = files;
    this.#identity = identity;
    this.#options = options;
    const { before, clock } = options;
    this.#record = before?.record ?? emptyRecord;
    this.#hasSeries = before?.hasSeries ?? false;
    this.#parts = before?.parts ?? 0;
    this.#kept = before?.kept ?? new KeptEpochs();
    this.#startedAt = clock.now();
    this.#secondsBefore = seconds;
  }

  get id(): string {
    return this.#identity.id;
  }

  get record(): RunRecord {
    return this.#record;
  }

  /** The header as it would be written now. */
  get header(): RunHeader {
    // The end tells the time of this training; a run that goes on has trained before.
    const seconds = this.#record.end?.seconds ?? (this.#options.clock.now() - this.#startedAt) / 1000;
    return headerOf(this.#identity, this.#record, this.#secondsBefore + Math.max(0, seconds));
  }

  /** Takes the run for this process: writes the lock, then the given files and the header. */
  begin(files: Readonly<Record<string, Uint8Array>> = {}): void {
    void this.#write(async () => {
      await this.#files.replace(runFile.lock, bytesOf(lockText(this.#options.holder)));
      for (const [name, bytes] of Object.entries(files)) {
        await this.#files.replace(name, bytes);
      }
      await this.#writeHeader();
    });
    this.#heartbeat = this.#options.clock.after(lockInterval, () => this.#touch());
  }

  /** Notes what is known only once the data are read. */
  identify(more: Partial<Pick<RunIdentity, 'name' | 'epochs' | 'data_hash'>>): void {
    this.#identity = { ...this.#identity, ...more };
  }

  take(event: RunEvent): void {
    this.#record = reduce(this.#record, event, this.#options.ranking);
    if (event.event === 'epoch' && !this.#kept.keeps(event.epoch)) {
      this.#passedOver = event;
      return;
    }
    if (event.event !== 'epoch' && this.#passedOver) {
      this.#lines.push(eventLine(this.#passedOver));
    }
    this.#passedOver = undefined;
    this.#lines.push(eventLine(event));
    this.#schedule();
  }

  /** Adds points of a series that is no part of the epochs. */
  append(tag: Tag, points: Points): void {
    let series = this.#series.get(tag);
    if (!series) {
      series = new ThinnedSeries();
      this.#series.set(tag, series);
    }
    series.appendAll(points);
    this.#schedule();
  }

  /**
   * Writes a whole file of the run: a checkpoint, weights. Resolves once it is written, or writing has
   * failed. What came before is written first: a run that goes on from a checkpoint does not do it again.
   */
  save(name: string, bytes: Uint8Array): Promise<void> {
    return this.#write(async () => {
      await this.#writeLog();
      await this.#files.replace(name, bytes);
    });
  }

  /** Removes a file of the run. */
  remove(name: string): Promise<void> {
    return this.#write(() => this.#files.remove(name));
  }

  /** The part of the film that is written. */
  get film(): FilmCursor | undefined {
    return this.#film;
  }

  /** Writes a part of the film. Resolves as `save` does. */
  saveFilm({ whole, bytes, cursor }: FilmPiece): Promise<void> {
    this.#film = cursor;
    return this.#write(async () => {
      if (whole) {
        await this.#files.replace(runFile.film, bytes);
      } else if (bytes.length > 0) {
        await this.#extend(runFile.film, bytes);
      }
    });
  }

  /** Writes what is not written yet. */
  flush(): Promise<void> {
    this.#timer?.dispose();
    this.#timer = undefined;
    return this.#write(() => this.#writeLog());
  }

  /** Writes the rest and lets go of the run. Nothing may be called after this. */
  async close(): Promise<void> {
    if (!this.#closed) {
      await this.flush();
      this.dispose();
      await this.#write(async () => {
        await this.#writeSeries(true);
        await this.#joinParts();
        await this.#writeHeader();
        await this.#files.remove(runFile.lock);
      });
    }
    await this.#writes;
  }

  /** Ends the timers. The run then counts as interrupted, as after the death of its process. */
  dispose(): void {
    this.#closed = true;
    this.#timer?.dispose();
    this.#heartbeat?.dispose();
  }

  #schedule(): void {
    this.#timer ??= this.#closed ? undefined : this.#options.clock.after(logInterval, () => this.#writeAll());
  }

  /** A run that is interrupted is listed by its header: it is as new as the log. */
  #writeAll(): void {
    void this.flush();
    void this.#write(() => this.#writeHeader());
  }

  #touch(): void {
    void this.#write(async () => {
      const own = lockText(this.#options.holder);
      if ((await readText(this.#files, runFile.lock)) !== own) {
        throw new Error(t('The run was deleted, or another process has taken it over.'));
      }
      await this.#files.replace(runFile.lock, bytesOf(own));
    });
    this.#heartbeat = this.#options.clock.after(lockInterval, () => this.#touch());
  }

  #write(action: () => Promise<void>): Promise<void> {
    this.#writes = this.#writes.then(async () => {
      if (this.#failed) {
        return;
      }
      try {
        await action();
      } catch (error) {
        this.#failed = true;
        this.#options.onFailure(error);
      }
    });
    return this.#writes;
  }

  async #writeLog(): Promise<void> {
    const text = this.#lines.join('');
    this.#lines = [];
    if (text !== '') {
      if (this.#files.append) {
        await this.#files.append(runFile.events, bytesOf(text));
      } else {
        await this.#files.replace(this.#parts === 0 ? runFile.events : partName(this.#parts), bytesOf(text));
        this.#parts += 1;
      }
    }
    await this.#writeSeries(false);
  }

  async #writeSeries(all: boolean): Promise<void> {
    // Where the file system cannot append, the series follow at the end.
    if (!this.#files.append && !all) {
      return;
    }
    const pieces: Uint8Array[] = this.#hasSeries ? [] : [seriesLogHead()];
    for (const [tag, series] of this.#series) {
      const points = series.take(all);
      if (points.x.length > 0) {
        pieces.push(encodePiece(tag, points));
      }
    }
    if (pieces.length > (this.#hasSeries ? 0 : 1)) {
      await this.#extend(runFile.series, joinBytes(pieces));
      this.#hasSeries = true;
    }
  }

  /** Makes one log of the parts of which a file system that cannot append has many. */
  async #joinParts(): Promise<void> {
    if (this.#parts <= 1) {
      return;
    }
    const names = [runFile.events, ...Array.from({ length: this.#parts - 1 }, (_, i) => partName(i + 1))];
    const parts: Uint8Array[] = [];
    for (const name of names) {
      parts.push(await this.#files.read(name));
    }
    await this.#files.replace(runFile.events, joinBytes(parts));
    for (const name of names.slice(1)) {
      await this.#files.remove(name);
    }
  }

  async #extend(name: string, bytes: Uint8Array): Promise<void> {
    if (this.#files.append) {
      await this.#files.append(name, bytes);
    } else {
      const before = (await readIfThere(this.#files, name)) ?? new Uint8Array();
      await this.#files.replace(name, joinBytes([before, bytes]));
    }
  }

  async #writeHeader(): Promise<void> {
    // Somebody may have starred the run, or written a note on it, since.
    const known = readHeader((await readText(this.#files, runFile.header)) ?? '', this.id);
    if (typeof known !== 'string') {
      const { starred, note, tags, others } = known;
      this.#identity = { ...this.#identity, starred, note, tags, others };
    }
    let marks: string | undefined;
    for (;;) {
      await this.#files.replace(runFile.header, headerBytes(this.header));
      // More may have been written meanwhile.
      const waiting = await readText(this.#files, runFile.marks);
      if (waiting === marks) {
        break;
      }
      marks = waiting;
      this.#identity = { ...this.#identity, ...marksIn(parseJson(marks ?? '')) };
    }
    if (marks !== undefined) {
      await this.#files.remove(runFile.marks);
    }
  }
}

/** `events-000001.jsonl` and so on, read after `events.jsonl`. */
export function partName(index: number): string {
  return `events-${String(index).padStart(6, '0')}.jsonl`;
}

export function headerBytes(header: RunHeader): Uint8Array {
  return bytesOf(jsonLine(headerObject(header)));
}

/** The marks that wait for the header of a run that trains; undefined where there are none. */
export async function readMarks(files: RunFiles): Promise<RunMarks | undefined> {
  const text = await readText(files, runFile.marks);
  return text === undefined ? undefined : marksIn(parseJson(text));
}

export function marksBytes(marks: RunMarks): Uint8Array {
  return bytesOf(jsonLine(marks));
}

function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
