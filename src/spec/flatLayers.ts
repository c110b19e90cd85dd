/** A network's layers in the order in which they work: those of a block, then the block itself. */
import type { LayerSpec } from './spec';

export interface FlatLayer {
  readonly layer: LayerSpec;
  /** Keys and indices into the file: `['model', 'layers', 2, 'residual', 0, 'dense']`. */
  readonly path: readonly (string | number)[];
  /** Of a block the count of layers inside it, blocks in it counted with theirs; else 0. */
  readonly inside: number;
}

/** As many as a plan has layers, in its order. */
export function flatLayers(
  layers: readonly LayerSpec[],
  path: readonly (string | number)[] = ['model', 'layers'],
): readonly FlatLayer[] {
  return layers.flatMap((layer, index) => {
    const own = [...path, index, layer.type];
    const inner = layer.layers ? flatLayers(layer.layers, own) : [];
    return [...inner, { layer, path: own, inside: inner.length }];
  });
}
