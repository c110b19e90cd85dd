import { BoundedSeries } from '../common/boundedSeries';
import type { Points, RunState, Tag } from './series';

/** The identity of a run, known from its start. */
export interface RunHead {
  readonly id: string;
  readonly title: string;
  readonly specUri: string;
  readonly specText: string;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
}

/** An intervention: a new learning rate, a pause. The log of them allows a run to be reconstructed. */
export interface RunLogEntry {
  readonly step: number;
  readonly epoch: number;
  readonly kind: string;
  readonly value?: number | string;
}

/**
 * A run as plain data. `details` holds the host's other data (layers, final values): JSON, except that
 * numbers may be NaN or infinite.
 */
export interface RunRecord<Details> {
  readonly head: RunHead;
  readonly state: RunState;
  readonly details: Details;
  readonly log: readonly RunLogEntry[];
  readonly series: Readonly<Record<Tag, Points>>;
}

/** Largest number of log entries, so that a slider dragged for an hour does not fill the memory. */
export const keptLogEntries = 1000;

/** Series of full length. A network of thousands of layers has as many series, and the others are shorter. */
export const [fullSeries, reducedBuckets] = [32, 128];

/** The source of truth about one run. Its memory is bounded, however long the run. */
export class RunStore<Details> {
  readonly head: RunHead;
  state: RunState = 'waiting';
  details: Details;
  readonly #series = new Map<Tag, BoundedSeries>();
  readonly #log: RunLogEntry[] = [];
  readonly #buckets: number | undefined;

  constructor(head: RunHead, details: Details, options: { readonly buckets?: number } = {}) {
    this.head = head;
    this.details = details;
    this.#buckets = options.buckets;
  }

  append(tag: Tag, x: number, y: number): void {
    this.#seriesOf(tag).append(x, y);
  }

  appendAll(tag: Tag, points: Points): void {
    this.#seriesOf(tag).appendAll(points);
  }

  note(entry: RunLogEntry): void {
    this.#log.push(entry);
    if (this.#log.length > keptLogEntries) {
      this.#log.shift();
    }
  }

  /** Drops all points: another training of the run begins. */
  clear(): void {
    this.#series.clear();
  }

  /** All kept points of all tags. */
  series(): Record<Tag, Points> {
    return Object.fromEntries([...this.#series].map(([tag, series]) => [tag, series.points()]));
  }

  /** The last x of each series; `since` returns the later points. */
  cursor(): Record<Tag, number> {
    return Object.fromEntries([...this.#series].map(([tag, series]) => [tag, series.lastX]));
  }

  /** The points added since the cursor was taken. Tags without new points are omitted. */
  since(cursor: Readonly<Record<Tag, number>>): Record<Tag, Points> {
    const fresh: Record<Tag, Points> = {};
    for (const [tag, series] of this.#series) {
      const points = series.points(Object.hasOwn(cursor, tag) ? cursor[tag] : undefined);
      if (points.x.length > 0) {
        fresh[tag] = points;
      }
    }
    return fresh;
  }

  record(): RunRecord<Details> {
    const { head, state, details } = this;
    return { head, state, details, log: [...this.#log], series: this.series() };
  }

  /** Bytes held for points. */
  get byteLength(): number {
    let bytes = 0;
    for (const series of this.#series.values()) {
      bytes += series.byteLength;
    }
    return bytes;
  }

  #seriesOf(tag: Tag): BoundedSeries {
    let series = this.#series.get(tag);
    if (!series) {
      series = new BoundedSeries(this.#series.size < fullSeries ? this.#buckets : reducedBuckets);
      this.#series.set(tag, series);
    }
    return series;
  }
}
