/** Where a residual block begins, sums the errors of both paths: through its layers and past them. */
import { f32x4, type ModuleBuilder, v128 } from '../../../assembler';
import type { LayerPlan } from '../../../spec/plan';
import { sizeOf } from '../../shape';
import { type RangeKernel, rangeParameters } from '../layer';
import { mapVectors } from '../layers/range';
import type { BatchBuffer } from '../memory/arena';

export interface Branches {
  /** The buffer to which a layer writes dL/d(input); undefined for the first layer. */
  errorOfInput(layer: number): BatchBuffer | undefined;
  /**
   * Computes the error of the layer before, after a layer's backward pass; undefined where no residual block
   * begins.
   */
  join(layer: number): RangeKernel | undefined;
}

export function makeBranches(
  module: ModuleBuilder,
  layers: readonly LayerPlan[],
  errors: readonly BatchBuffer[],
  batchOf: (size: number) => BatchBuffer,
): Branches {
  /** For each layer at which residual blocks begin, the layers at which they end, innermost first. */
  const ends = new Map<number, number[]>();
  for (const { index, skipFrom } of layers) {
    // The error of the network's input is not needed.
    if (skipFrom === undefined || skipFrom < 0) {
      continue;
    }
    ends.set(skipFrom + 1, [...(ends.get(skipFrom + 1) ?? []), index]);
  }
  const own = new Map<number, BatchBuffer>();
  const joins = new Map<number, RangeKernel>();
  for (const [first, lasts] of ends) {
    const buffer = batchOf(sizeOf(layers[first].inputShape));
    own.set(first, buffer);
    joins.set(first, makeJoin(module, first, [buffer, ...lasts.map((end) => errors[end])], errors[first - 1]));
  }
  return {
    errorOfInput: (layer) => (layer === 0 ? undefined : (own.get(layer) ?? errors[layer - 1])),
    join: (layer) => joins.get(layer),
  };
}

/** sum = terms[0] + terms[1] + …, in this order. */
function makeJoin(module: ModuleBuilder, layer: number, terms: readonly BatchBuffer[], sum: BatchBuffer): RangeKernel {
  const f = module.function(`join.${layer}`, { parameters: rangeParameters });
  mapVectors(f, sum.size, [sum.address], (at, offset) => {
    const [first, ...others] = terms.map(({ address }) => v128.load(at, address + offset));
    return [others.reduce(f32x4.add, first)];
  });
  return f;
}
