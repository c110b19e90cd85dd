import type { TargetKind } from '../../spec/dataFacts';
import type { FloatArray } from '../backend';

export interface Metric {
  readonly name: string;
  /** Adds `count` samples: rows of `outputs` from its start, compared with rows of `targets` by index. */
  add(outputs: FloatArray, targets: FloatArray, rows: Int32Array, from: number, count: number): void;
  /** The value for all samples since the last `reset`. NaN where it is not defined for them. */
  value(): number;
  reset(): void;
  snapshot(): Float64Array;
  restore(state: Float64Array): void;
  /** Length of the snapshot after so many samples. */
  stateLength(samples: number): number;
}

/** The network as its metrics see it. */
export interface MetricContext {
  readonly kind: TargetKind;
  /** Outputs of a sample. The first `targetSize` are compared. */
  readonly outputSize: number;
  readonly targetSize: number;
  /** An output above it means yes. */
  readonly threshold: number;
}

/** Index, from 0, of the first largest of `size` numbers from `at` on. */
export function argmax(values: ArrayLike<number>, at: number, size: number): number {
  let best = 0;
  for (let k = 1; k < size; k++) {
    if (values[at + k] > values[at + best]) {
      best = k;
    }
  }
  return best;
}
