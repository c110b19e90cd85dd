/** Passes over a batch of which each part can be done for itself: at once, or in pieces. */
import { inStretches } from '../../common/steps';
import { type Pieces, pieceValues } from '../pieces';
import type { Layer } from './layer';

/** The units `[from, to)` of a batch: its numbers, rows of places, planes or samples. */
export interface RangePasses {
  forward(from: number, to: number, training: boolean, step: number): void;
  backward(from: number, to: number): void;
}

/** `perSample` units a sample, each of `size` numbers. */
export function ranged(
  perSample: number,
  size: number,
  { forward, backward }: RangePasses,
): Required<Pick<Layer, 'forward' | 'backward' | 'forwardParts' | 'backwardParts'>> {
  return {
    forward: (count, training, step) => forward(0, count * perSample, training, step),
    backward: (count) => backward(0, count * perSample),
    forwardParts: (count, training, step) =>
      rangePieces(count * perSample, size, (from, to) => forward(from, to, training, step)),
    backwardParts: (count) => rangePieces(count * perSample, size, backward),
  };
}

/** A few units at a time, from the first to the last. */
export function rangePieces(units: number, size: number, pass: (from: number, to: number) => void): Pieces<void> {
  return inStretches(units, pass, Math.max(1, Math.floor(pieceValues / size)));
}
