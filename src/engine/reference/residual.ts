/**
 * The end of a residual block (He et al., 2015): a = x + block(x). The layer's input is block(x); x, the
 * block's own input, is `skip`. Backward: dL/d(block(x)) = dL/da. The same dL/da also reaches x directly;
 * `Branches` adds it there.
 */
import { sizeOf } from '../shape';
import type { Layer, LayerContext } from './layer';

export function makeResidual({ plan, input, skip, output: a, dInput, dOutput: da }: LayerContext): Layer {
  if (!skip) {
    throw new Error(`The plan of ${plan.name} does not say where its block begins: plan the network again.`);
  }
  const size = sizeOf(plan.inputShape);
  return {
    learned: [],
    forward(count) {
      for (let i = 0; i < count * size; i++) {
        a[i] = input[i] + skip[i];
      }
    },
    backward(count) {
      if (dInput) {
        for (let i = 0; i < count * size; i++) {
          dInput[i] = da[i];
        }
      }
    },
  };
}
