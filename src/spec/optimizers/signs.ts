/** Optimizers that use only the sign of a gradient. */
import type { Optimizer } from './optimizer';

/**
 * Rprop (Riedmiller and Braun, 1993). Every weight has a step size s of its own, η at first, within
 * [smallest, largest]; `grow` is η₊ and `shrink` is η₋:
 *   s ← s·η₊ where g has the sign of the previous gradient, s·η₋ where it has the opposite one
 *   w ← w − s·sign g, but where the sign has changed w stays, and g counts as 0 in the next step
 */
export function rprop(shrink: number, grow: number, smallest: number, largest: number): Optimizer {
  return {
    memories: [{ name: 'step_size' }, { name: 'previous_gradient' }],
    update({ values: w, gradient }, [s, previous], { learningRate: rate, step }) {
      if (step === 1) {
        s.fill(rate);
      }
      for (let i = 0; i < w.length; i++) {
        const agreement = gradient[i] * previous[i];
        const factor = agreement > 0 ? grow : agreement < 0 ? shrink : 1;
        s[i] = Math.min(Math.max(s[i] * factor, smallest), largest);
        const g = agreement < 0 ? 0 : gradient[i];
        w[i] -= Math.sign(g) * s[i];
        previous[i] = g;
      }
    },
  };
}

/**
 * Lion (Chen et al., 2023):
 *   w ← w − η·λ·w
 *   w ← w − η·sign(β₁·m + (1 − β₁)·g)
 *   m ← β₂·m + (1 − β₂)·g
 */
export function lion(ownBeta: number, beta2: number, decay: number): Optimizer {
  return {
    memories: [{ name: 'first_moment' }],
    update({ values: w, gradient: g }, [m], { learningRate: rate, momentum: beta1 = ownBeta }) {
      const kept = 1 - rate * decay;
      for (let i = 0; i < w.length; i++) {
        if (kept !== 1) {
          w[i] *= kept;
        }
        w[i] -= rate * Math.sign(beta1 * m[i] + (1 - beta1) * g[i]);
        m[i] = beta2 * m[i] + (1 - beta2) * g[i];
      }
    },
  };
}
