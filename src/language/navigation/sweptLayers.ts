/** The names of layers in the paths of a sweep. */
import type { Span } from '../text/lines';
import { nodeAtPath, type TreeNode } from '../yaml/tree';
import { type LayerEntry, layerEntries } from './layerEntries';

/** The spans of the words that name a layer, as in `model.layers.hidden.dense.units`. */
export function sweptNamesOf(layer: LayerEntry, tree: TreeNode | undefined): Span[] {
  const map = tree && nodeAtPath(tree, ['sweep', 'values']);
  const own = layer.path.join('.');
  return (map?.kind === 'map' ? map.entries : []).flatMap(({ key, keySpan }): Span[] => {
    const quotes = keySpan[1] - keySpan[0] - key.length;
    let siblings: readonly LayerEntry[] = layerEntries(tree);
    let start = keySpan[0] + quotes / 2;
    for (const word of key.split('.')) {
      const found: LayerEntry | undefined = siblings.find(
        ({ name, path }) => word === name || word === String(path.at(-1)),
      );
      if (found && found.path.join('.') === own) {
        return word === found.name ? [[start, start + word.length]] : [];
      }
      siblings = found?.inner ?? siblings;
      start += word.length + 1;
    }
    return [];
  });
}
