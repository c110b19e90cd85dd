/** Share of samples that the network answers correctly. */
import type { FloatArray } from '../backend';
import { argmax, type Metric, type MetricContext } from './metric';

/** Counts the right answers among the outputs of one sample, from `output` on. */
type CountRight = (outputs: FloatArray, output: number, targets: FloatArray, target: number) => number;

/** The share of right answers, of which a sample has `answers`. */
function shareOf(name: string, { outputSize, targetSize }: MetricContext, answers: number, right: CountRight): Metric {
  let total = 0;
  let samples = 0;
  return {
    name,
    add(outputs, targets, rows, from, count, weights) {
      let sum = 0;
      for (let s = 0; s < count; s++) {
        const row = rows[from + s];
        const weight = weights ? weights[row] : 1;
        sum += weight * right(outputs, s * outputSize, targets, row * targetSize);
        samples += weight;
      }
      total += sum / answers;
    },
    value: () => total / samples,
    reset() {
      total = 0;
      samples = 0;
    },
    snapshot: () => Float64Array.of(total, samples),
    restore(state) {
      [total, samples] = state;
    },
    stateLength: () => 2,
  };
}

/**
 * Classes: a sample is correct where its largest output is that of its largest target; of equal ones the
 * first counts. Otherwise an output is correct if it is above the threshold exactly where its target is above
 * ½. A sample with several outputs counts as the share of its correct ones.
 */
export function accuracy(context: MetricContext): Metric {
  const { kind, outputSize, targetSize, threshold } = context;
  if (kind === 'classes') {
    return shareOf('accuracy', context, 1, (outputs, output, targets, target) =>
      argmax(outputs, output, outputSize) === argmax(targets, target, targetSize) ? 1 : 0,
    );
  }
  return shareOf('accuracy', context, targetSize, (outputs, output, targets, target) => {
    let correct = 0;
    for (let k = 0; k < targetSize; k++) {
      if (outputs[output + k] > threshold === targets[target + k] > 0.5) {
        correct++;
      }
    }
    return correct;
  });
}

/** Share of samples whose class is among the k largest outputs. Of equal ones the first counts as larger. */
export function topAccuracy(context: MetricContext, k: number): Metric {
  const { outputSize, targetSize } = context;
  return shareOf('top_k_accuracy', context, 1, (outputs, output, targets, target) => {
    const right = argmax(targets, target, targetSize);
    let before = 0;
    for (let j = 0; j < outputSize; j++) {
      const ahead = outputs[output + j] > outputs[output + right];
      if (ahead || (j < right && outputs[output + j] === outputs[output + right])) {
        before++;
      }
    }
    return before < k ? 1 : 0;
  });
}
