/** The phases of one training step: forward of every layer, loss, backward (last layer first), updates. */
import type { NetworkPlan } from '../spec/plan';

export type Phase =
  | { readonly kind: 'forward' | 'backward' | 'update'; readonly layer: number }
  | { readonly kind: 'loss'; readonly layer?: undefined };

/** Layers that learn nothing have no update. */
export function phasesOf(network: NetworkPlan): readonly Phase[] {
  const layers = network.layers.map((_, layer) => layer);
  return [
    ...layers.map((layer) => ({ kind: 'forward', layer }) as const),
    { kind: 'loss' } as const,
    ...layers.toReversed().map((layer) => ({ kind: 'backward', layer }) as const),
    ...layers
      .filter((layer) => network.layers[layer].tensors.length > 0)
      .map((layer) => ({ kind: 'update', layer }) as const),
  ];
}
