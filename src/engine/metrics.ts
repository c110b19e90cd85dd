/** Metrics: sums over samples, so that batches add up; divided by the number of samples at the end. */
import type { Thing } from '../spec/spec';
import type { FloatArray } from './backend';

/** The metric's sum over `count` samples: rows of `outputs` from its start against rows of `targets` by index. */
export type MetricSum = (
  outputs: FloatArray,
  targets: FloatArray,
  rows: Int32Array,
  from: number,
  count: number,
) => number;

export function makeMetric(metric: Thing, loss: string, size: number): MetricSum {
  if (metric.name !== 'accuracy')
    throw new Error(`The engine has no metric ${metric.name}: check the spec before training.`);
  return loss === 'categorical_crossentropy' ? categoricalAccuracy(size) : binaryAccuracy(size);
}

/** 1 where output > 0.5 agrees with target > 0.5; of several outputs their mean. */
function binaryAccuracy(size: number): MetricSum {
  return (outputs, targets, rows, from, count) => {
    let correct = 0;
    for (let s = 0; s < count; s++) {
      const target = rows[from + s] * size;
      for (let k = 0; k < size; k++) if (outputs[s * size + k] > 0.5 === targets[target + k] > 0.5) correct++;
    }
    return correct / size;
  };
}

/** 1 where the largest output is the largest target's; of equals the first counts. */
function categoricalAccuracy(size: number): MetricSum {
  return (outputs, targets, rows, from, count) => {
    let correct = 0;
    for (let s = 0; s < count; s++) {
      if (argmax(outputs, s * size, size) === argmax(targets, rows[from + s] * size, size)) correct++;
    }
    return correct;
  };
}

/** Index, from 0, of the first largest of `size` numbers from `at` on. */
export function argmax(values: ArrayLike<number>, at: number, size: number): number {
  let best = 0;
  for (let k = 1; k < size; k++) if (values[at + k] > values[at + best]) best = k;
  return best;
}
