/**
 * How targets are scaled: the network learns scaled targets, and everything that a person reads of its
 * outputs is put back into the file's own units by the functions here.
 */
import { exp, log } from '../common/math';

/** One target column: t' = (t − shift)/scale, with ln t in place of t where `log` is set. */
export interface TargetScale {
  readonly log?: true;
  readonly shift: number;
  readonly scale: number;
}

/** Numeric targets in the file's own units, where training scales them. */
export interface TargetUnits {
  readonly scales: readonly TargetScale[];
  /** `[samples, targets]`, before scaling. */
  readonly targets: Float64Array;
}

export function scaleTarget(value: number, { log: ofLogarithm, shift, scale }: TargetScale): number {
  return ((ofLogarithm ? log(value) : value) - shift) / scale;
}

export function unscaleTarget(value: number, { log: ofLogarithm, shift, scale }: TargetScale): number {
  const unscaled = value * scale + shift;
  return ofLogarithm ? exp(unscaled) : unscaled;
}

/**
 * Outputs `[count, size]` in the targets' own units, written into `own`. Where there are two outputs for each
 * target, the second half are log-variances, of the target or, where `log` is set, of its logarithm.
 */
export function unscaleOutputs(
  outputs: ArrayLike<number>,
  count: number,
  size: number,
  scales: readonly TargetScale[],
  own: Float64Array,
): Float64Array {
  for (let s = 0; s < count; s++) {
    for (let k = 0; k < size; k++) {
      const at = s * size + k;
      own[at] =
        k < scales.length
          ? unscaleTarget(outputs[at], scales[k])
          : outputs[at] + 2 * log(scales[k - scales.length].scale);
    }
  }
  return own;
}
