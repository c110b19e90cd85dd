/**
 * Inverted dropout (Srivastava et al., 2014). In training a = x·mask, where each element of the mask is 0
 * with probability `rate` and 1/(1 − rate) otherwise; in evaluation a = x. Backward: dL/dx = dL/da·mask. The
 * mask depends on seed, step, layer and element alone.
 */
import { purposes, uniform } from '../../common/random';
import { sizeOf } from '../shape';
import { drawOffset, type Layer, type LayerContext } from './layer';

export function makeDropout(context: LayerContext): Layer {
  const { plan, seed, maxBatch, input: x, output: a, dInput: dx, dOutput: da } = context;
  const size = sizeOf(plan.inputShape);
  const rate = plan.parameters.rate as number;
  const gain = rate < 1 ? 1 / (1 - rate) : 0;
  const offset = drawOffset(plan.index);
  const mask = new Float64Array(maxBatch * size);
  return {
    learned: [],
    kept: [mask],
    forward(count, training, step) {
      for (let i = 0; i < count * size; i++) {
        if (training) {
          mask[i] = uniform(seed, purposes.dropout, step, offset + i) < rate ? 0 : gain;
        } else {
          mask[i] = 1;
        }
        a[i] = x[i] * mask[i];
      }
    },
    backward(count) {
      if (dx) {
        for (let i = 0; i < count * size; i++) {
          dx[i] = da[i] * mask[i];
        }
      }
    },
  };
}
