import type { WasmLayer } from '../layer';

/** Multiply–adds of a layer for one sample: each number of z is a sum of `fanIn` products. */
export function layerCost({ preActivation, tensors }: WasmLayer): number {
  const zSize = preActivation?.z.size ?? 0;
  return tensors.reduce((sum, { plan }) => (plan.shape.length === 1 ? sum : sum + zSize * plan.fanIn), 0);
}
