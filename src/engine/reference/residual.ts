/**
 * The end of a block (He et al., 2015): y = x + block(x). Its input is what the block's last layer gives; x, the block's own
 * input, comes along. Backward the error goes on as it is, into the block and past it: whoever computes dL/dx adds both.
 */
import { sizeOf } from '../shape';
import type { Layer, LayerContext } from './layer';
import { ranged } from './ranged';

export function makeResidual({ plan, input, skip, output: y, dInput, dOutput }: LayerContext): Layer {
  if (!skip) {
    throw new Error(`The plan of ${plan.name} does not say where its block begins: plan the network again.`);
  }
  const size = sizeOf(plan.inputShape);
  return {
    learned: [],
    ...ranged(size, 1, {
      forward(from, to) {
        for (let i = from; i < to; i++) {
          y[i] = input[i] + skip[i];
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
