/** Refactorings: other forms of the same experiment, which trains the same. */
import type { Position } from '../../spec/problem';
import { type LayerEntry, layerEntries } from '../navigation/layerEntries';
import type { ParsedSpec } from '../reading/parse';
import { placeOf } from '../yaml/tree';
import { mergeActivation, splitActivation } from './activations';
import { shareParameters } from './anchors';
import { otherForm } from './forms';
import type { PlacedLayer, Refactoring } from './types';

export type { Refactoring } from './types';

/** Refactorings at a place of a spec without errors. */
export function refactoringsAt(parsed: ParsedSpec, position: Position): Refactoring[] {
  const { tree, lines, spec } = parsed;
  if (!tree || !spec) {
    return [];
  }
  const offset = lines.offsetAt(position);
  const layers = layerEntries(tree);
  const here = innermost(layers, offset);
  return [
    ...(here ? shareParameters(parsed, here, layers) : []),
    ...(here ? splitActivation(parsed, here.layer) : []),
    ...(here ? mergeActivation(parsed, here) : []),
    ...otherForm(parsed, position),
  ];
}

function innermost(layers: readonly LayerEntry[], offset: number): PlacedLayer | undefined {
  for (const layer of layers) {
    const [start, end] = placeOf(layer.item);
    if (offset < start || offset > end) {
      continue;
    }
    return innermost(layer.inner, offset) ?? { layer, siblings: layers };
  }
  return undefined;
}
