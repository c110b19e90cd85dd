/** Hands out a program's WebAssembly memory. Addresses are in bytes, lengths in numbers. */

/** Bytes behind the end of every region, since vectors are read and written whole. */
const slack = 64;
export const alignment = 64;

/** Numbers of one kind for a batch: row-major `[rows, size]`, in float32. */
export interface BatchBuffer {
  readonly address: number;
  /** Numbers of one sample. */
  readonly size: number;
}

/** Consecutive float32 numbers. */
export interface Region {
  readonly address: number;
  readonly length: number;
}

/**
 * Hands out memory from front to back. Memory begins as zeros, and pages that are never touched cost nothing.
 */
export class Arena {
  #end: number;

  constructor(first: number) {
    this.#end = first;
  }

  /** Bytes handed out so far. */
  get end(): number {
    return this.#end;
  }

  floats(length: number): Region {
    return { address: this.bytes(length * 4), length };
  }

  bytes(length: number): number {
    const address = Math.ceil(this.#end / alignment) * alignment;
    this.#end = address + length + slack;
    return address;
  }
}
