/** Limits to gradients, between the backward pass and the update. */
import type { FloatArray } from '../backend';
import { complete, type Pieces, pieceWeights } from '../pieces';

export interface ClipOptions {
  readonly clipValue?: number;
  readonly clipNorm?: number;
}

/**
 * In place: first every number into ±`clipValue`, then all of them together times min(1, c/(‖g‖ + 1e−6)), c = `clipNorm` and ‖g‖
 * the norm over all tensors, taken in float64.
 */
export function clipGradients(gradients: readonly FloatArray[], options: ClipOptions): void {
  complete(clipPieces(gradients, options));
}

/** The same in pieces, once begun to be gone on with to its end. */
export function* clipPieces(gradients: readonly FloatArray[], { clipValue, clipNorm }: ClipOptions): Pieces<void> {
  if (clipValue !== undefined) {
    for (const part of partsOf(gradients)) {
      for (let i = 0; i < part.length; i++) {
        if (part[i] > clipValue) {
          part[i] = clipValue;
        } else if (part[i] < -clipValue) {
          part[i] = -clipValue;
        }
      }
      yield;
    }
  }
  if (clipNorm === undefined) {
    return;
  }
  let sum = 0;
  for (const part of partsOf(gradients)) {
    for (let i = 0; i < part.length; i++) {
      sum += part[i] * part[i];
    }
    yield;
  }
  const scale = clipNorm / (Math.sqrt(sum) + 1e-6);
  if (!(scale < 1)) {
    return;
  }
  for (const part of partsOf(gradients)) {
    for (let i = 0; i < part.length; i++) {
      part[i] *= scale;
    }
    yield;
  }
}

function* partsOf(arrays: readonly FloatArray[]): Generator<FloatArray> {
  for (const array of arrays) {
    for (let from = 0; from < array.length; from += pieceWeights) {
      yield array.subarray(from, from + pieceWeights);
    }
  }
}
