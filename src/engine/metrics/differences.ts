/** Metrics of the differences between outputs and targets. */
import type { Metric, MetricContext } from './metric';

const names = ['mean_squared_error', 'root_mean_squared_error', 'mean_absolute_error', 'r2'] as const;
type DifferenceName = (typeof names)[number];

export function isDifferenceMetric(name: string): name is DifferenceName {
  return names.some((known) => known === name);
}

/** Means are over samples and outputs; r2 is the mean of each output's r2. */
export function differenceMetric(name: DifferenceName, context: MetricContext): Metric {
  return name === 'r2' ? explainedVariance(context) : meanDifference(name, context);
}

function meanDifference(name: Exclude<DifferenceName, 'r2'>, { outputSize, targetSize }: MetricContext): Metric {
  const absolute = name === 'mean_absolute_error';
  let sum = 0;
  let numbers = 0;
  return {
    name,
    add(outputs, targets, rows, from, count, weights) {
      for (let s = 0; s < count; s++) {
        const weight = weights ? weights[rows[from + s]] : 1;
        numbers += weight * targetSize;
        const output = s * outputSize;
        const target = rows[from + s] * targetSize;
        for (let k = 0; k < targetSize; k++) {
          const d = outputs[output + k] - targets[target + k];
          sum += weight * (absolute ? Math.abs(d) : d * d);
        }
      }
    },
    value: () => (name === 'root_mean_squared_error' ? Math.sqrt(sum / numbers) : sum / numbers),
    reset() {
      sum = 0;
      numbers = 0;
    },
    snapshot: () => Float64Array.of(sum, numbers),
    restore(state) {
      [sum, numbers] = state;
    },
    stateLength: () => 2,
  };
}

/** The two sums are rounded differently: always the mean explains nothing, and not -1.3e-15. */
const rounding = 1e-12;

/**
 * 1 − Σ(t − o)²/Σ(t − t̄)² of each output; Σ(t − t̄)² is computed by Welford's running update. If all targets
 * are the same: 1 where every output equals them, else 0.
 */
function explainedVariance({ outputSize, targetSize }: MetricContext): Metric {
  // For each output: mean of the targets, their squared distances from it, squared errors; last the total
  // weight of the samples.
  const state = new Float64Array(3 * targetSize + 1);
  return {
    name: 'r2',
    add(outputs, targets, rows, from, count, weights) {
      for (let s = 0; s < count; s++) {
        const weight = weights ? weights[rows[from + s]] : 1;
        if (weight === 0) {
          continue;
        }
        state[3 * targetSize] += weight;
        const samples = state[3 * targetSize];
        for (let k = 0; k < targetSize; k++) {
          const t = targets[rows[from + s] * targetSize + k];
          const error = t - outputs[s * outputSize + k];
          const before = t - state[3 * k];
          state[3 * k] += (weight * before) / samples;
          state[3 * k + 1] += weight * before * (t - state[3 * k]);
          state[3 * k + 2] += weight * error * error;
        }
      }
    },
    value() {
      let sum = 0;
      for (let k = 0; k < targetSize; k++) {
        const [spread, error] = [state[3 * k + 1], state[3 * k + 2]];
        const value = spread > 0 ? 1 - error / spread : error === 0 ? 1 : 0;
        sum += Math.abs(value) < rounding ? 0 : value;
      }
      return sum / targetSize;
    },
    reset: () => void state.fill(0),
    snapshot: () => state.slice(),
    restore: (saved) => state.set(saved),
    stateLength: () => state.length,
  };
}
