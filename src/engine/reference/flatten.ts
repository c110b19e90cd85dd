/** Flatten. x [B, C, H, W] → a [B, C·H·W]: row-major samples already lie so, the numbers stay as they are. */
import { sizeOf } from '../shape';
import type { Layer, LayerContext } from './layer';
import { ranged } from './ranged';

export function makeFlatten(context: LayerContext): Layer {
  const { plan, input: x, output: a, dInput, dOutput } = context;
  const size = sizeOf(plan.inputShape);
  return {
    learned: [],
    ...ranged(size, 1, {
      forward(from, to) {
        for (let i = from; i < to; i++) {
          a[i] = x[i];
        }
      },
      backward(from, to) {
        if (dInput === undefined) {
          return;
        }
        for (let i = from; i < to; i++) {
          dInput[i] = dOutput[i];
        }
      },
    }),
  };
}
