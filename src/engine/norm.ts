import type { FloatArray } from './backend';

/** Euclidean norm over all numbers of some tensors. */
export function norm(tensors: readonly FloatArray[]): number {
  let sum = 0;
  for (const values of tensors) {
    for (let i = 0; i < values.length; i++) {
      sum += values[i] * values[i];
    }
  }
  return Math.sqrt(sum);
}
