/** The area under the receiver operating characteristic, exactly. */
import type { Metric, MetricContext } from './metric';

/**
 * The share of pairs of a positive and a negative sample in which the positive one has the larger output; a tie counts one half. Several
 * labels or classes: the mean over those that have both kinds, each against the rest. NaN where none has.
 */
export function areaUnderCurve({ outputSize, targetSize }: MetricContext): Metric {
  // Of each sample its outputs, and behind each whether it should be large.
  let kept = new Float64Array(0);
  let length = 0;
  const width = 2 * targetSize;
  return {
    name: 'auc',
    add(outputs, targets, rows, from, count) {
      if (length + count * width > kept.length) {
        const longer = new Float64Array(Math.max(2 * kept.length, length + count * width));
        longer.set(kept.subarray(0, length));
        kept = longer;
      }
      for (let s = 0; s < count; s++) {
        const target = rows[from + s] * targetSize;
        for (let k = 0; k < targetSize; k++) {
          kept[length++] = outputs[s * outputSize + k];
          kept[length++] = targets[target + k] > 0.5 ? 1 : 0;
        }
      }
    },
    value() {
      let sum = 0;
      let defined = 0;
      for (let k = 0; k < targetSize; k++) {
        const area = areaOf(kept.subarray(0, length), k, width);
        if (Number.isNaN(area)) continue;
        sum += area;
        defined++;
      }
      return sum / defined;
    },
    reset() {
      length = 0;
    },
    snapshot: () => kept.slice(0, length),
    restore(state) {
      kept = state.slice();
      length = state.length;
    },
  };
}

/**
 * Σ over the positives of the negatives below and half of those level with each, by two sorted lists (Mann and Whitney). Numbers alone
 * sort eight times as fast as indices by their numbers, and this is done at the end of every epoch.
 */
function areaOf(kept: Float64Array, label: number, width: number): number {
  const samples = kept.length / width;
  const scores = [new Float64Array(samples), new Float64Array(samples)];
  const counts = [0, 0];
  for (let at = 2 * label; at < kept.length; at += width) {
    const kind = kept[at + 1];
    scores[kind][counts[kind]++] = kept[at];
  }
  const [negatives, positives] = scores.map((each, kind) => each.subarray(0, counts[kind]).sort());
  let pairs = 0;
  let below = 0;
  let upTo = 0;
  for (const score of positives) {
    while (negatives[below] < score) below++;
    while (negatives[upTo] <= score) upTo++;
    pairs += (below + upTo) / 2;
  }
  return pairs / (positives.length * negatives.length);
}
