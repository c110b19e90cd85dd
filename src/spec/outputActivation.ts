/** The function that a network's outputs have gone through. */
import type { LayerSpec, Thing } from './spec';

export interface OutputActivation {
  readonly thing: Thing;
  /** Layer that holds it. */
  readonly layer: number;
}

/**
 * The last layer's activation. `flatten` and `reshape` change no number and are looked through. Undefined where a layer ends the
 * network whose outputs have no activation to speak of (dropout).
 */
export function outputActivation(layers: readonly LayerSpecLike[]): OutputActivation | undefined {
  const layer = layers.findLastIndex(({ type }) => type !== 'flatten' && type !== 'reshape');
  const thing = layers[layer]?.activation;
  return thing && { thing, layer };
}

export type LayerSpecLike = Pick<LayerSpec, 'type' | 'activation'>;
