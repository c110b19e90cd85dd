/** The update of a whole tensor, where it is not fused behind the product that gives its gradient. */
import { type ModuleBuilder, v128 } from '../../../assembler';
import { type RangeKernel, rangeParameters, type WasmTensor } from '../layer';
import { eachVector, shareCount } from '../tensors/slices';
import type { OptimizerKernel } from './kernel';
import { updateNeighbours } from './neighbours';

export interface UpdatePass {
  /** Updates shares `[from, to)`, after the step's scalars are there. */
  readonly kernel: RangeKernel;
  readonly shares: number;
}

/**
 * Values, gradient and memories lie alike, so that one index serves them all, at constant distances:
 *
 * ```
 *   for each vector of the shares:  w, memory ← rule(w, gradient, memory)
 * ```
 */
export function makeUpdatePass(
  module: ModuleBuilder,
  optimizer: OptimizerKernel,
  tensor: Pick<WasmTensor, 'plan' | 'values' | 'gradient' | 'memory'>,
): UpdatePass {
  const { plan, values, gradient } = tensor;
  const kernel = module.function(`update ${plan.name}`, { parameters: rangeParameters }, (f) => {
    const update = optimizer.begin(f);
    eachVector(f, f.p, values.length, (at, offsets) => {
      const gradients = offsets.map((offset) => f.let(v128.load(at, gradient.address + offset)));
      updateNeighbours(f, update, tensor, at, offsets, gradients);
    });
  });
  return { kernel, shares: shareCount(values.length) };
}
