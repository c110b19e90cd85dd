import type { LayerPlan, NetworkPlan } from '../spec/plan';
import { sizeOf } from './shape';

/** Multiplications of a sample's forward pass. The work on each output counts as 16. */
export function forwardWork({ layers }: NetworkPlan): number {
  return layers.reduce((sum, layer) => sum + sizeOf(layer.outputShape) * 16 + usesOf(layer), 0);
}

/** How often a sample's forward pass multiplies by a weight: in a convolution at each output position. */
function usesOf({ tensors, outputShape }: LayerPlan): number {
  return tensors.reduce(
    (sum, { shape }) => sum + sizeOf(shape) * (shape.length > 2 ? sizeOf(outputShape.slice(1)) : 1),
    0,
  );
}
