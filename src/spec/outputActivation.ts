/** The activation on a network's outputs. */
import { findLayerKind } from './layers';
import type { LayerSpec, Thing } from './spec';

export interface OutputActivation {
  readonly thing: Thing;
  /** Index of the layer that has it. */
  readonly layer: number;
}

export type LayerSpecLike = Pick<LayerSpec, 'type' | 'activation'>;

/**
 * The activation of the last layer that changes values: `flatten` and `reshape` change none. Undefined where
 * that layer has no activation (dropout).
 */
export function outputActivation(layers: readonly LayerSpecLike[]): OutputActivation | undefined {
  const layer = layers.findLastIndex(({ type }) => !findLayerKind(type)?.keepsValues);
  const thing = layers[layer]?.activation;
  return thing && { thing, layer };
}
