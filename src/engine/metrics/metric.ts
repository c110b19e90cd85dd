import type { TargetKind } from '../../spec/dataFacts';
import type { FloatArray } from '../backend';
import type { Pieces } from '../pieces';

export interface Metric {
  readonly name: string;
  /** Takes in `count` samples: rows of `outputs` from its start against rows of `targets` by index. */
  add(outputs: FloatArray, targets: FloatArray, rows: Int32Array, from: number, count: number): void;
  /** `add` of one sample by its row, a part of its outputs `[first, end)` after the other: of a metric that takes each output for itself. */
  addOutputs?(outputs: FloatArray, targets: FloatArray, row: number, first: number, end: number): void;
  /** Of all samples since the last `reset`; NaN where it is not defined for them. */
  value(): number;
  /** `value` in pieces, of a metric that keeps every sample. */
  valueParts?(): Pieces<number>;
  reset(): void;
  snapshot(): Float64Array;
  /** `snapshot` in pieces, of a metric that keeps every sample; between them none is taken in. */
  snapshotParts?(): Pieces<Float64Array>;
  restore(state: Float64Array): void;
  /** `restore` in pieces, once begun to be gone on with to its end. */
  restoreParts?(state: Float64Array): Pieces<void>;
}

/** What a metric must know of the network whose outputs it reads. */
export interface MetricContext {
  readonly kind: TargetKind;
  /** Outputs of a sample, of which the first `targetSize` are compared. */
  readonly outputSize: number;
  readonly targetSize: number;
  /** An output above it is the answer yes. */
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
