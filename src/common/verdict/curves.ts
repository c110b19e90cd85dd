/** Readings of a curve of losses, one value an epoch. They compare means: one odd epoch decides nothing. */

/** The mean of the values from `from` up to `to`. */
function mean(y: Float64Array, from: number, to: number): number {
  let sum = 0;
  for (let i = from; i < to; i++) {
    sum += y[i];
  }
  return sum / (to - from);
}

/** Epochs in a tenth of a run. */
function tenthOf({ length }: Float64Array): number {
  return Math.max(1, Math.round(length / 10));
}

/** The mean of the last tenth. */
export function lastLevel(y: Float64Array): number {
  return y.length === 0 ? Number.NaN : mean(y, Math.max(0, y.length - tenthOf(y)), y.length);
}

/**
 * How much the loss fell from the last tenth but one to the last: as a share of its level, and as a share of
 * all that it has fallen so far. 0 where it has not, or where there are fewer than two epochs.
 */
export function lastFall(y: Float64Array): { readonly ofLevel: number; readonly ofAll: number } {
  const width = tenthOf(y);
  if (y.length < 2) {
    return { ofLevel: 0, ofAll: 0 };
  }
  const late = mean(y, y.length - width, y.length);
  const early = mean(y, Math.max(0, y.length - 2 * width), y.length - width);
  const fall = early - late;
  if (!(fall > 0)) {
    return { ofLevel: 0, ofAll: 0 };
  }
  return { ofLevel: fall / Math.abs(early), ofAll: fall / Math.max(fall, y[0] - late) };
}

/** The largest loss of the last half over the smallest of all: 1 on a level or falling curve. */
export function swing(y: Float64Array): number {
  const half = y.subarray(Math.floor(y.length / 2));
  const largest = half.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const least = y.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const last = y.at(-1) ?? 0;
  // A steep fall is no swing: from its largest value in that half the loss must have come back up.
  const low = half.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const rises = half.reduce((count, value, i) => count + (i > 0 && value > half[i - 1] ? 1 : 0), 0);
  return least > 0 && (last > low || rises > half.length / 4) ? largest / least : 1;
}

/** The lowest level of a curve, as the mean of some epochs in a row, and the epoch in their middle. */
export function lowest(y: Float64Array): { readonly value: number; readonly epoch: number } {
  const width = Math.min(y.length, Math.max(1, Math.min(5, tenthOf(y))));
  let best = { value: Number.POSITIVE_INFINITY, epoch: 0 };
  for (let from = 0; from + width <= y.length; from++) {
    const value = mean(y, from, from + width);
    if (value < best.value) {
      best = { value, epoch: from + Math.ceil(width / 2) };
    }
  }
  return best;
}

/** Epochs since the loss was last above its final level by more than this share. */
export function levelSince(y: Float64Array, share: number): number {
  const level = lastLevel(y);
  const last = y.findLastIndex((value) => !(Math.abs(value - level) <= share * Math.abs(level)));
  return y.length - 1 - last;
}
