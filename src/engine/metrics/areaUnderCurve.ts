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

/** By ranks (Mann and Whitney): (Σ ranks of the positives − P(P + 1)/2)/(P N), equal scores sharing their mean rank. */
function areaOf(kept: Float64Array, label: number, width: number): number {
  const samples = kept.length / width;
  const score = (i: number): number => kept[i * width + 2 * label];
  const order = Float64Array.from({ length: samples }, (_, i) => i).sort((a, b) => score(a) - score(b));
  let positives = 0;
  let ranks = 0;
  for (let from = 0; from < samples; ) {
    let to = from + 1;
    while (to < samples && score(order[to]) === score(order[from])) to++;
    for (let i = from; i < to; i++) {
      if (kept[order[i] * width + 2 * label + 1] === 0) continue;
      positives++;
      ranks += (from + 1 + to) / 2;
    }
    from = to;
  }
  const negatives = samples - positives;
  return (ranks - (positives * (positives + 1)) / 2) / (positives * negatives);
}
