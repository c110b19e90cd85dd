/** Share of samples that the network answers correctly. */
import { argmax, type Metric, type MetricContext } from './metric';

/** A metric that is a mean over samples; `sum` adds up its values over a batch. */
function meanOver(name: string, sum: (...batch: Parameters<Metric['add']>) => number): Metric {
  let total = 0;
  let samples = 0;
  return {
    name,
    add(outputs, targets, rows, from, count) {
      total += sum(outputs, targets, rows, from, count);
      samples += count;
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
export function accuracy({ kind, outputSize, targetSize, threshold }: MetricContext): Metric {
  return meanOver('accuracy', (outputs, targets, rows, from, count) => {
    let correct = 0;
    for (let s = 0; s < count; s++) {
      const output = s * outputSize;
      const target = rows[from + s] * targetSize;
      if (kind === 'classes') {
        if (argmax(outputs, output, outputSize) === argmax(targets, target, targetSize)) {
          correct++;
        }
      } else {
        for (let k = 0; k < targetSize; k++) {
          if (outputs[output + k] > threshold === targets[target + k] > 0.5) {
            correct++;
          }
        }
      }
    }
    return kind === 'classes' ? correct : correct / targetSize;
  });
}

/** Share of samples whose class is among the k largest outputs. Of equal ones the first counts as larger. */
export function topAccuracy({ outputSize, targetSize }: MetricContext, k: number): Metric {
  return meanOver('top_k_accuracy', (outputs, targets, rows, from, count) => {
    let correct = 0;
    for (let s = 0; s < count; s++) {
      const at = s * outputSize;
      const right = argmax(targets, rows[from + s] * targetSize, targetSize);
      let before = 0;
      for (let j = 0; j < outputSize; j++) {
        const ahead = outputs[at + j] > outputs[at + right];
        if (ahead || (j < right && outputs[at + j] === outputs[at + right])) {
          before++;
        }
      }
      if (before < k) {
        correct++;
      }
    }
    return correct;
  });
}
