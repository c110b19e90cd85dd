/**
 * Work in pieces: a generator that yields every few milliseconds, so that whoever drives it can put it down, look for messages
 * and take it up again. What it computes does not depend on that.
 */
import { inStretches, type Steps, takeAll } from '../common/steps';
import type { Backend, Divergence, FloatArray, Mode, Program, ProgramState, Tensor } from './backend';

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

/** As `Backend.compile`; at once where the backend has no pieces of it. */
export function* compilePieces(backend: Backend, ...how: Parameters<Backend['compile']>): Pieces<Program> {
  return backend.compileParts ? yield* backend.compileParts(...how) : backend.compile(...how);
}

/** Forward pass of every layer in evaluation mode, of the rows from `from` on. */
export function* forwardPieces(program: Program, rows: Int32Array, from: number, count: number): Pieces<void> {
  yield* beginBatch(program, rows, from, count, 'evaluation');
  yield;
  for (let layer = 0; layer < program.plan.network.layers.length; layer++) {
    yield* forwardLayer(program, layer);
    yield;
  }
}

/** As `Program.begin`; at once where the program has no pieces of it. */
export function* beginBatch(program: Program, rows: Int32Array, from: number, count: number, mode: Mode): Pieces<void> {
  if (program.beginParts) {
    yield* program.beginParts(rows, from, count, mode);
  } else {
    program.begin(rows, from, count, mode);
  }
}

/** One layer's forward pass; at once where the program has no pieces of it. */
export function* forwardLayer(program: Program, layer: number): Pieces<void> {
  if (program.forwardParts) {
    yield* program.forwardParts(layer);
  } else {
    program.forward(layer);
  }
}

/** The current batch's loss, as `Program.loss`. */
export function* lossPieces(program: Program): Pieces<number> {
  return program.lossParts ? yield* program.lossParts() : program.loss();
}

/** One layer's backward pass. */
export function* backwardLayer(program: Program, layer: number): Pieces<void> {
  if (program.backwardParts) {
    yield* program.backwardParts(layer);
  } else {
    program.backward(layer);
  }
}

/** The update of one layer's tensors. */
export function* updateLayer(program: Program, layer: number): Pieces<void> {
  if (program.updateParts) {
    yield* program.updateParts(layer);
  } else {
    program.update(layer);
  }
}

/** A tensor as a copy, as `Program.read`. */
export function* readTensor(program: Program, name: string): Pieces<Tensor> {
  return program.readParts ? yield* program.readParts(name) : program.read(name);
}

/** As `Program.write`; put down half done the tensor is of neither. */
export function* writeTensor(program: Program, name: string, values: FloatArray): Pieces<void> {
  if (program.writeParts) {
    yield* program.writeParts(name, values);
  } else {
    program.write(name, values);
  }
}

/** As `Program.findDivergence`. */
export function* findDivergence(program: Program): Pieces<Divergence | undefined> {
  return program.divergenceParts ? yield* program.divergenceParts() : program.findDivergence();
}

/** As `Program.snapshot`. */
export function* takeSnapshot(program: Program): Pieces<ProgramState> {
  return program.snapshotParts ? yield* program.snapshotParts() : program.snapshot();
}

/** As `Program.restore`. */
export function* restoreProgram(program: Program, state: ProgramState): Pieces<void> {
  if (program.restoreParts) {
    yield* program.restoreParts(state);
  } else {
    program.restore(state);
  }
}
