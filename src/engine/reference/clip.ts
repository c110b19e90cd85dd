/** Limits to gradients, between the backward pass and the update. */
import type { FloatArray } from '../backend';

export interface ClipOptions {
  readonly clipValue?: number;
  readonly clipNorm?: number;
}

/**
 * In place: first every number into ±`clipValue`, then all of them together times min(1, c/(‖g‖ + 1e−6)), c = `clipNorm` and ‖g‖
 * the norm over all tensors, taken in float64.
 */
export function clipGradients(gradients: readonly FloatArray[], { clipValue, clipNorm }: ClipOptions): void {
  if (clipValue !== undefined) {
    for (const g of gradients) {
      for (let i = 0; i < g.length; i++) {
        if (g[i] > clipValue) g[i] = clipValue;
        else if (g[i] < -clipValue) g[i] = -clipValue;
      }
    }
  }
  if (clipNorm === undefined) return;
  let sum = 0;
  for (const g of gradients) for (let i = 0; i < g.length; i++) sum += g[i] * g[i];
  const scale = clipNorm / (Math.sqrt(sum) + 1e-6);
  if (!(scale < 1)) return;
  for (const g of gradients) for (let i = 0; i < g.length; i++) g[i] *= scale;
}
