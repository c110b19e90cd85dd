/** The area under the receiver operating characteristic, exactly. */
import type { Metric, MetricContext } from './metric';

/**
 * The share of pairs of a positive and a negative sample in which the positive one has the larger output. A
 * tie counts as half a pair. With several labels or classes: the mean over those that have both kinds of
 * sample; a class counts against all others. NaN where none has both.
 */
export function areaUnderCurve({ outputSize, targetSize }: MetricContext): Metric {
  // For each sample and label: the output, then its target as 1 or 0.
  let kept = new Float64Array(0);
  let length = 0;
  const width = 2 * targetSize;
  const reserve = (wanted: number): void => {
    if (wanted > kept.length) {
      const longer = new Float64Array(Math.max(wanted, 2 * kept.length));
      longer.set(kept.subarray(0, length));
      kept = longer;
    }
  };
  return {
    name: 'auc',
    add(outputs, targets, rows, from, count) {
      reserve(length + count * width);
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
        if (!Number.isNaN(area)) {
          sum += area;
          defined++;
        }
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
    stateLength: (samples) => samples * width,
  };
}

/**
 * For each positive the number of negatives below it and half of those equal to it, divided by the number of
 * pairs (Mann and Whitney). Computed from two sorted lists: plain numbers sort eight times as fast as indices
 * by their numbers, and this is done at the end of every epoch.
 */
function areaOf(kept: Float64Array, label: number, width: number): number {
  const [negatives, positives] = split(kept, label, width).map((scores) => scores.sort());
  let pairs = 0;
  let below = 0;
  let upTo = 0;
  for (const score of positives) {
    while (negatives[below] < score) {
      below++;
    }
    while (negatives[upTo] <= score) {
      upTo++;
    }
    pairs += (below + upTo) / 2;
  }
  return pairs / (positives.length * negatives.length);
}

/** The scores of a label's negatives and of its positives. */
function split(kept: Float64Array, label: number, width: number): readonly Float64Array[] {
  const scores = [new Float64Array(kept.length / width), new Float64Array(kept.length / width)];
  const counts = [0, 0];
  for (let at = 2 * label; at < kept.length; at += width) {
    const kind = kept[at + 1];
    scores[kind][counts[kind]++] = kept[at];
  }
  return scores.map((each, kind) => each.subarray(0, counts[kind]));
}
