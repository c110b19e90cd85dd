/** Limits on gradients, applied between the backward pass and the update. */
import type { FloatArray } from '../backend';
import { norm } from '../norm';

export interface ClipOptions {
  readonly clipValue?: number;
  readonly clipNorm?: number;
}

/**
 * In place. First every number is limited to ±`clipValue`. Then, with c = `clipNorm` and the Euclidean norm
 * ‖g‖ over all tensors together:
 *   g ← g·min(1, c/(‖g‖ + 1e−6))
 */
export function clipGradients(gradients: readonly FloatArray[], { clipValue, clipNorm }: ClipOptions): void {
  if (clipValue !== undefined) {
    for (const g of gradients) {
      for (let i = 0; i < g.length; i++) {
        // Comparisons, so that a NaN stays.
        if (g[i] > clipValue) {
          g[i] = clipValue;
        } else if (g[i] < -clipValue) {
          g[i] = -clipValue;
        }
      }
    }
  }
  if (clipNorm !== undefined) {
    const scale = clipNorm / (norm(gradients) + 1e-6);
    if (scale < 1) {
      for (const g of gradients) {
        for (let i = 0; i < g.length; i++) {
          g[i] *= scale;
        }
      }
    }
  }
}
