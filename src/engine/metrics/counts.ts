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
 * One output: of the answer yes. Several labels or classes: the mean over them, each against the rest, but Matthews' correlation
 * of classes is that of the whole confusion matrix (Gorodkin, 2004). 0 where the quotient is 0/0.
 */
export function countMetric(name: CountName, context: MetricContext): Metric {
  const { kind, outputSize, targetSize, threshold } = context;
  const classes = kind === 'classes';
  // Of classes a confusion matrix [target, predicted], of labels four counts each.
  const counts = new Float64Array(classes ? targetSize * targetSize : 4 * targetSize);
  return {
    name,
    add(outputs, targets, rows, from, count) {
      for (let s = 0; s < count; s++) {
        const output = s * outputSize;
        const target = rows[from + s] * targetSize;
        if (classes) {
          counts[argmax(targets, target, targetSize) * targetSize + argmax(outputs, output, outputSize)]++;
          continue;
        }
        for (let k = 0; k < targetSize; k++) {
          const yes = outputs[output + k] > threshold;
          const truth = targets[target + k] > 0.5;
          counts[4 * k + (truth ? (yes ? 0 : 2) : yes ? 1 : 3)]++;
        }
      }
    },
    value() {
      if (classes && name === 'matthews') return correlationOfClasses(counts, targetSize);
      let sum = 0;
      for (let k = 0; k < targetSize; k++) {
        sum += scoreOf(name, classes ? against(counts, targetSize, k) : labelCounts(counts, k));
      }
      return sum / targetSize;
    },
    reset: () => void counts.fill(0),
    snapshot: () => counts.slice(),
    restore: (state) => counts.set(state),
  };
}

function labelCounts(counts: Float64Array, label: number): Counts {
  const [tp, fp, fn, tn] = counts.subarray(4 * label, 4 * label + 4);
  return [tp, fp, fn, tn];
}

/** Counts of class k against all others. */
function against(matrix: Float64Array, size: number, k: number): Counts {
  let fp = 0;
  let fn = 0;
  let all = 0;
  for (let i = 0; i < size; i++) {
    if (i !== k) {
      fp += matrix[i * size + k];
      fn += matrix[k * size + i];
    }
    for (let j = 0; j < size; j++) all += matrix[i * size + j];
  }
  const tp = matrix[k * size + k];
  return [tp, fp, fn, all - tp - fp - fn];
}

function scoreOf(name: CountName, [tp, fp, fn, tn]: Counts): number {
  if (name === 'precision') return quotient(tp, tp + fp);
  if (name === 'recall') return quotient(tp, tp + fn);
  if (name === 'f1') return quotient(2 * tp, 2 * tp + fp + fn);
  return quotient(tp * tn - fp * fn, Math.sqrt((tp + fp) * (tp + fn) * (tn + fp) * (tn + fn)));
}

function correlationOfClasses(matrix: Float64Array, size: number): number {
  let all = 0;
  let right = 0;
  let mixed = 0;
  let predictedSquares = 0;
  let targetSquares = 0;
  for (let k = 0; k < size; k++) {
    let predicted = 0;
    let target = 0;
    for (let i = 0; i < size; i++) {
      predicted += matrix[i * size + k];
      target += matrix[k * size + i];
    }
    all += target;
    right += matrix[k * size + k];
    mixed += predicted * target;
    predictedSquares += predicted * predicted;
    targetSquares += target * target;
  }
  const spread = Math.sqrt((all * all - predictedSquares) * (all * all - targetSquares));
  return quotient(right * all - mixed, spread);
}

function quotient(over: number, under: number): number {
  return under === 0 ? 0 : over / under;
}
