/** Messages in the encoding of Protocol Buffers: fields of a number, a kind and a value. */
import { joinBytes } from './joinBytes';

/** How a field is encoded: the lowest three bits of its key. */
const [varint, fixed64, lengthDelimited, fixed32] = [0, 1, 2, 5];

export function double(field: number, value: number): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setFloat64(0, value, true);
  return joinBytes([keyOf(field, fixed64), bytes]);
}

export function float(field: number, value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setFloat32(0, value, true);
  return joinBytes([keyOf(field, fixed32), bytes]);
}

/** A whole number of at most 53 bits. */
export function integer(field: number, value: number): Uint8Array {
  return joinBytes([keyOf(field, varint), varintOf(value)]);
}

export function text(field: number, value: string): Uint8Array {
  return message(field, [new TextEncoder().encode(value)]);
}

/** A message, or bytes. */
export function message(field: number, content: readonly Uint8Array[]): Uint8Array {
  const length = content.reduce((sum, part) => sum + part.length, 0);
  return joinBytes([keyOf(field, lengthDelimited), varintOf(length), ...content]);
}

function keyOf(field: number, encoding: number): Uint8Array {
  return varintOf(field * 8 + encoding);
}

/** Seven bits a byte, the lowest first; a negative number is that of its 64 bits. */
function varintOf(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  while (rest > 127n) {
    bytes.push(Number(rest & 127n) + 128);
    rest >>= 7n;
  }
  return Uint8Array.from([...bytes, Number(rest)]);
}

/** A field of a message: a varint or the bits of a fixed one as a number, else bytes. */
export interface Field {
  readonly field: number;
  readonly number?: bigint;
  readonly bytes?: Uint8Array;
}

/** The fields of a message; throws a `RangeError` where a length or a key lies. */
export function fieldsOf(bytes: Uint8Array): readonly Field[] {
  const fields: Field[] = [];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  const read = (): bigint => {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = view.getUint8(at++);
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) {
        return BigInt.asIntN(64, value);
      }
    }
    throw new RangeError('A number of Protocol Buffers is longer than 64 bits.');
  };
  const take = (length: number): Uint8Array => {
    if (length < 0 || length > bytes.length - at) {
      throw new RangeError('A field of Protocol Buffers is longer than its message.');
    }
    at += length;
    return bytes.subarray(at - length, at);
  };
  while (at < bytes.length) {
    const key = read();
    const field = Number(key >> 3n);
    const encoding = Number(key & 7n);
    if (encoding === varint) {
      fields.push({ field, number: read() });
    } else if (encoding === lengthDelimited) {
      fields.push({ field, bytes: take(Number(read())) });
    } else if (encoding === fixed32 || encoding === fixed64) {
      fields.push({ field, bytes: take(encoding === fixed32 ? 4 : 8) });
    } else {
      throw new RangeError(`A field of Protocol Buffers has the unknown encoding ${encoding}.`);
    }
  }
  return fields;
}

/** The varints of a packed field. */
export function packedIntegers(bytes: Uint8Array): readonly bigint[] {
  // Each is the value of a field whose key is missing.
  const values: bigint[] = [];
  let value = 0n;
  let shift = 0n;
  for (const byte of bytes) {
    value |= BigInt(byte & 127) << shift;
    shift += 7n;
    if (byte < 128) {
      values.push(BigInt.asIntN(64, value));
      value = 0n;
      shift = 0n;
    } else if (shift >= 70n) {
      throw new RangeError('A number of Protocol Buffers is longer than 64 bits.');
    }
  }
  return values;
}
