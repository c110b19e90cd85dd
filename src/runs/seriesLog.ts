/**
 * `batches.bin`: series with a value for each step, above all the losses of the batches. They are thinned as
 * they grow. Layout, little-endian: 8 bytes `nnbatch` and 0; u32 version; then pieces, each with u32 checksum
 * of what follows in it, u32 number of points, u32 bytes of the tag, the tag in UTF-8, and x and y of the
 * points as float64. A torn last piece is dropped.
 */
import { checksum } from '../common/checksum';
import type { Points, Tag } from './series';

const magic = [...new TextEncoder().encode('nnbatch\0')];
const version = 1;
const headLength = 12;
const pieceHead = 12;
const bytesOfPoint = 16;

/** A bucket spans this share of the steps before it. */
const share = 0.0004;

/** The bytes with which the file begins. */
export function seriesLogHead(): Uint8Array {
  const bytes = new Uint8Array(headLength);
  bytes.set(magic);
  new DataView(bytes.buffer).setUint32(magic.length, version, true);
  return bytes;
}

/** The bytes of one piece. */
export function encodePiece(tag: Tag, { x, y }: Points): Uint8Array {
  const name = new TextEncoder().encode(tag);
  const bytes = new Uint8Array(pieceHead + name.length + x.length * bytesOfPoint);
  const view = new DataView(bytes.buffer);
  view.setUint32(4, x.length, true);
  view.setUint32(8, name.length, true);
  bytes.set(name, pieceHead);
  for (let i = 0; i < x.length; i += 1) {
    const at = pieceHead + name.length + i * bytesOfPoint;
    view.setFloat64(at, x[i], true);
    view.setFloat64(at + 8, y[i], true);
  }
  view.setUint32(0, checksum(bytes, 4), true);
  return bytes;
}

/** The pieces of a file up to the first that is torn or damaged; `length`: the bytes up to there. */
export function readPieces(bytes: Uint8Array): {
  readonly pieces: readonly (readonly [tag: Tag, points: Points])[];
  readonly length: number;
} {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const pieces: [Tag, Points][] = [];
  const isOurs = bytes.length >= headLength && magic.every((byte, i) => bytes[i] === byte);
  if (!isOurs || view.getUint32(magic.length, true) !== version) {
    return { pieces, length: 0 };
  }
  let at = headLength;
  while (at + pieceHead <= bytes.length) {
    const [count, nameLength] = [view.getUint32(at + 4, true), view.getUint32(at + 8, true)];
    const start = at + pieceHead + nameLength;
    const end = start + count * bytesOfPoint;
    if (end > bytes.length || view.getUint32(at, true) !== checksum(bytes, at + 4, end)) {
      break;
    }
    const points = { x: new Float64Array(count), y: new Float64Array(count) };
    for (let i = 0; i < count; i += 1) {
      points.x[i] = view.getFloat64(start + i * bytesOfPoint, true);
      points.y[i] = view.getFloat64(start + i * bytesOfPoint + 8, true);
    }
    pieces.push([new TextDecoder().decode(bytes.subarray(at + pieceHead, start)), points]);
    at = end;
  }
  return { pieces, length: at };
}

/**
 * Thins a series of any length to one whose length grows with its logarithm: of each bucket the first, last,
 * smallest and largest point stay. A bucket is as wide as 0.04 % of the steps before it.
 */
export class ThinnedSeries {
  #done: number[] = [];
  #bucket: [x: number, y: number][] = [];
  #end = 0;

  append(x: number, y: number): void {
    if (x >= this.#end) {
      this.#close();
      this.#end = x + Math.max(1, x * share);
    }
    this.#bucket.push([x, y]);
    if (this.#bucket.length > 64) {
      this.#bucket = extremes(this.#bucket);
    }
  }

  appendAll({ x, y }: Points): void {
    for (let i = 0; i < x.length; i += 1) {
      this.append(x[i], y[i]);
    }
  }

  /** Takes out the points whose buckets are full; with `all` also those of the last one. */
  take(all = false): Points {
    if (all) {
      this.#close();
    }
    const done = this.#done;
    this.#done = [];
    const x = new Float64Array(done.length / 2);
    const y = new Float64Array(done.length / 2);
    for (let i = 0; i < x.length; i += 1) {
      x[i] = done[2 * i];
      y[i] = done[2 * i + 1];
    }
    return { x, y };
  }

  #close(): void {
    for (const [x, y] of extremes(this.#bucket)) {
      this.#done.push(x, y);
    }
    this.#bucket = [];
  }
}

/**
 * The first, last, smallest and largest point, in their order. NaN counts as the largest, so that it shows.
 */
function extremes(points: readonly [x: number, y: number][]): [x: number, y: number][] {
  if (points.length <= 4) {
    return [...points];
  }
  let [lowest, highest] = [0, 0];
  for (let i = 1; i < points.length; i += 1) {
    const y = points[i][1];
    if (y < points[lowest][1] || Number.isNaN(points[lowest][1])) {
      lowest = i;
    }
    if (y > points[highest][1] || (Number.isNaN(y) && !Number.isNaN(points[highest][1]))) {
      highest = i;
    }
  }
  const chosen = new Set([0, lowest, highest, points.length - 1]);
  return points.filter((_, i) => chosen.has(i));
}
