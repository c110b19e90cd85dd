/** The numbers that the optimizer keeps for each learned tensor between steps, such as Adam's moments. */
import type { Optimizer } from '../../spec/optimizers';
import type { Shape } from '../../spec/plan';
import type { FloatArray, Precision } from '../backend';
import { floats, type Learned } from './layer';

/** One memory of a tensor under its full name, such as `dense_1.weight.velocity`. */
export interface Memory {
  readonly name: string;
  readonly shape: Shape;
  readonly values: FloatArray;
}

export function makeMemory(optimizer: Optimizer, tensor: Learned, precision: Precision): readonly Memory[] {
  return optimizer.memories.map(({ name, initial = 0, single = false }) => ({
    name: `${tensor.plan.name}.${name}`,
    shape: single ? [1] : tensor.plan.shape,
    values: (single ? new Float64Array(1) : floats(precision, tensor.values.length)).fill(initial),
  }));
}
