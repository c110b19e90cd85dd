/** The number types of binary files. */
import type { DataBytes } from '../bytes';

export type NumberType =
  | 'bool'
  | 'int8'
  | 'uint8'
  | 'int16'
  | 'uint16'
  | 'int32'
  | 'uint32'
  | 'int64'
  | 'uint64'
  | 'float16'
  | 'float32'
  | 'float64';

/** Numbers in a type that holds each exactly. */
export type Numbers =
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | Float32Array
  | Float64Array;

/** How the bytes are laid out. Those of long whole numbers are read as halves. */
const layouts = {
  bool: Uint8Array,
  int8: Int8Array,
  uint8: Uint8Array,
  int16: Int16Array,
  uint16: Uint16Array,
  float16: Uint16Array,
  int32: Int32Array,
  uint32: Uint32Array,
  float32: Float32Array,
  int64: Float64Array,
  uint64: Float64Array,
  float64: Float64Array,
} as const satisfies Readonly<Record<NumberType, unknown>>;

/** Bytes of a number. */
export function sizeOfNumber(type: NumberType): number {
  return layouts[type].BYTES_PER_ELEMENT;
}

/** All numbers that a type can hold lie between these. Undefined for those that can be infinite. */
export function boundsOf(numbers: Numbers): { readonly low: number; readonly high: number } | undefined {
  if (numbers instanceof Float32Array || numbers instanceof Float64Array) {
    return undefined;
  }
  // Wide enough for those with a sign and for those without.
  const high = 4 * (1 << (8 * numbers.BYTES_PER_ELEMENT - 2));
  return { low: -high, high };
}

/**
 * Reads `count` numbers from `start` on. Bytes that are in memory are not copied if they can be used as they
 * are. Gives the index of the first number that float64 does not hold exactly, if there is one.
 */
export function readNumbers(
  bytes: DataBytes,
  { start, count, type, littleEndian }: { start: number; count: number; type: NumberType; littleEndian: boolean },
): Numbers | { readonly inexact: number } {
  const layout = layouts[type];
  const size = layout.BYTES_PER_ELEMENT;
  const { held } = bytes;
  const plain = size === 1 || littleEndian;
  if (held && plain && type !== 'bool' && !isLong(type) && (held.byteOffset + start) % size === 0) {
    return finished(new layout(held.buffer as ArrayBuffer, held.byteOffset + start, count), type);
  }
  const numbers = new layout(count);
  const own = new Uint8Array(numbers.buffer);
  bytes.read(own, start);
  if (!plain) {
    reverseEach(own, size);
  }
  return finished(numbers, type);
}

function isLong(type: NumberType): type is 'int64' | 'uint64' {
  return type === 'int64' || type === 'uint64';
}

function finished(numbers: Numbers, type: NumberType): Numbers | { readonly inexact: number } {
  if (isLong(type)) {
    const inexact = decodeLong(numbers as Float64Array, type);
    return inexact < 0 ? numbers : { inexact };
  }
  if (type === 'float16') {
    const wider = new Float32Array(numbers.length);
    for (let i = 0; i < wider.length; i++) {
      wider[i] = halfFloat(numbers[i]);
    }
    return wider;
  }
  return type === 'bool' ? numbers.map((byte) => (byte === 0 ? 0 : 1)) : numbers;
}

/** From the order of the file to that of the machine, which is little-endian wherever NNSpec runs. */
function reverseEach(bytes: Uint8Array, size: number): void {
  for (let from = 0; from < bytes.length; from += size) {
    for (let low = from, high = from + size - 1; low < high; low++, high--) {
      const byte = bytes[low];
      bytes[low] = bytes[high];
      bytes[high] = byte;
    }
  }
}

/** Replaces whole numbers of 64 bits, two halves of which the upper one decides the sign. */
function decodeLong(numbers: Float64Array, type: 'int64' | 'uint64'): number {
  const halves = new Uint32Array(numbers.buffer, numbers.byteOffset, 2 * numbers.length);
  for (let i = 0; i < numbers.length; i++) {
    const upper = halves[2 * i + 1];
    const value = (type === 'int64' ? upper | 0 : upper) * 2 ** 32 + halves[2 * i];
    if (Math.abs(value) > Number.MAX_SAFE_INTEGER) {
      return i;
    }
    numbers[i] = value;
  }
  return -1;
}

/** The number in the 16 bits of IEEE 754's binary16. */
function halfFloat(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 31) {
    return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  }
  const steps = exponent === 0 ? fraction : (1024 + fraction) * (1 << (exponent - 1));
  return (sign * steps) / 0x1000000;
}
