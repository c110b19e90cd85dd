/** The interface of the losses, and losses that are a mean over the outputs. */
import type { FloatArray } from '../../backend';

/** The buffers of a batch, row-major. */
export interface LossBuffers {
  /** o `[batch, K]`: the outputs, or for a fused loss the logits z. */
  readonly outputs: FloatArray;
  /** t `[batch, targetSize]`. */
  readonly targets: FloatArray;
  /** Receives the error dL/do, or for a fused loss dL/dz: `[batch, K]`. */
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

/**
 * The loss of each output is f(o, t) and its derivative slope(o, t): L = mean_k f(o_k, t_k),  dL/do = slope/K
 */
export function meanOverOutputs(
  { outputs: o, targets, error, size }: LossBuffers,
  f: (o: number, t: number) => number,
  slope: (o: number, t: number) => number,
): LossKernel {
  return {
    add(total, first, divisor, withError) {
      for (let i = first; i < first + size; i++) {
        total += f(o[i], targets[i]);
        if (withError) {
          error[i] = slope(o[i], targets[i]) / (divisor * size);
        }
      }
      return total;
    },
    mean: (total, divisor) => total / (divisor * size),
  };
}
