/** The area under the receiver operating characteristic, exactly. */
import { complete, type Pieces } from '../pieces';
import type { Metric, MetricContext } from './metric';

/** Numbers kept in one array, and scores that are merged or counted at once: a few milliseconds' work. */
const numbersOfChunk = 1 << 17;
const scoresOfPiece = 1 << 18;

/**
 * The share of pairs of a positive and a negative sample in which the positive one has the larger output; a tie counts one half. Several
 * labels or classes: the mean over those that have both kinds, each against the rest. NaN where none has.
 */
export function areaUnderCurve({ outputSize, targetSize }: MetricContext): Metric {
  // Of each sample its outputs, and behind each whether it should be large; chunk after chunk, so that none is ever copied to a longer one.
  const width = 2 * targetSize;
  const room = width * Math.max(1, Math.floor(numbersOfChunk / width));
  let chunks: Float64Array[] = [];
  let length = 0;
  function* areas(): Pieces<number> {
    let sum = 0;
    let defined = 0;
    for (let k = 0; k < targetSize; k++) {
      const area = yield* areaOf(chunks, length, k, width);
      if (Number.isNaN(area)) {
        continue;
      }
      sum += area;
      defined++;
    }
    return sum / defined;
  }
  function* copied(): Pieces<Float64Array> {
    const all = new Float64Array(length);
    for (let from = 0; from < length; from += room) {
      all.set(chunks[from / room].subarray(0, length - from), from);
      yield;
    }
    return all;
  }
  function* restored(state: Float64Array): Pieces<void> {
    length = state.length;
    chunks = [];
    for (let from = 0; from < length; from += room) {
      const chunk = new Float64Array(room);
      chunk.set(state.subarray(from, from + room));
      chunks.push(chunk);
      yield;
    }
  }
  return {
    name: 'auc',
    add(outputs, targets, rows, from, count) {
      for (let s = 0; s < count; s++) {
        const at = length % room;
        if (at === 0 && length / room === chunks.length) {
          chunks.push(new Float64Array(room));
        }
        const chunk = chunks[Math.floor(length / room)];
        const target = rows[from + s] * targetSize;
        for (let k = 0; k < targetSize; k++) {
          chunk[at + 2 * k] = outputs[s * outputSize + k];
          chunk[at + 2 * k + 1] = targets[target + k] > 0.5 ? 1 : 0;
        }
        length += width;
      }
    },
    value: () => complete(areas()),
    valueParts: areas,
    reset() {
      length = 0;
    },
    snapshot: () => complete(copied()),
    snapshotParts: copied,
    restore: (state) => complete(restored(state)),
    restoreParts: restored,
  };
}

/**
 * Σ over the positives of the negatives below and half of those level with each, by two sorted lists (Mann and Whitney). Numbers alone
 * sort eight times as fast as indices by their numbers, and this is done at the end of every epoch.
 */
function* areaOf(chunks: readonly Float64Array[], length: number, label: number, width: number): Pieces<number> {
  const scores: [Float64Array[], Float64Array[]] = [[], []];
  for (let from = 0, i = 0; from < length; from += chunks[i].length, i++) {
    const [negatives, positives] = split(chunks[i].subarray(0, length - from), label, width);
    scores[0].push(negatives.sort());
    scores[1].push(positives.sort());
    yield;
  }
  const negatives = yield* merged(scores[0]);
  const positives = yield* merged(scores[1]);
  let pairs = 0;
  let below = 0;
  let upTo = 0;
  for (let first = 0; first < positives.length; first += scoresOfPiece) {
    const end = Math.min(first + scoresOfPiece, positives.length);
    for (let i = first; i < end; i++) {
      const score = positives[i];
      while (negatives[below] < score) {
        below++;
      }
      while (negatives[upTo] <= score) {
        upTo++;
      }
      pairs += (below + upTo) / 2;
    }
    if (end < positives.length) {
      yield;
    }
  }
  return pairs / (positives.length * negatives.length);
}

/** The scores of a label's negatives and of its positives. */
function split(kept: Float64Array, label: number, width: number): readonly [Float64Array, Float64Array] {
  const scores = [new Float64Array(kept.length / width), new Float64Array(kept.length / width)] as const;
  const counts = [0, 0];
  for (let at = 2 * label; at < kept.length; at += width) {
    const kind = kept[at + 1];
    scores[kind][counts[kind]++] = kept[at];
  }
  return [scores[0].subarray(0, counts[0]), scores[1].subarray(0, counts[1])];
}

/** One sorted list of many, two and two of them at a time. */
function* merged(lists: readonly Float64Array[]): Pieces<Float64Array> {
  let left = lists;
  while (left.length > 1) {
    const next: Float64Array[] = [];
    for (let i = 0; i < left.length; i += 2) {
      next.push(i + 1 < left.length ? yield* merge(left[i], left[i + 1]) : left[i]);
    }
    left = next;
  }
  return left[0] ?? new Float64Array(0);
}

function* merge(a: Float64Array, b: Float64Array): Pieces<Float64Array> {
  const both = new Float64Array(a.length + b.length);
  for (let done = 0, taken = 0; done < both.length; ) {
    const end = Math.min(done + scoresOfPiece, both.length);
    taken = mergeTo(both, done, end, a, taken, b);
    done = end;
    yield;
  }
  return both;
}

/** Fills `[from, to)` of a sorted list of two, of which `taken` numbers of the first stand before; returns how many then do. NaN comes last. */
function mergeTo(
  both: Float64Array,
  from: number,
  to: number,
  a: Float64Array,
  taken: number,
  b: Float64Array,
): number {
  let i = taken;
  let j = from - taken;
  for (let at = from; at < to; at++) {
    const second = j < b.length && (i >= a.length || b[j] < a[i] || Number.isNaN(a[i]));
    both[at] = second ? b[j++] : a[i++];
  }
  return i;
}
