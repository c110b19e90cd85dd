/** Parallel arrays: the x values, such as steps or epochs (both from 1), and the values. */
export interface Points {
  readonly x: Float64Array;
  readonly y: Float64Array;
}

/** Default number of buckets. Each keeps up to four points. */
export const defaultBuckets = 4096;

/** Numbers stored for each bucket: x and y of its first point, minimum, maximum and last point. */
const stride = 8;
const [firstX, firstY, minimumX, minimumY, maximumX, maximumY, lastX, lastY] = [0, 1, 2, 3, 4, 5, 6, 7];

/**
 * A series of any length in bounded memory. Points fall into buckets of equal counts. When all buckets are
 * full, neighbours are merged and every bucket holds twice as many. A bucket keeps its first, last, smallest
 * and largest point unchanged, so that a spike of one step is never lost and the last point of the series is
 * always there. Steps (x) must rise. A NaN counts as the largest, so that it shows.
 */
export class BoundedSeries {
  readonly #limit: number;
  #values: Float64Array;
  #buckets = 0;
  /** Points a full bucket holds. */
  #width = 1;
  /** Points in the last bucket. */
  #filled = 0;
  #count = 0;

  /** `limit` is the largest number of buckets: even, at least 2. */
  constructor(limit = defaultBuckets) {
    this.#limit = Math.max(2, limit - (limit % 2));
    this.#values = new Float64Array(stride * Math.min(this.#limit, 64));
  }

  /** Points appended so far. */
  get count(): number {
    return this.#count;
  }

  /** Bytes held for points. */
  get byteLength(): number {
    return this.#values.byteLength;
  }

  /** The x of the last point; -Infinity where there is none. */
  get lastX(): number {
    return this.#buckets === 0 ? Number.NEGATIVE_INFINITY : this.#values[(this.#buckets - 1) * stride + lastX];
  }

  append(x: number, y: number): void {
    this.#count += 1;
    if (this.#buckets > 0 && this.#filled < this.#width) {
      this.#filled += 1;
      this.#extend((this.#buckets - 1) * stride, x, y);
      return;
    }
    if (this.#buckets === this.#limit) {
      this.#halve();
    }
    const at = this.#buckets * stride;
    if (at === this.#values.length) {
      this.#grow();
    }
    for (let i = 0; i < stride; i += 2) {
      this.#values[at + i] = x;
      this.#values[at + i + 1] = y;
    }
    this.#buckets += 1;
    this.#filled = 1;
  }

  appendAll({ x, y }: Points): void {
    for (let i = 0; i < x.length; i += 1) {
      this.append(x[i], y[i]);
    }
  }

  /** The stored points in order of x; with `after` only those with a greater x. */
  points(after = Number.NEGATIVE_INFINITY): Points {
    const values = this.#values;
    const from = this.#firstBucketEndingAfter(after);
    const x = new Float64Array((this.#buckets - from) * 4);
    const y = new Float64Array(x.length);
    let length = 0;
    let last = after;
    const keep = (at: number) => {
      if (values[at] > last) {
        last = values[at];
        x[length] = last;
        y[length] = values[at + 1];
        length += 1;
      }
    };
    for (let bucket = from; bucket < this.#buckets; bucket += 1) {
      const at = bucket * stride;
      const minimumFirst = values[at + minimumX] <= values[at + maximumX];
      keep(at + firstX);
      keep(at + (minimumFirst ? minimumX : maximumX));
      keep(at + (minimumFirst ? maximumX : minimumX));
      keep(at + lastX);
    }
    return { x: x.slice(0, length), y: y.slice(0, length) };
  }

  /** Removes all points; the memory stays allocated. */
  clear(): void {
    this.#buckets = 0;
    this.#width = 1;
    this.#filled = 0;
    this.#count = 0;
  }

  #firstBucketEndingAfter(x: number): number {
    let low = 0;
    let high = this.#buckets;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#values[middle * stride + lastX] > x) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }

  #extend(at: number, x: number, y: number): void {
    const values = this.#values;
    if (y < values[at + minimumY]) {
      values[at + minimumX] = x;
      values[at + minimumY] = y;
    }
    if (isLarger(y, values[at + maximumY])) {
      values[at + maximumX] = x;
      values[at + maximumY] = y;
    }
    values[at + lastX] = x;
    values[at + lastY] = y;
  }

  /** Merges neighbours two by two. */
  #halve(): void {
    const values = this.#values;
    for (let pair = 0; pair < this.#buckets / 2; pair += 1) {
      const left = pair * 2 * stride;
      const right = left + stride;
      const to = pair * stride;
      const minimum = values[right + minimumY] < values[left + minimumY] ? right : left;
      const maximum = isLarger(values[right + maximumY], values[left + maximumY]) ? right : left;
      const merged = [
        values[left + firstX],
        values[left + firstY],
        values[minimum + minimumX],
        values[minimum + minimumY],
        values[maximum + maximumX],
        values[maximum + maximumY],
        values[right + lastX],
        values[right + lastY],
      ];
      values.set(merged, to);
    }
    this.#buckets /= 2;
    this.#width *= 2;
    this.#filled = this.#width;
  }

  #grow(): void {
    const grown = new Float64Array(Math.min(this.#values.length * 2, this.#limit * stride));
    grown.set(this.#values);
    this.#values = grown;
  }
}

function isLarger(y: number, than: number): boolean {
  return y > than || (Number.isNaN(y) && !Number.isNaN(than));
}
