/** A growing buffer of bytes, with the encodings of the WebAssembly binary format. */
export class Bytes {
  #buffer = new Uint8Array(256);
  #view = new DataView(this.#buffer.buffer);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** A copy. */
  toArray(): Uint8Array<ArrayBuffer> {
    return this.#buffer.slice(0, this.#length);
  }

  /** A copy, followed by the bytes of another. */
  joinedWith(other: Bytes): Uint8Array<ArrayBuffer> {
    const joined = new Uint8Array(this.#length + other.#length);
    joined.set(this.#buffer.subarray(0, this.#length));
    joined.set(other.#buffer.subarray(0, other.#length), this.#length);
    return joined;
  }

  byte(value: number): void {
    this.#reserve(1);
    this.#buffer[this.#length++] = value;
  }

  bytes(values: ArrayLike<number>): void {
    this.#reserve(values.length);
    this.#buffer.set(values, this.#length);
    this.#length += values.length;
  }

  /** The instruction that leaves these 16 bytes as a v128. */
  vectorConstant(value: Uint8Array): void {
    this.bytes([0xfd, 12]);
    this.bytes(value);
  }

  /** The instruction that calls the function of this index. */
  call(index: number): void {
    this.byte(0x10);
    this.unsigned(index);
  }

  append(other: Bytes): void {
    this.bytes(other.#buffer.subarray(0, other.#length));
  }

  /** An unsigned number below 2³² in LEB128. */
  unsigned(value: number): void {
    let rest = value >>> 0;
    while (rest > 127) {
      this.byte((rest & 127) | 128);
      rest >>>= 7;
    }
    this.byte(rest);
  }

  /** A signed 32-bit number in LEB128. */
  signed(value: number): void {
    let rest = value | 0;
    for (;;) {
      const low = rest & 127;
      rest >>= 7;
      const done = (rest === 0 && (low & 64) === 0) || (rest === -1 && (low & 64) !== 0);
      this.byte(done ? low : low | 128);
      if (done) {
        return;
      }
    }
  }

  /** A signed 64-bit number in LEB128. */
  signed64(value: bigint): void {
    let rest = BigInt.asIntN(64, value);
    for (;;) {
      const low = Number(rest & 127n);
      rest >>= 7n;
      const done = (rest === 0n && (low & 64) === 0) || (rest === -1n && (low & 64) !== 0);
      this.byte(done ? low : low | 128);
      if (done) {
        return;
      }
    }
  }

  float32(value: number): void {
    this.#reserve(4);
    this.#view.setFloat32(this.#length, value, true);
    this.#length += 4;
  }

  float64(value: number): void {
    this.#reserve(8);
    this.#view.setFloat64(this.#length, value, true);
    this.#length += 8;
  }

  /** A name of ASCII characters, preceded by its length. */
  name(text: string): void {
    this.unsigned(text.length);
    for (let i = 0; i < text.length; i++) {
      this.byte(text.charCodeAt(i));
    }
  }

  /** The bytes of another writer, preceded by their length. */
  sized(content: Bytes): void {
    this.unsigned(content.length);
    this.append(content);
  }

  #reserve(more: number): void {
    if (this.#length + more <= this.#buffer.length) {
      return;
    }
    const larger = new Uint8Array(Math.max(this.#buffer.length * 2, this.#length + more));
    larger.set(this.#buffer);
    this.#buffer = larger;
    this.#view = new DataView(larger.buffer);
  }
}
