import type { Fix } from '../../spec/problem';
import type { LayerEntry } from '../navigation/layerEntries';

export interface Refactoring extends Fix {
  readonly kind: 'extract' | 'inline' | 'rewrite';
}

/** A layer with all layers of its list. */
export interface PlacedLayer {
  readonly layer: LayerEntry;
  readonly siblings: readonly LayerEntry[];
}
