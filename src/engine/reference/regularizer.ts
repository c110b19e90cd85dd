/** Penalties on weights: l1·Σ|w| + l2·Σw², as in Keras. */
import type { Regularizer } from '../../spec/spec';
import type { Learned } from './layer';

/** dW ← dW + l1·sign(w) + 2·l2·w, of the numbers `[from, to)`. */
export function addPenalty({ values: w, gradient }: Learned, { l1, l2 }: Regularizer, from = 0, to = w.length): void {
  for (let i = from; i < to; i++) {
    gradient[i] += l1 * Math.sign(w[i]) + 2 * l2 * w[i];
  }
}
