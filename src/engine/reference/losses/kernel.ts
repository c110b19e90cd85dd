/** The interface of the losses. */
import type { FloatArray } from '../../backend';

/** The buffers of a batch, row-major. */
export interface LossBuffers {
  /** `[batch, outputs]`. */
  readonly outputs: FloatArray;
  /** `[batch, targetSize]`. */
  readonly targets: FloatArray;
  /** Pre-activations of a loss that is computed together with the last activation; the outputs otherwise. */
  readonly logits: FloatArray;
  /** Receives the error: dL/d(logits). */
  readonly error: FloatArray;
  /** K: outputs of a sample. */
  readonly size: number;
}

/** A loss, one sample at a time, so that samples can be weighted. */
export interface LossKernel {
  /**
   * Adds the terms of one sample to `total` and returns the sum. `first` is the index of the sample's first
   * output. With `withError` it also writes the sample's error, divided by `divisor`: the number of samples,
   * or, where samples are weighted, the sum of all weights over this sample's.
   */
  add(total: number, first: number, divisor: number, withError: boolean): number;
  /** The mean loss from a total of terms; `divisor` is the number of samples or the sum of their weights. */
  mean(total: number, divisor: number): number;
}
