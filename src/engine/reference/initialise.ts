/** Initial values of learned tensors: draws of (seed, initialise, tensor, element), rounded to float32 in every precision. */
import { purposes, uniform } from '../../common/random';
import type { TensorPlan } from '../../spec/plan';
import type { FloatArray } from '../backend';

/** Fills `values`; `ordinal` counts the network's tensors from 0. */
export function initialise(tensor: TensorPlan, values: FloatArray, seed: number, ordinal: number): void {
  const { name, parameters } = tensor.initializer;
  switch (name) {
    case 'torch_default': {
      // U(−1/√fan_in, 1/√fan_in)
      const bound = 1 / Math.sqrt(tensor.fanIn);
      for (let i = 0; i < values.length; i++) {
        values[i] = Math.fround(bound * (2 * uniform(seed, purposes.initialise, ordinal, i) - 1));
      }
      return;
    }
    case 'constant':
      values.fill(Math.fround(parameters.value as number));
      return;
    default:
      throw new Error(`The reference backend has no initializer ${name}: check the spec before compiling it.`);
  }
}
