import { BoundedSeries } from '../common/boundedSeries';
import type { Points, Tag } from './series';

/** Series of full length. A network of thousands of layers has as many series, and the others are shorter. */
export const [fullSeries, reducedBuckets] = [32, 128];

/** The series of a run for a chart, up to four points a bucket. Gradient norms are those of an open panel. */
export function thinned(series: Readonly<Record<Tag, Points>>, buckets: number): Readonly<Record<Tag, Points>> {
  return Object.fromEntries(
    Object.entries(series)
      .filter(([tag]) => !tag.startsWith('gradient_norm/'))
      .map(([tag, points]) => {
        const bounded = new BoundedSeries(buckets);
        bounded.appendAll(points);
        return [tag, bounded.points()];
      }),
  );
}

/** The series of a run in bounded memory, however long the run. */
export class RunSeries {
  readonly #series = new Map<Tag, BoundedSeries>();
  readonly #buckets: number | undefined;

  constructor(options: { readonly buckets?: number } = {}) {
    this.#buckets = options.buckets;
  }

  append(tag: Tag, x: number, y: number): void {
    this.#seriesOf(tag).append(x, y);
  }

  appendAll(tag: Tag, points: Points): void {
    this.#seriesOf(tag).appendAll(points);
  }

  /** Drops all points: another training of the run begins. */
  clear(): void {
    this.#series.clear();
  }

  /** All kept points of all tags. */
  all(): Record<Tag, Points> {
    return Object.fromEntries([...this.#series].map(([tag, series]) => [tag, series.points()]));
  }

  /** The x of a series' last point; -Infinity without one. */
  lastX(tag: Tag): number {
    return this.#series.get(tag)?.lastX ?? Number.NEGATIVE_INFINITY;
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
