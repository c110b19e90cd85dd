/** Which layers and networks are linear maps. */
import { type FlatLayer, flatLayers } from './flatLayers';
import { readFormula } from './formula';
import { findLayerKind } from './layers';
import type { LayerSpec, Thing } from './spec';

/**
 * Whether a network can separate no more than a linear map: no layer before its last one with weights is
 * non-linear. Later layers only shape the output. Non-linear layers in blocks always count, since a block
 * adds its input to its output.
 */
export function isLinearMap(layers: readonly LayerSpec[]): boolean {
  const flat = flatLayers(layers);
  const last = flat.findLastIndex(({ layer }) => findLayerKind(layer.type)?.weights !== undefined);
  return (
    last >= 0 &&
    !flat.slice(0, last).some(({ layer }) => isNonlinear(layer)) &&
    !flat.some((_, end) => isNonlinearInside(flat, end))
  );
}

/**
 * Whether the block that ends at `end` has a non-linear layer: then it cannot be merged with the dense layers
 * around it.
 */
export function isNonlinearInside(flat: readonly FlatLayer[], end: number): boolean {
  return flat.slice(end - flat[end].inside, end).some(({ layer }) => isNonlinear(layer));
}

export function isNonlinear({ type, activation }: LayerSpec): boolean {
  return findLayerKind(type)?.isNonlinear === true || (activation !== undefined && !isLinear(activation));
}

function isLinear({ name, parameters }: Thing): boolean {
  if (name !== 'custom') {
    return name === 'linear';
  }
  const formula = readFormula(String(parameters.formula));
  return 'isLinear' in formula && formula.isLinear;
}
