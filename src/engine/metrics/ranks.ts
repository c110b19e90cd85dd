/** Metrics of the order of the outputs, exactly: the area under the ROC curve, and average precision. */
import type { Metric, MetricContext } from './metric';

/** The value of one label from its scores, each list in rising order. NaN where it is not defined. */
type Statistic = (negatives: Float64Array, positives: Float64Array) => number;
/** The same from the scores of all samples, whose positives and negatives have weights. */
type WeightedStatistic = (thresholds: readonly Threshold[]) => number;

const statistics = {
  auc: { plain: areaUnderCurve, weighted: weightedArea },
  average_precision: { plain: averagePrecision, weighted: weightedPrecision },
} as const satisfies Record<string, { readonly plain: Statistic; readonly weighted: WeightedStatistic }>;
type RankName = keyof typeof statistics;

export function isRankMetric(name: string): name is RankName {
  return Object.hasOwn(statistics, name);
}

/**
 * With several labels or classes: the mean over those for which the value is defined; a class counts against
 * all others. NaN where there is none.
 */
export function rankMetric(name: RankName, { outputSize, targetSize, weighted = false }: MetricContext): Metric {
  // For each sample and label: the output, then its target as 1 or 0; with weights the sample's weight, which
  // is negative for the target 0, in place of that.
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
    name,
    add(outputs, targets, rows, from, count, weights) {
      reserve(length + count * width);
      for (let s = 0; s < count; s++) {
        const target = rows[from + s] * targetSize;
        for (let k = 0; k < targetSize; k++) {
          kept[length++] = outputs[s * outputSize + k];
          const yes = targets[target + k] > 0.5;
          kept[length++] = weights ? weights[rows[from + s]] * (yes ? 1 : -1) : yes ? 1 : 0;
        }
      }
    },
    value() {
      let sum = 0;
      let defined = 0;
      for (let k = 0; k < targetSize; k++) {
        const all = kept.subarray(0, length);
        const value = weighted
          ? statistics[name].weighted(thresholdsOf(all, k, width))
          : plainValue(statistics[name].plain, all, k, width);
        if (!Number.isNaN(value)) {
          sum += value;
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

function plainValue(statistic: Statistic, kept: Float64Array, label: number, width: number): number {
  const [negatives, positives] = split(kept, label, width);
  return statistic(negatives.sort(), positives.sort());
}

/** One score with the weights of the positive and negative samples that have it. */
interface Threshold {
  readonly score: number;
  positive: number;
  negative: number;
}

/** The scores of a label from the largest down. */
function thresholdsOf(kept: Float64Array, label: number, width: number): readonly Threshold[] {
  const found = new Map<number, Threshold>();
  for (let at = 2 * label; at < kept.length; at += width) {
    const [score, weight] = [kept[at], kept[at + 1]];
    const own = found.get(score) ?? { score, positive: 0, negative: 0 };
    found.set(score, own);
    own[weight > 0 ? 'positive' : 'negative'] += Math.abs(weight);
  }
  return [...found.values()].sort((a, b) => b.score - a.score);
}

/** As `areaUnderCurve`, where a pair counts by the product of its weights. */
function weightedArea(thresholds: readonly Threshold[]): number {
  let above = 0;
  let negatives = 0;
  let pairs = 0;
  for (const { positive, negative } of thresholds) {
    pairs += negative * (above + positive / 2);
    above += positive;
    negatives += negative;
  }
  return pairs / (above * negatives);
}

/** As `averagePrecision`, where a sample counts by its weight. */
function weightedPrecision(thresholds: readonly Threshold[]): number {
  let found = 0;
  let wrong = 0;
  let sum = 0;
  for (const { positive, negative } of thresholds) {
    found += positive;
    wrong += negative;
    sum += positive === 0 ? 0 : (positive * found) / (found + wrong);
  }
  return sum / found;
}

/**
 * The share of pairs of a positive and a negative sample in which the positive one has the larger output; a
 * tie counts as half a pair (Mann and Whitney). NaN without such a pair. Computed from two sorted lists:
 * plain numbers sort eight times as fast as indices by their numbers, and this is done at the end of every
 * epoch.
 */
export function areaUnderCurve(negatives: Float64Array, positives: Float64Array): number {
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

/**
 * The mean over the positive samples of the precision at a threshold equal to their output; so equal outputs
 * share one threshold. NaN without a positive, or where a score is NaN.
 */
export function averagePrecision(negatives: Float64Array, positives: Float64Array): number {
  let sum = 0;
  let before = 0;
  eachThreshold(negatives, positives, (_, found, wrong) => {
    sum += ((found - before) * found) / (found + wrong);
    before = found;
  });
  return before === positives.length ? sum / positives.length : Number.NaN;
}

/**
 * From the largest score down, each score with the numbers of positives and of negatives that are not below
 * it. Nothing where a score is NaN, which has no place in the order.
 */
export function eachThreshold(
  negatives: Float64Array,
  positives: Float64Array,
  visit: (score: number, found: number, wrong: number) => void,
): void {
  let negative = negatives.length;
  let positive = positives.length;
  // Sorting puts NaN last.
  if (Number.isNaN(negatives[negative - 1]) || Number.isNaN(positives[positive - 1])) {
    return;
  }
  while (positive > 0 || negative > 0) {
    const score =
      positive === 0 || negatives[negative - 1] > positives[positive - 1]
        ? negatives[negative - 1]
        : positives[positive - 1];
    while (positive > 0 && positives[positive - 1] === score) {
      positive--;
    }
    while (negative > 0 && negatives[negative - 1] === score) {
      negative--;
    }
    visit(score, positives.length - positive, negatives.length - negative);
  }
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
