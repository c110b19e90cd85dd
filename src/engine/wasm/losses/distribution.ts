/** A distribution over classes, computed by softmax from the logits, and what losses derive from it. */
import { type FunctionBuilder, f32x4, type Local, type V128, v128 } from '../../../assembler';
import type { Index } from '../lanes/lanes';
import { emitLog } from '../math/logarithm';
import type { LossLanes } from './kernel';
import { addTo, startSum } from './sums';

export interface Distribution {
  /** ln p_k, also where p_k is too small for a float32. */
  readonly logOf: (k: Index) => V128;
  /** 1 − p, without cancellation near 1. */
  readonly restOf: (p: V128) => V128;
  /** 0, or NaN where a probability is NaN. */
  readonly zero: Local<'v128'>;
}

/**
 * Softmax has been computed already; its exponentials are not computed again. The largest probability p₁ is
 * that of the largest logit z₁, so that ln Σ_j e^(z_j − z₁) = −ln p₁, and ln p_k = z_k − z₁ + ln p₁. Where p₁
 * is above a half, 1 − p₁ is the sum of all the others, which has more digits than p₁ itself: it corrects ln
 * p₁ for the rounding of p₁.
 */
export function distributionOf(f: FunctionBuilder, { outputs, logits }: LossLanes): Distribution {
  const top = f.let(f32x4.const(Number.NEGATIVE_INFINITY));
  const largest = startSum(f);
  const others = startSum(f);
  outputs.each((k) => {
    const p = f.let(outputs.get(k));
    f.set(top, f32x4.pmax(top, logits.get(k)));
    f.set(largest, f32x4.pmax(largest, p));
    addTo(f, others, v128.andnot(p, f32x4.gt(p, 0.5)));
  });
  const lost = f32x4.div(f32x4.sub(f32x4.sub(1, largest), others), largest);
  const correction = v128.and(lost, f32x4.gt(largest, 0.5));
  const logLargest = f.let(f32x4.add(emitLog(f, largest), correction));
  return {
    logOf: (k) => f32x4.add(f32x4.sub(logits.get(k), top), logLargest),
    restOf: (p) => v128.bitselect(others, f32x4.sub(1, p), f32x4.gt(p, 0.5)),
    // The others' sum, not the largest: a maximum loses a NaN.
    zero: f.let(f32x4.mul(others, 0)),
  };
}
