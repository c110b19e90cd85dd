/** Used by the two backends alone, until their own generators go: then this file goes, too. */
import { inStretches, type Steps, takeAll } from '../common/steps';
import type { FloatArray } from './backend';

/** The same as `Steps` elsewhere: here a step is one of training. */
export type Pieces<Result> = Steps<Result>;

/** Multiplications of a piece: a few milliseconds of a plain loop, also where its numbers are not in a cache. */
export const pieceWork = 1 << 19;

/** Weights of which an optimizer updates as many in a few milliseconds. */
export const pieceWeights = 1 << 19;

/** Numbers that are computed one by one, or drawn, in a few milliseconds. */
export const pieceValues = 1 << 15;

/** Numbers of which as many are copied or looked through in a few milliseconds. */
export const pieceNumbers = 1 << 20;

/** Does all of it at once. */
export const complete = takeAll;

/** A few units of `size` numbers each at a time, from the first to the last. */
export function rangePieces(units: number, size: number, pass: (from: number, to: number) => void): Pieces<void> {
  return inStretches(units, pass, Math.max(1, Math.floor(pieceValues / size)));
}

/** Copies `from` to the beginning of `to`. */
export function copyPieces(to: FloatArray, from: FloatArray): Pieces<void> {
  return inStretches(from.length, (first, end) => to.set(from.subarray(first, end), first), pieceNumbers);
}
