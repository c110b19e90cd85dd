/** Flatten. x [B, C, H, W] → a [B, C·H·W]: row-major samples already lie so, the numbers stay as they are. */
import { sizeOf } from '../shape';
import type { Layer, LayerContext } from './layer';

export function makeFlatten(context: LayerContext): Layer {
  const { plan, input: x, output: a, dInput, dOutput } = context;
  const size = sizeOf(plan.inputShape);
  return {
    learned: [],
    forward(count) {
      for (let i = 0; i < count * size; i++) a[i] = x[i];
    },
    backward(count) {
      if (dInput === undefined) return;
      for (let i = 0; i < count * size; i++) dInput[i] = dOutput[i];
    },
  };
}
