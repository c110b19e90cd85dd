/** Which layers are no linear map. */
import type { LayerSpec } from '../spec/spec';

/** Layers that are no linear map, even without an activation. */
const bending = ['layer_normalization', 'max_pooling2d'];

export function isBend(layer: LayerSpec): boolean {
  return bending.includes(layer.type) || (layer.activation !== undefined && layer.activation.name !== 'linear');
}
