/** Flatten and reshape: x [B, C, H, W] → a [B, C·H·W]. Only the shape changes, not the order of numbers. */
import { sizeOf } from '../shape';
import type { Layer, LayerContext } from './layer';

export function makeFlatten({ plan, input: x, output: a, dInput: dx, dOutput: da }: LayerContext): Layer {
  const size = sizeOf(plan.inputShape);
  return {
    learned: [],
    forward(count) {
      for (let i = 0; i < count * size; i++) {
        a[i] = x[i];
      }
    },
    backward(count) {
      if (dx) {
        for (let i = 0; i < count * size; i++) {
          dx[i] = da[i];
        }
      }
    },
  };
}
