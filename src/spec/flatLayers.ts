/** A network's layers in the order in which they run: those of a block, then the block itself. */
import type { LayerSpec } from './spec';

export interface FlatLayer {
  readonly layer: LayerSpec;
  /** Keys and indices into the file: `['model', 'layers', 2, 'residual', 0, 'dense']`. */
  readonly path: readonly (string | number)[];
  /** For a block: the number of layers inside it, including those of blocks in it; else 0. */
  readonly inside: number;
  /** It, or a block that holds it, has `trainable: false`. */
  readonly isFrozen: boolean;
}

/** Cached, since many rules ask for the layers of the same network. */
const known = new WeakMap<readonly LayerSpec[], readonly FlatLayer[]>();

/** One entry for each layer of the plan, in the same order. */
export function flatLayers(layers: readonly LayerSpec[]): readonly FlatLayer[] {
  const found = known.get(layers) ?? flatten(layers, ['model', 'layers'], false);
  known.set(layers, found);
  return found;
}

function flatten(layers: readonly LayerSpec[], path: FlatLayer['path'], inFrozen: boolean): FlatLayer[] {
  return layers.flatMap((layer, index) => {
    const own = [...path, index, layer.type];
    const isFrozen = inFrozen || layer.parameters.trainable === false;
    const inner = layer.layers ? flatten(layer.layers, own, isFrozen) : [];
    return [...inner, { layer, path: own, inside: inner.length, isFrozen }];
  });
}
