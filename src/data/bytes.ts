/** The bytes of a data file: held in memory, or read chunk by chunk from a file too large to hold. */

export interface DataBytes {
  readonly length: number;
  /** All bytes, if they are in memory already. */
  readonly held?: Uint8Array;
  /** A hash that has taken the first bytes, or all, already: it goes on from there. */
  readonly hash?: { finish(all: DataBytes): string };
  /**
   * Fills `target` with the bytes from `offset` on. Throws an `UnreadableError` if they can no longer be
   * read.
   */
  read(target: Uint8Array, offset: number): void;
  close(): void;
}

/** A file was opened but cannot be read to its end. The message is a sentence for the user. */
export class UnreadableError extends Error {}

export function heldBytes(bytes: Uint8Array): DataBytes {
  return {
    length: bytes.length,
    held: bytes,
    read(target, offset) {
      target.set(bytes.subarray(offset, offset + target.length));
    },
    close() {},
  };
}

export function asDataBytes(bytes: Uint8Array | DataBytes): DataBytes {
  return bytes instanceof Uint8Array ? heldBytes(bytes) : bytes;
}

/** `length` of the bytes, from `start` on; both must lie within them. */
export function partOf(bytes: DataBytes, start: number, length: number): DataBytes {
  return {
    length,
    held: bytes.held?.subarray(start, start + length),
    read: (target, offset) => bytes.read(target, offset + start),
    close: () => bytes.close(),
  };
}

/** Appends the byte `end` unless it is the last one already. `bytes` must not be empty. */
export function endingWith(end: number, bytes: DataBytes): DataBytes {
  const { length } = bytes;
  const last = new Uint8Array(1);
  bytes.read(last, length - 1);
  if (last[0] === end) {
    return bytes;
  }
  return {
    length: length + 1,
    read(target, offset) {
      bytes.read(target.subarray(0, length - offset), offset);
      if (offset + target.length > length) {
        target[length - offset] = end;
      }
    },
    close: () => bytes.close(),
  };
}

/** Iterates over the bytes, at most `size` at a time. A chunk is valid until the next one is read. */
export function* chunksOf(bytes: DataBytes, size: number): Generator<Uint8Array, void> {
  const { held, length } = bytes;
  const buffer = new Uint8Array(held ? 0 : Math.min(size, length));
  for (let from = 0; from < length; from += size) {
    const chunk = held ? held.subarray(from, from + size) : buffer.subarray(0, length - from);
    if (!held) {
      bytes.read(chunk, from);
    }
    yield chunk;
  }
}

/** All bytes in one array; not a copy if they are in memory already. */
export function wholeOf(bytes: DataBytes): Uint8Array {
  if (bytes.held) {
    return bytes.held;
  }
  const whole = new Uint8Array(bytes.length);
  bytes.read(whole, 0);
  return whole;
}

/** Up to so many bytes are copied into one array. */
const mostHeld = 1 << 24;

/** The bytes of all parts, one after the other. Many bytes, and parts side by side, are not copied. */
export function joinedBytes(parts: readonly Uint8Array[]): DataBytes {
  const starts: number[] = [];
  let length = 0;
  for (const part of parts) {
    starts.push(length);
    length += part.length;
  }
  const [first] = parts;
  const isWhole = parts.every(
    ({ buffer, byteOffset }, i) => buffer === first.buffer && byteOffset === first.byteOffset + starts[i],
  );
  if (first && isWhole) {
    return heldBytes(new Uint8Array(first.buffer, first.byteOffset, length));
  }
  const read = (target: Uint8Array, offset: number): void => {
    let index = lastAtMost(starts, offset);
    for (let filled = 0; filled < target.length; index++) {
      const part = parts[index].subarray(offset + filled - starts[index]);
      target.set(part.subarray(0, target.length - filled), filled);
      filled += Math.min(part.length, target.length - filled);
    }
  };
  if (length > mostHeld) {
    return { length, read, close() {} };
  }
  const whole = new Uint8Array(length);
  read(whole, 0);
  return heldBytes(whole);
}

/** Index of the last number that is at most `limit`; the numbers rise. */
function lastAtMost(numbers: readonly number[], limit: number): number {
  let [low, high] = [0, numbers.length - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (numbers[middle] <= limit) {
      low = middle;
    } else {
      high = middle - 1;
    }
  }
  return low;
}
