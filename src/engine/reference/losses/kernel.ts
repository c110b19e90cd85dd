import type { FloatArray } from '../../backend';

/** Arrays of at most a batch, row-major. */
export interface LossBuffers {
  /** `[batch, outputs]`. */
  readonly outputs: FloatArray;
  /** `[batch, targetSize]`. */
  readonly targets: FloatArray;
  /** Logits of a fused loss; the outputs otherwise. */
  readonly logits: FloatArray;
  /** Where the error goes: dL/d(logits). */
  readonly error: FloatArray;
  /** K: outputs of a sample. */
  readonly size: number;
}

/** One sample at a time, so that samples can be weighed; of a large one a part of its outputs. */
export interface LossKernel {
  /** Whether the terms of a sample are of all its outputs, which are then taken in at once. */
  readonly whole?: boolean;
  /**
   * Adds the terms that a sample's outputs `[from, to)` have in its loss to `total` and returns the sum; outputs are counted through the
   * batch. With `withError` it writes their error, divided by `divisor`: the batch's size, or where samples are weighed the sum of weights
   * over the sample's own.
   */
  add(total: number, from: number, to: number, divisor: number, withError: boolean): number;
  /** The mean loss from a total of terms; `divisor` is the batch's size or the sum of its weights. */
  mean(total: number, divisor: number): number;
}
