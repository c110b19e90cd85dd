/** Passes over a batch of which each part can be done for itself: at once, or in pieces. */
import { inStretches } from '../../common/steps';
import { type Pieces, pieceNumbers, pieceValues, rangePieces } from '../pieces';
import type { Layer } from './layer';

/** A layer's passes, at once and in pieces. */
export type Passes = Required<Pick<Layer, 'forward' | 'backward' | 'forwardParts' | 'backwardParts'>>;

/** The units `[from, to)` of a batch: its numbers, or its vectors. */
export interface RangePasses {
  forward(from: number, to: number, training: boolean, step: number): void;
  backward(from: number, to: number): void;
}

/** `perSample` units a sample, each of `size` numbers. */
export function ranged(perSample: number, size: number, { forward, backward }: RangePasses): Passes {
  return {
    forward: (count, training, step) => forward(0, count * perSample, training, step),
    backward: (count) => backward(0, count * perSample),
    forwardParts: (count, training, step) =>
      rangePieces(count * perSample, size, (from, to) => forward(from, to, training, step)),
    backwardParts: (count) => rangePieces(count * perSample, size, backward),
  };
}

/** The numbers `[from, to)` of a unit: a sample, a plane, a sum. */
export type UnitPass = (unit: number, from: number, to: number) => void;

/** Unit after unit of `size` numbers each, a piece as many numbers as `most`: several units, or a part of a large one. */
export function unitPieces(units: number, size: number, pass: UnitPass, most = pieceValues): Pieces<void> {
  return inStretches(
    units * size,
    (from, to) => {
      for (let unit = Math.floor(from / size), at = unit * size; at < to; unit++, at += size) {
        pass(unit, Math.max(0, from - at), Math.min(size, to - at));
      }
    },
    most,
  );
}

/** One of several things that are done for a unit: on so many numbers, of which a piece takes as many as `most`. */
export interface UnitWork {
  readonly numbers: number;
  readonly most: number;
  readonly pass: UnitPass;
}

/** All that is done for a unit, then all for the next. */
export function* workPieces(units: number, works: readonly UnitWork[]): Pieces<void> {
  /** The share of a piece that has been done. */
  let done = 0;
  for (let unit = 0; unit < units; unit++) {
    for (const { numbers, most, pass } of works) {
      for (let from = 0, to = 0; from < numbers; from = to) {
        to = Math.min(from + Math.max(1, Math.floor(most * (1 - done))), numbers);
        pass(unit, from, to);
        done += (to - from) / most;
        if (done < 1) {
          continue;
        }
        done = 0;
        yield;
      }
    }
  }
  if (done > 0) {
    yield;
  }
}

/** Sets all numbers to 0. */
export function clearPieces(values: Float64Array): Pieces<void> {
  return inStretches(values.length, (from, to) => values.fill(0, from, to), pieceNumbers);
}
