/**
 * Dropout (Srivastava et al., 2014), inverted. x [B, …] → a [B, …]: in training an element is 0 with probability `rate` and
 * divided by 1 − rate otherwise; in evaluation it passes. The mask is a function of (seed, step, layer, element).
 */
import { purposes, uniform } from '../../common/random';
import { sizeOf } from '../shape';
import { drawOffset, type Layer, type LayerContext } from './layer';
import { ranged } from './ranged';

export function makeDropout(context: LayerContext): Layer {
  const { plan, seed, maxBatch, input: x, output: a, dInput, dOutput } = context;
  const size = sizeOf(plan.inputShape);
  const rate = plan.parameters.rate as number;
  const gain = rate < 1 ? 1 / (1 - rate) : 0;
  const offset = drawOffset(plan.index);
  const mask = new Float64Array(maxBatch * size);

  return {
    learned: [],
    kept: [mask],

    ...ranged(size, 1, {
      // a = x · mask
      forward(from, to, training, step) {
        for (let i = from; i < to; i++) {
          mask[i] = !training ? 1 : uniform(seed, purposes.dropout, step, offset + i) < rate ? 0 : gain;
          a[i] = x[i] * mask[i];
        }
      },

      // dL/dx = dL/da · mask
      backward(from, to) {
        if (dInput === undefined) {
          return;
        }
        for (let i = from; i < to; i++) {
          dInput[i] = dOutput[i] * mask[i];
        }
      },
    }),
  };
}
