/** Which layers are no linear map. */
import { readFormula } from '../spec/formula';
import type { LayerSpec, Thing } from '../spec/spec';

/** Layers that are no linear map, even without an activation. */
const bending = ['layer_normalization', 'max_pooling2d'];

export function isBend({ type, activation }: LayerSpec): boolean {
  return bending.includes(type) || (activation !== undefined && !isStraight(activation));
}

function isStraight({ name, parameters }: Thing): boolean {
  if (name !== 'custom') return name === 'linear';
  const formula = readFormula(String(parameters.formula));
  return 'straight' in formula && formula.straight;
}
