/** The update of a whole tensor, where it is not fused behind the product that gives its gradient. */
import { type FunctionBuilder, type I32, type ModuleBuilder, v128 } from '../assembler';
import type { Cell } from '../lanes';
import { type RangeKernel, rangeParameters, type WasmTensor } from '../layer';
import { eachVector, shareCount } from '../shares';
import type { OptimizerKernel } from './kernel';

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
  { plan, values, gradient, memory }: Pick<WasmTensor, 'plan' | 'values' | 'gradient' | 'memory'>,
): UpdatePass {
  const f = module.function(`update ${plan.name}`, { parameters: rangeParameters, exported: true });
  const update = optimizer.begin(f);
  const remembered = memory.filter(({ sketch }) => !sketch.single).map(({ region }) => region);
  eachVector(f, f.p, values.length, (at, offset) => {
    const cell = (address: number): Cell => memoryCell(f, at, address + offset);
    update(
      cell(values.address),
      f.let(v128.load(at, gradient.address + offset)),
      remembered.map(({ address }) => cell(address)),
    );
  });
  return { kernel: f, shares: shareCount(values.length) };
}

/** Four numbers in memory. */
export function memoryCell(f: FunctionBuilder, address: I32, offset: number): Cell {
  return {
    get: () => v128.load(address, offset),
    set: (value) => f.storeV128(address, value, offset),
  };
}
