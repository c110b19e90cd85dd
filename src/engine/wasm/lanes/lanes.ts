/**
 * Lanes: four vectors of numbers side by side, one in each lane of a v128. They are four samples (or four
 * places of a feature map) for which a kernel computes the same at once: softmax over K features is a loop
 * over k with one v128 for each k. Kernels written against this interface serve the tiny networks, whose
 * numbers stay in locals, and the larger ones alike, with the same bits.
 */
import { type FunctionBuilder, type I32, type Local, type V128, v128 } from '../../../assembler';

/** An index into the vector: known when the code is generated, or a variable of a loop. */
export type Index = number | Local<'i32'>;

export interface Lanes {
  /** Numbers of each vector. */
  readonly size: number;
  /** Emits the body for every index in ascending order, as straight code or as a loop. */
  each(body: (k: Index) => void): void;
  get(k: Index): V128;
  /** Only for lanes that may be written. */
  set(k: Index, value: V128): void;
}

/** Longer vectors are gone through in a loop instead of straight code. */
const maxStraight = 8;

export const isStraight = (size: number): boolean => size <= maxStraight;

/**
 * Emits the body for the indices 0 to `size` − 1: as straight code where they are few, otherwise in a loop.
 */
export function eachIndex(f: FunctionBuilder, size: number, body: (k: Index) => void): void {
  if (isStraight(size)) {
    for (let k = 0; k < size; k++) {
      body(k);
    }
    return;
  }
  const k = f.local('i32');
  f.range(k, 0, size, 1, () => body(k));
}

/** One v128 that is read and written: in memory or in a local. */
export interface Cell {
  get(): V128;
  set(value: V128): void;
}

/** A cell whose last value is stored by `flush`. */
export interface PendingCell extends Cell {
  flush(): void;
}

/**
 * Four numbers in memory that are stored by `flush`. Neighbouring vectors are all computed before the first
 * is stored, so that an engine can make one vector of 256 bits out of two. The cell must not be read after it
 * is set.
 */
export function pendingCell(f: FunctionBuilder, address: I32, offset: number): PendingCell {
  let pending: V128 | undefined;
  return {
    get: () => v128.load(address, offset),
    set(value) {
      pending = f.let(value);
    },
    flush() {
      if (pending) {
        f.storeV128(address, pending, offset);
      }
    },
  };
}

/** A cell of a local variable. */
export function localCell(f: FunctionBuilder, variable: Local<'v128'>): Cell {
  return { get: () => variable, set: (value) => f.set(variable, value) };
}

/** Lanes that are locals, one for each index; `each` is straight code. */
export function localLanes(f: FunctionBuilder, variables: readonly Local<'v128'>[]): Lanes {
  const at = (k: Index): Local<'v128'> => {
    if (typeof k !== 'number') {
      throw new Error('Lanes in locals have no index at run time: use `each`.');
    }
    return variables[k];
  };
  return {
    size: variables.length,
    each(body) {
      for (let k = 0; k < variables.length; k++) {
        body(k);
      }
    },
    get: at,
    set: (k, value) => f.set(at(k), value),
  };
}
