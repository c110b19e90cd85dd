/** Cross-entropy of a distribution over classes. */
import { type FunctionBuilder, f32x4, type Local, type V128, v128 } from '../../../assembler';
import { emitLog } from '../math/logarithm';
import { boundedLog, smoothed } from './binaryCrossEntropy';
import { distributionOf } from './distribution';
import type { LossKernel, LossLanes } from './kernel';
import { addTo, startSum } from './sums';

/** A term of the loss that each target adds, besides its cross-entropy. */
type Extra = (f: FunctionBuilder, t: Local<'v128'>) => V128;

/** On z with p = softmax(z): L = −Σ_k t ln p_k;  dL/dz = p Σ t − t. Smoothing: t ← t (1 − ε) + ε/K */
export function categoricalOnLogits(smoothing: number, extra?: Extra): LossKernel {
  return {
    emit(f, lanes, withError) {
      const { outputs, targets, error, scale } = lanes;
      const { logOf, restOf, zero } = distributionOf(f, lanes);
      const target = (k: Parameters<typeof targets.get>[0]) => smoothed(f, targets.get(k), smoothing, targets.size);
      const total = startSum(f);
      const mass = startSum(f);
      targets.each((k) => {
        const t = target(k);
        addTo(f, mass, t);
        // 0 · ∞ is 0 here: a class that never occurs adds nothing.
        const term = v128.and(f32x4.mul(t, logOf(k)), f32x4.ne(t, 0));
        f.set(total, f32x4.sub(total, term));
        if (extra) {
          addTo(f, total, extra(f, t));
        }
      });
      if (withError) {
        targets.each((k) => {
          const t = target(k);
          const p = f.let(outputs.get(k));
          // p Σ t − t, in a form that keeps its digits where p is near 1.
          const slope = f32x4.sub(f32x4.mul(p, f32x4.sub(mass, t)), f32x4.mul(restOf(p), t));
          error.set(k, f32x4.mul(slope, scale));
        });
      }
      return f32x4.add(total, zero);
    },
  };
}

/**
 * On probabilities p: L = −Σ_k t ln p, the logarithm not below −100;  dL/dp = −t/p, the divisor not below
 * 1e−12
 */
export function categoricalOnProbabilities(smoothing: number, extra?: Extra): LossKernel {
  return {
    emit(f, { outputs, targets, error, scale }, withError) {
      const total = startSum(f);
      outputs.each((k) => {
        const p = f.let(outputs.get(k));
        const t = smoothed(f, targets.get(k), smoothing, targets.size);
        f.set(total, f32x4.sub(total, f32x4.mul(t, boundedLog(f, p))));
        if (extra) {
          addTo(f, total, extra(f, t));
        }
        if (withError) {
          error.set(k, f32x4.mul(f32x4.neg(f32x4.div(t, f32x4.pmax(p, 1e-12))), scale));
        }
      });
      return total;
    },
  };
}

/** On log-probabilities o: L = −Σ_k t o;  dL/do = −t */
export function logLikelihood(): LossKernel {
  return {
    emit(f, { outputs, targets, error, scale }: LossLanes, withError) {
      const total = startSum(f);
      outputs.each((k) => {
        const o = f.let(outputs.get(k));
        const t = f.let(targets.get(k));
        // 0 · (−∞) is 0 here; a NaN stays one.
        const counts = v128.or(f32x4.ne(t, 0), f32x4.ne(o, o));
        f.set(total, f32x4.sub(total, v128.and(f32x4.mul(t, o), counts)));
        if (withError) {
          error.set(k, f32x4.mul(f32x4.neg(t), scale));
        }
      });
      return total;
    },
  };
}

/** t ln t, and 0 where t is 0: the negative entropy of the targets. */
const negativeEntropy: Extra = (f, t) => v128.and(f32x4.mul(t, emitLog(f, t)), f32x4.gt(t, 0));

/** On z with p = softmax(z): L = Σ_k t (ln t − ln p);  dL/dz = p Σ t − t */
export function divergenceOnLogits(): LossKernel {
  return categoricalOnLogits(0, negativeEntropy);
}

/** On probabilities p: L = Σ_k t (ln t − ln p);  dL/dp = −t/p; the limits are those of the cross-entropy */
export function divergenceOnProbabilities(): LossKernel {
  return categoricalOnProbabilities(0, negativeEntropy);
}
