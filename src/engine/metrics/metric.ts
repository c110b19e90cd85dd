import type { TargetKind } from '../../spec/dataFacts';
import type { FloatArray } from '../backend';

export interface Metric {
  readonly name: string;
  /**
   * Adds `count` samples. Row s of `outputs` belongs to row `rows[from + s]` of `targets` and of `weights`,
   * which tell how much a sample counts (default: 1).
   */
  add(
    outputs: FloatArray,
    targets: FloatArray,
    rows: Int32Array,
    from: number,
    count: number,
    weights?: Float64Array,
  ): void;
  /** The value for all samples since the last `reset`. NaN where it is not defined for them. */
  value(): number;
  reset(): void;
  snapshot(): Float64Array;
  restore(state: Float64Array): void;
  /** Length of the snapshot after this many samples. */
  stateLength(samples: number): number;
}

/** Facts about a network that its metrics need. */
export interface MetricContext {
  readonly kind: TargetKind;
  /** Outputs of a sample. The first `targetSize` are compared. */
  readonly outputSize: number;
  readonly targetSize: number;
  /** Samples come with weights. */
  readonly weighted?: boolean;
  /** An output above it means yes. */
  readonly threshold: number;
}

/** Index, counted from `at`, of the largest of `size` numbers from `at` on; of equal ones the first. */
export function argmax(values: ArrayLike<number>, at: number, size: number): number {
  let best = 0;
  for (let k = 1; k < size; k++) {
    if (values[at + k] > values[at + best]) {
      best = k;
    }
  }
  return best;
}

/** The class of a row of `size` numbers from `at` on. A single one is a yes or no by the threshold. */
export function classAt(values: ArrayLike<number>, at: number, size: number, threshold: number): number {
  return size === 1 ? Number(values[at] > threshold) : argmax(values, at, size);
}
