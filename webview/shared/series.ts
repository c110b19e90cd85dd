/** Scalars over steps, held in typed arrays of bounded size. */
import { indexFrom } from '../../src/common/indexFrom';
import type { Points } from '../../src/runs/series';

/** Maximum number of points per series; XOR makes more batches than this in a second. */
export const capacity = 8192;
/** Eight neighbouring points are reduced to at most four: first, smallest, largest, last. */
const bucketSize = 8;

/** A series that grows for as long as a run lasts. Old ranges are thinned out; extremes and ends stay. */
export class SeriesBuffer {
  #x = new Float64Array(256);
  #y = new Float64Array(256);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  get x(): Float64Array {
    return this.#x.subarray(0, this.#length);
  }

  get y(): Float64Array {
    return this.#y.subarray(0, this.#length);
  }

  get last(): number | undefined {
    return this.#length === 0 ? undefined : this.#y[this.#length - 1];
  }

  append(points: Points): void {
    for (let i = 0; i < points.x.length; i++) {
      if (this.#length === capacity) {
        this.#compact();
      }
      if (this.#length === this.#x.length) {
        this.#x = grown(this.#x);
        this.#y = grown(this.#y);
      }
      this.#x[this.#length] = points.x[i];
      this.#y[this.#length] = points.y[i];
      this.#length++;
    }
  }

  #compact(): void {
    const thinned = thin(this.x, this.y, Math.ceil(this.#length / bucketSize));
    this.#x.set(thinned.x);
    this.#y.set(thinned.y);
    this.#length = thinned.x.length;
  }
}

function grown(values: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(Math.min(capacity, values.length * 2));
  larger.set(values);
  return larger;
}

/**
 * Divides the points into `buckets` equal ranges and keeps the first, smallest, largest and last of each, in
 * order. Short series are returned unchanged. A value that is not finite counts as an extreme.
 */
export function thin(x: Float64Array, y: Float64Array, buckets: number): Points {
  const n = x.length;
  if (n <= buckets * 4) {
    return { x, y };
  }
  const keptX = new Float64Array(buckets * 4);
  const keptY = new Float64Array(buckets * 4);
  let kept = 0;
  for (let bucket = 0; bucket < buckets; bucket++) {
    const from = Math.floor((bucket * n) / buckets);
    const to = Math.floor(((bucket + 1) * n) / buckets);
    let smallest = from;
    let largest = from;
    for (let i = from + 1; i < to; i++) {
      if (y[i] < y[smallest] || (Number.isNaN(y[i]) && !Number.isNaN(y[smallest]))) {
        smallest = i;
      }
      if (y[i] > y[largest]) {
        largest = i;
      }
    }
    let previous = -1;
    for (const i of [from, Math.min(smallest, largest), Math.max(smallest, largest), to - 1]) {
      if (i > previous) {
        keptX[kept] = x[i];
        keptY[kept] = y[i];
        kept++;
        previous = i;
      }
    }
  }
  return { x: keptX.slice(0, kept), y: keptY.slice(0, kept) };
}

/** The points of a range of x, which rises, and one on either side, so that lines reach the edges. */
export function visible(
  { x, y }: Points,
  range: { readonly min: number; readonly max: number } | undefined,
): [Float64Array, Float64Array] {
  if (!range) {
    return [x, y];
  }
  const from = Math.max(0, indexFrom(x, range.min) - 1);
  const to = Math.min(x.length, indexFrom(x, range.max) + 2);
  return [x.subarray(from, to), y.subarray(from, to)];
}
