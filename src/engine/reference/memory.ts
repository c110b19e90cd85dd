/** What the optimizer remembers of a tensor. */
import type { Optimizer } from '../../spec/optimizers';
import type { Shape } from '../../spec/plan';
import type { FloatArray, Precision } from '../backend';
import { floats, type Learned } from './layer';

/** A memory of a tensor under its full name. */
export interface Memory {
  readonly name: string;
  readonly shape: Shape;
  /** 0 at first. */
  readonly values: FloatArray;
  /** What they are before the first step. */
  readonly initial: number;
  /** One number for the whole tensor. */
  readonly single: boolean;
}

export function makeMemory(optimizer: Optimizer, tensor: Learned, precision: Precision): readonly Memory[] {
  return optimizer.memories.map(({ name, initial = 0, single = false }) => ({
    name: `${tensor.plan.name}.${name}`,
    shape: single ? [1] : tensor.plan.shape,
    values: single ? new Float64Array(1) : floats(precision, tensor.values.length),
    initial,
    single,
  }));
}
