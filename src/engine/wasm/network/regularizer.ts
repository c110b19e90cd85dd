/** Penalties on weights: l1·Σ|w| + l2·Σw², as in Keras. */

import { f32x4, type ModuleBuilder } from '../../../assembler';
import type { Regularizer } from '../../../spec/spec';
import { loadLanes } from '../lanes/runs';
import { type RangeKernel, rangeParameters, type WasmTensor } from '../layer';
import { emitSign } from '../math/sign';
import { eachNumber } from '../tensors/slices';

/** dW ← dW + l1·sign(w) + 2·l2·w, for slices `[from, to)` of the tensor. */
export function makePenalty(
  module: ModuleBuilder,
  { plan, values, gradient }: Pick<WasmTensor, 'plan' | 'values' | 'gradient'>,
  { l1, l2 }: Regularizer,
): RangeKernel {
  const f = module.function(`penalize ${plan.name}`, { parameters: rangeParameters });
  eachNumber(f, f.p, values.length, (at, lanes) => {
    const w = f.let(loadLanes(at, lanes, values.address));
    const pull = f32x4.add(f32x4.mul(emitSign(f, w), l1), f32x4.mul(w, 2 * l2));
    const g = f.let(f32x4.add(loadLanes(at, lanes, gradient.address), pull));
    f.storeLanes(at, g, lanes, gradient.address);
  });
  return f;
}
