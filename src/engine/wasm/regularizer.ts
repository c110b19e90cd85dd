/** Penalties on weights: l1·Σ|w| + l2·Σw², as in Keras. */

import { f32x4, i32, type ModuleBuilder } from '../../assembler';
import type { Regularizer } from '../../spec/spec';
import type { Kernel, WasmTensor } from './layer';
import { eachRun, loadLanes } from './layers/lanes';
import { emitSign } from './math/sign';

/** dW ← dW + l1·sign(w) + 2·l2·w */
export function makePenalty(
  module: ModuleBuilder,
  { plan, values, gradient }: Pick<WasmTensor, 'plan' | 'values' | 'gradient'>,
  { l1, l2 }: Regularizer,
): Kernel {
  const f = module.function(`penalize ${plan.name}`);
  eachRun(f, f.let(i32.const(0)), values.length, (at, lanes) => {
    const w = f.let(loadLanes(at, lanes, values.address));
    const pull = f32x4.add(f32x4.mul(emitSign(f, w), l1), f32x4.mul(w, 2 * l2));
    const g = f.let(f32x4.add(loadLanes(at, lanes, gradient.address), pull));
    f.storeLanes(at, g, lanes, gradient.address);
  });
  return f;
}
