import { Bytes } from './bytes';

/**
 * The statements of a function. Its vector constants are set once, at the function's beginning, and held in
 * locals. An engine would build an inline constant again each time, which inside a loop may cost as much as
 * the arithmetic.
 */
export class Code extends Bytes {
  readonly #newLocal: () => number;
  readonly #held = new Map<string, { readonly value: Uint8Array; readonly local: number }>();
  /** Indices of the functions that it calls. */
  readonly called = new Set<number>();

  /** `newLocal` gives the index of a new v128 local. */
  constructor(newLocal: () => number) {
    super();
    this.#newLocal = newLocal;
  }

  override vectorConstant(value: Uint8Array): void {
    // A zero costs nothing.
    if (value.every((byte) => byte === 0)) {
      super.vectorConstant(value);
      return;
    }
    const key = String.fromCharCode(...value);
    const held = this.#held.get(key) ?? { value, local: this.#newLocal() };
    this.#held.set(key, held);
    this.byte(0x20);
    this.unsigned(held.local);
  }

  override call(index: number): void {
    this.called.add(index);
    super.call(index);
  }

  /** The code that sets the constants. */
  prologue(): Bytes {
    const bytes = new Bytes();
    for (const { value, local } of this.#held.values()) {
      bytes.vectorConstant(value);
      bytes.byte(0x21);
      bytes.unsigned(local);
    }
    return bytes;
  }
}
