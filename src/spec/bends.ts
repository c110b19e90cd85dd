/** Which layers are no linear map, and which networks are one. */
import { type FlatLayer, flatLayers } from './flatLayers';
import { readFormula } from './formula';
import type { LayerSpec, Thing } from './spec';

/** Layers that are no linear map, even without an activation. */
const bending = ['layer_normalization', 'max_pooling2d'];
/** Layers that weigh what they are given. */
const weighing = ['dense', 'conv1d', 'conv2d'];

/**
 * Whether a network tells apart no more than one linear map can: nothing bends before the last layer that weighs its inputs. A bend behind
 * it shapes the output alone, but for one in a block, whose input is added to what comes out of the bend.
 */
export function isLinearMap(layers: readonly LayerSpec[]): boolean {
  const flat = flatLayers(layers);
  const last = flat.findLastIndex(({ layer }) => weighing.includes(layer.type));
  return (
    last >= 0 &&
    !flat.slice(0, last).some(({ layer }) => isBend(layer)) &&
    !flat.some((_, end) => bendsInside(flat, end))
  );
}

/** Whether something in the block that ends at `end` bends: with its input it makes a sum that no dense layer outside can take over. */
export function bendsInside(flat: readonly FlatLayer[], end: number): boolean {
  return flat.slice(end - flat[end].inside, end).some(({ layer }) => isBend(layer));
}

export function isBend({ type, activation }: LayerSpec): boolean {
  return bending.includes(type) || (activation !== undefined && !isStraight(activation));
}

function isStraight({ name, parameters }: Thing): boolean {
  if (name !== 'custom') {
    return name === 'linear';
  }
  const formula = readFormula(String(parameters.formula));
  return 'straight' in formula && formula.straight;
}
