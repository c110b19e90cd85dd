/**
 * Layers that add noise in training and pass their input on in evaluation. The draws depend on seed, step,
 * layer and element alone.
 */
import { normal, purposes, uniform } from '../../common/random';
import { sizeOf } from '../shape';
import { drawOffset, type Layer, type LayerContext } from './layer';

/** α′ = −scale·α: the limit of selu towards −∞. */
const saturation = -1.7580993408473766;

/**
 * Alpha dropout (Klambauer et al., 2017): with probability `rate` an element of x is replaced by α′. The gain
 * g and the offset o then restore a mean of 0 and a variance of 1.
 *   forward    a = g·x + o  with g = ((1 − rate)·(1 + rate·α′²))^−½ and o = −g·rate·α′
 *   backward   dL/dx = g·dL/da, or 0 where the element was replaced
 */
export function makeAlphaDropout(context: LayerContext): Layer {
  const { plan, seed, maxBatch, input: x, output: a, dInput: dx, dOutput: da } = context;
  const size = sizeOf(plan.inputShape);
  const rate = plan.parameters.rate as number;
  const gain = 1 / Math.sqrt((1 - rate) * (1 + rate * saturation * saturation));
  const offset = -gain * rate * saturation;
  const firstDraw = drawOffset(plan.index);
  const mask = new Float64Array(maxBatch * size);
  return {
    learned: [],
    kept: [mask],
    forward(count, training, step) {
      for (let i = 0; i < count * size; i++) {
        if (training) {
          const keep = uniform(seed, purposes.dropout, step, firstDraw + i) >= rate;
          mask[i] = keep ? gain : 0;
          a[i] = gain * (keep ? x[i] : saturation) + offset;
        } else {
          mask[i] = 1;
          a[i] = x[i];
        }
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

/** Gaussian noise: in training a = x + N(0, stddev²), element by element. Backward: dL/dx = dL/da. */
export function makeGaussianNoise(context: LayerContext): Layer {
  const { plan, seed, input: x, output: a, dInput: dx, dOutput: da } = context;
  const size = sizeOf(plan.inputShape);
  const stddev = plan.parameters.stddev as number;
  const firstDraw = drawOffset(plan.index);
  return {
    learned: [],
    forward(count, training, step) {
      for (let i = 0; i < count * size; i++) {
        a[i] = training ? x[i] + stddev * normal(seed, purposes.noise, step, firstDraw + i) : x[i];
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
