/** Penalties on weights: l1·Σ|w| + l2·Σw², as in Keras. */
import type { Regularizer } from '../../spec/spec';
import type { Learned } from './layer';

/** dW ← dW + l1·sign(w) + 2·l2·w */
export function addPenalty({ values: w, gradient }: Learned, { l1, l2 }: Regularizer): void {
  for (let i = 0; i < w.length; i++) gradient[i] += l1 * Math.sign(w[i]) + 2 * l2 * w[i];
}
