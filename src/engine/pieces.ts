/**
 * Work in pieces: a generator that yields every few milliseconds, so that whoever drives it can put it down, look for messages
 * and take it up again. What it computes does not depend on that.
 */
import type { FloatArray, Program } from './backend';

export type Pieces<Result> = Generator<void, Result>;

/** Multiplications of a piece: a few milliseconds of a plain loop. */
export const pieceWork = 1 << 22;

/** Weights of which an optimizer updates as many in a few milliseconds. */
export const pieceWeights = 1 << 19;

/** Does all of it at once. */
export function complete<Result>(work: Pieces<Result>): Result {
  for (;;) {
    const { done, value } = work.next();
    if (done) return value;
  }
}

/** Numbers that are copied in a few milliseconds. */
const copiedNumbers = 1 << 20;

/** Copies `from` to the beginning of `to`. */
export function* copyPieces(to: FloatArray, from: FloatArray): Pieces<void> {
  for (let first = 0; first < from.length; first += copiedNumbers) {
    to.set(from.subarray(first, first + copiedNumbers), first);
    yield;
  }
}

/** Forward pass of every layer in evaluation mode, of the rows from `from` on. */
export function* forwardPieces(program: Program, rows: Int32Array, from: number, count: number): Pieces<void> {
  program.begin(rows, from, count, 'evaluation');
  yield;
  for (let layer = 0; layer < program.plan.network.layers.length; layer++) {
    yield* forwardLayer(program, layer);
    yield;
  }
}

/** One layer's forward pass; at once where the program has no pieces of it. */
export function* forwardLayer(program: Program, layer: number): Pieces<void> {
  if (program.forwardParts) yield* program.forwardParts(layer);
  else program.forward(layer);
}

/** The current batch's loss, as `Program.loss`. */
export function* lossPieces(program: Program): Pieces<number> {
  return program.lossParts ? yield* program.lossParts() : program.loss();
}

/** One layer's backward pass. */
export function* backwardLayer(program: Program, layer: number): Pieces<void> {
  if (program.backwardParts) yield* program.backwardParts(layer);
  else program.backward(layer);
}

/** The update of one layer's tensors. */
export function* updateLayer(program: Program, layer: number): Pieces<void> {
  if (program.updateParts) yield* program.updateParts(layer);
  else program.update(layer);
}
