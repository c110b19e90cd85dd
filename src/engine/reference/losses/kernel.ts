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

/** One sample at a time, so that samples can be weighed. */
export interface LossKernel {
  /**
   * Adds the terms of a sample's loss to `total` and returns the sum. With `withError` it writes the sample's error, divided by
   * `divisor`: the batch's size, or where samples are weighed the sum of weights over the sample's own.
   */
  add(total: number, sample: number, divisor: number, withError: boolean): number;
  /** The mean loss from a total of terms; `divisor` is the batch's size or the sum of its weights. */
  mean(total: number, divisor: number): number;
}
