/** Where a block begins, the error of its input is a sum: what comes back through its layers, and what goes past them. */

import { f32x4, type ModuleBuilder, v128 } from '../../../assembler';
import type { LayerPlan } from '../../../spec/plan';
import { sizeOf } from '../../shape';
import { type RangeKernel, rangeParameters } from '../layer';
import { mapVectors } from '../layers/range';
import type { BatchBuffer } from '../memory/arena';

export interface Branches {
  /** Where a layer writes dL/d(input); undefined for the first layer. */
  errorOfInput(layer: number): BatchBuffer | undefined;
  /** After a layer's backward pass: the error of the layer before it, where blocks begin here. */
  join(layer: number): RangeKernel | undefined;
}

export function makeBranches(
  module: ModuleBuilder,
  layers: readonly LayerPlan[],
  errors: readonly BatchBuffer[],
  batchOf: (size: number) => BatchBuffer,
): Branches {
  /** By the first layer of blocks, those blocks' ends, innermost first. */
  const ends = new Map<number, number[]>();
  for (const { index, skipFrom } of layers) {
    // Nobody reads the error of the network's input.
    if (skipFrom === undefined || skipFrom < 0) {
      continue;
    }
    ends.set(skipFrom + 1, [...(ends.get(skipFrom + 1) ?? []), index]);
  }
  const own = new Map<number, BatchBuffer>();
  const joins = new Map<number, RangeKernel>();
  for (const [first, blocks] of ends) {
    const buffer = batchOf(sizeOf(layers[first].inputShape));
    own.set(first, buffer);
    joins.set(first, makeJoin(module, first, [buffer, ...blocks.map((end) => errors[end])], errors[first - 1]));
  }
  return {
    errorOfInput: (layer) => (layer === 0 ? undefined : (own.get(layer) ?? errors[layer - 1])),
    join: (layer) => joins.get(layer),
  };
}

/** sum = parts[0] + parts[1] + …, in this order. */
function makeJoin(module: ModuleBuilder, layer: number, parts: readonly BatchBuffer[], sum: BatchBuffer): RangeKernel {
  const f = module.function(`join.${layer}`, { parameters: rangeParameters });
  mapVectors(f, sum.size, [sum.address], (at, offset) => {
    const [first, ...others] = parts.map(({ address }) => v128.load(at, address + offset));
    return [others.reduce(f32x4.add, first)];
  });
  return f;
}
