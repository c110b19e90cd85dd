/** Reads bytes one after the other, never beyond their end. */

/** The bytes are not what they should be. */
export class DamagedError extends Error {}

/** Throws if the bytes are not what they should be. */
export function expect(isSo: boolean | undefined): asserts isSo {
  if (!isSo) {
    throw new DamagedError('the bytes are not what they should be');
  }
}

export class Cursor {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get left(): number {
    return this.#bytes.length - this.#at;
  }

  byte(): number {
    expect(this.left > 0);
    return this.#bytes[this.#at++];
  }

  /** The next bytes, not copied. */
  take(length: number): Uint8Array {
    expect(length >= 0 && length <= this.left);
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }

  /** Four bytes, the highest first. */
  uint32BigEndian(): number {
    const [a, b, c, d] = this.take(4);
    return 2 ** 24 * a + 2 ** 16 * b + 2 ** 8 * c + d;
  }
}
