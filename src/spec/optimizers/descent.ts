/** Gradient descent: against the gradient, or with momentum against a running sum of gradients. */
import type { Optimizer } from './optimizer';

/** w ← w − η·g */
export function gradientDescent(decay: number): Optimizer {
  return {
    memories: [],
    update({ values: w, gradient }, _memory, { learningRate: rate }) {
      for (let i = 0; i < w.length; i++) {
        w[i] -= rate * (decay === 0 ? gradient[i] : gradient[i] + decay * w[i]);
      }
    },
  };
}

/**
 * With the momentum μ and the dampening d:
 *   v ← μ·v + (1 − d)·g, in the first step v ← g
 *   w ← w − η·v, or with Nesterov's look-ahead w ← w − η·(g + μ·v)
 */
export function momentumDescent(ownMomentum: number, dampening: number, nesterov: boolean, decay: number): Optimizer {
  return {
    memories: [{ name: 'velocity' }],
    update({ values: w, gradient }, [v], { learningRate: rate, momentum = ownMomentum, step }) {
      const share = step === 1 ? 1 : 1 - dampening;
      for (let i = 0; i < w.length; i++) {
        const g = decay === 0 ? gradient[i] : gradient[i] + decay * w[i];
        v[i] = momentum * v[i] + share * g;
        w[i] -= rate * (nesterov ? g + momentum * v[i] : v[i]);
      }
    },
  };
}
