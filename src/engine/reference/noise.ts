/** Layers that disturb their input in training and pass it on in evaluation; draws are functions of (seed, step, layer, element). */
import { normal, purposes, uniform } from '../../common/random';
import { sizeOf } from '../shape';
import { drawOffset, type Layer, type LayerContext } from './layer';
import { ranged } from './ranged';

/** −scale·α of selu: what selu gives far to the left. */
const saturation = -1.7580993408473766;

/**
 * Alpha dropout (Klambauer et al., 2017): with probability `rate` an element becomes α′ = −scale·α of selu; then a·x + b, with a and b
 * such that an input of mean 0 and variance 1 keeps both: a = ((1 − rate)(1 + rate·α′²))^−½, b = −a·rate·α′.
 */
export function makeAlphaDropout({ plan, seed, maxBatch, input: x, output: y, dInput, dOutput }: LayerContext): Layer {
  const size = sizeOf(plan.inputShape);
  const rate = plan.parameters.rate as number;
  const gain = 1 / Math.sqrt((1 - rate) * (1 + rate * saturation * saturation));
  const offset = -gain * rate * saturation;
  const first = drawOffset(plan.index);
  const mask = new Float64Array(maxBatch * size);
  return {
    learned: [],
    kept: [mask],
    ...ranged(size, 1, {
      forward(from, to, training, step) {
        for (let i = from; i < to; i++) {
          if (!training) {
            mask[i] = 1;
            y[i] = x[i];
            continue;
          }
          const kept = uniform(seed, purposes.dropout, step, first + i) >= rate;
          mask[i] = kept ? gain : 0;
          y[i] = gain * (kept ? x[i] : saturation) + offset;
        }
      },
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

/** Gaussian noise: in training y = x + N(0, stddev²), element by element. The error passes unchanged. */
export function makeGaussianNoise({ plan, seed, input: x, output: y, dInput, dOutput }: LayerContext): Layer {
  const size = sizeOf(plan.inputShape);
  const stddev = plan.parameters.stddev as number;
  const first = drawOffset(plan.index);
  return {
    learned: [],
    ...ranged(size, 1, {
      forward(from, to, training, step) {
        for (let i = from; i < to; i++) {
          y[i] = training ? x[i] + stddev * normal(seed, purposes.noise, step, first + i) : x[i];
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
