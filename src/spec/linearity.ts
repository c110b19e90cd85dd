/** Which layers and networks are linear maps. */
import { type FlatLayer, flatLayers } from './flatLayers';
import { readFormula } from './formula';
import { findLayerKind } from './layers';
import type { LayerSpec, Thing } from './spec';

/**
 * Whether a network can separate no more than one linear map can: nothing before its last layer with weights
 * is non-linear. Layers after that one only shape the output. A non-linear layer in a block counts wherever
 * it is, since the block's input is added to its output.
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
