/** The penalty l1·Σ|w| + l2·Σw² on a tensor (Keras). It acts on the gradient; the loss shown omits it. */
import type { Regularizer } from '../../spec/spec';
import type { Learned } from './layer';

/** dW ← dW + l1·sign(W) + 2·l2·W */
export function addPenalty({ values: W, gradient: dW }: Learned, { l1, l2 }: Regularizer): void {
  for (let i = 0; i < W.length; i++) {
    dW[i] += l1 * Math.sign(W[i]) + 2 * l2 * W[i];
  }
}
