/** The bytes that data are read from: held in memory, or piece by piece from a file that is never held whole. */

export interface DataBytes {
  /** How many there are. */
  readonly length: number;
  /** All of them, where they are in memory anyway. */
  readonly held?: Uint8Array;
  /** Fills `target` with the bytes from `offset` on, which must be there. Throws an `UnreadableError` where they no longer are. */
  read(target: Uint8Array, offset: number): void;
  /** Nothing is read any more. */
  close(): void;
}

/** A file that could be opened cannot be read to its end; the message is a sentence for the person. */
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

/** All but the first `count`. */
export function bytesBehind(bytes: DataBytes, count: number): DataBytes {
  return {
    length: bytes.length - count,
    held: bytes.held?.subarray(count),
    read: (target, offset) => bytes.read(target, offset + count),
    close: () => bytes.close(),
  };
}

/** With one more at the end where that is another. There must be some. */
export function bytesClosedBy(end: number, bytes: DataBytes): DataBytes {
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

/** The bytes in their order, at most `size` at a time. What is given may be overwritten with the next piece. */
export function* piecesOf(bytes: DataBytes, size: number): Generator<Uint8Array, void> {
  const { held, length } = bytes;
  const room = new Uint8Array(held ? 0 : Math.min(size, length));
  for (let from = 0; from < length; from += size) {
    const piece = held ? held.subarray(from, from + size) : room.subarray(0, length - from);
    if (!held) {
      bytes.read(piece, from);
    }
    yield piece;
  }
}

/** All bytes in memory; no copy where they are there. */
export function wholeOf(bytes: DataBytes): Uint8Array {
  if (bytes.held) {
    return bytes.held;
  }
  const whole = new Uint8Array(bytes.length);
  bytes.read(whole, 0);
  return whole;
}
