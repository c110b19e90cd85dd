/** Metrics of right and wrong answers, counted by class: precision, recall, f1, Matthews' correlation. */
import { argmax, type Metric, type MetricContext } from './metric';

const names = ['precision', 'recall', 'f1', 'matthews'] as const;
type CountName = (typeof names)[number];

export function isCountMetric(name: string): name is CountName {
  return names.some((known) => known === name);
}

/** True and false positives, false and true negatives of one class or label. */
type Counts = readonly [tp: number, fp: number, fn: number, tn: number];

/**
 * With one output, yes is the positive class. With several labels or classes: the mean over them; a class
 * counts against all others. Matthews' correlation of classes uses the whole confusion matrix instead
 * (Gorodkin, 2004). A quotient 0/0 counts as 0.
 */
export function countMetric(name: CountName, context: MetricContext): Metric {
  const { kind, outputSize, targetSize, threshold } = context;
  const classes = kind === 'classes';
  // For each class or label its true positives, false positives and false negatives; last the total
  // weight of the samples.
  const counts = new Float64Array(3 * targetSize + 1);
  return {
    name,
    add(outputs, targets, rows, from, count, weights) {
      for (let s = 0; s < count; s++) {
        const weight = weights ? weights[rows[from + s]] : 1;
        counts[3 * targetSize] += weight;
        const output = s * outputSize;
        const target = rows[from + s] * targetSize;
        if (classes) {
          const right = argmax(targets, target, targetSize);
          const answer = argmax(outputs, output, outputSize);
          if (right === answer) {
            counts[3 * right] += weight;
          } else {
            counts[3 * answer + 1] += weight;
            counts[3 * right + 2] += weight;
          }
          continue;
        }
        for (let k = 0; k < targetSize; k++) {
          const yes = outputs[output + k] > threshold;
          const truth = targets[target + k] > 0.5;
          if (yes) {
            counts[3 * k + (truth ? 0 : 1)] += weight;
          } else if (truth) {
            counts[3 * k + 2] += weight;
          }
        }
      }
    },
    value() {
      if (classes && name === 'matthews') {
        return correlationOfClasses(counts, targetSize);
      }
      let sum = 0;
      for (let k = 0; k < targetSize; k++) {
        sum += scoreOf(name, countsOf(counts, targetSize, k));
      }
      return sum / targetSize;
    },
    reset: () => void counts.fill(0),
    snapshot: () => counts.slice(),
    restore: (state) => counts.set(state),
    stateLength: () => counts.length,
  };
}

function countsOf(counts: Float64Array, size: number, k: number): Counts {
  const [tp, fp, fn] = counts.subarray(3 * k, 3 * k + 3);
  return [tp, fp, fn, counts[3 * size] - tp - fp - fn];
}

function scoreOf(name: CountName, [tp, fp, fn, tn]: Counts): number {
  if (name === 'precision') {
    return quotient(tp, tp + fp);
  }
  if (name === 'recall') {
    return quotient(tp, tp + fn);
  }
  if (name === 'f1') {
    return quotient(2 * tp, 2 * tp + fp + fn);
  }
  return quotient(tp * tn - fp * fn, Math.sqrt((tp + fp) * (tp + fn) * (tn + fp) * (tn + fn)));
}

function correlationOfClasses(counts: Float64Array, size: number): number {
  let right = 0;
  let mixed = 0;
  let predictedSquares = 0;
  let targetSquares = 0;
  for (let k = 0; k < size; k++) {
    const [tp, fp, fn] = countsOf(counts, size, k);
    const predicted = tp + fp;
    const target = tp + fn;
    right += tp;
    mixed += predicted * target;
    predictedSquares += predicted * predicted;
    targetSquares += target * target;
  }
  const all = counts[3 * size];
  const spread = Math.sqrt((all * all - predictedSquares) * (all * all - targetSquares));
  return quotient(right * all - mixed, spread);
}

function quotient(over: number, under: number): number {
  return under === 0 ? 0 : over / under;
}
