/** The update of a whole tensor, where it is not fused with the product that gives its gradient. */
import { type ModuleBuilder, v128 } from '../../../assembler';
import { type RangeKernel, rangeParameters, type WasmTensor } from '../layer';
import { eachVector, sliceCount } from '../tensors/slices';
import type { OptimizerKernel } from './kernel';
import { updateNeighbours } from './neighbours';

export interface UpdatePass {
  /** Updates slices `[from, to)`, once the step's scalars are computed. */
  readonly kernel: RangeKernel;
  readonly slices: number;
}

/**
 * Values, gradient and memories have the same layout, so that one index serves them all, at constant
 * distances:
 *
 * ```
 *   for each vector of the slices:  w, memory ← rule(w, gradient, memory)
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
  return { kernel, slices: sliceCount(values.length) };
}
