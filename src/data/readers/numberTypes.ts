/** Decodes the number types of binary files. */
import { assertNever } from '../../common/assertNever';

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

const sizes: Readonly<Record<NumberType, number>> = {
  bool: 1,
  int8: 1,
  uint8: 1,
  int16: 2,
  uint16: 2,
  float16: 2,
  int32: 4,
  uint32: 4,
  float32: 4,
  int64: 8,
  uint64: 8,
  float64: 8,
};

/** Bytes of a number. */
export function sizeOfNumber(type: NumberType): number {
  return sizes[type];
}

/** Decodes `count` numbers; gives the index of the first that float64 does not hold exactly, or −1. */
export type NumberDecoder = (bytes: Uint8Array, out: Float64Array, count: number) => number;

export function numberDecoder(type: NumberType, littleEndian: boolean): NumberDecoder {
  switch (type) {
    case 'bool':
      return each((view, at) => (view.getUint8(at) === 0 ? 0 : 1), 1);
    case 'uint8':
      // The bytes of images are many.
      return (bytes, out, count) => {
        out.set(bytes.subarray(0, count));
        return -1;
      };
    case 'int8':
      return each((view, at) => view.getInt8(at), 1);
    case 'int16':
      return each((view, at) => view.getInt16(at, littleEndian), 2);
    case 'uint16':
      return each((view, at) => view.getUint16(at, littleEndian), 2);
    case 'float16':
      return each((view, at) => halfFloat(view.getUint16(at, littleEndian)), 2);
    case 'int32':
      return each((view, at) => view.getInt32(at, littleEndian), 4);
    case 'uint32':
      return each((view, at) => view.getUint32(at, littleEndian), 4);
    case 'float32':
      return each((view, at) => view.getFloat32(at, littleEndian), 4);
    case 'float64':
      return each((view, at) => view.getFloat64(at, littleEndian), 8);
    case 'int64':
    case 'uint64':
      return (bytes, out, count) => decodeLong(type, littleEndian, bytes, out, count);
    default:
      return assertNever(type);
  }
}

function each(read: (view: DataView, at: number) => number, size: number): NumberDecoder {
  return (bytes, out, count) => {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (let i = 0; i < count; i++) {
      out[i] = read(view, i * size);
    }
    return -1;
  };
}

/** Whole numbers of 64 bits, as two halves: the upper one decides the sign. */
function decodeLong(
  type: 'int64' | 'uint64',
  littleEndian: boolean,
  bytes: Uint8Array,
  out: Float64Array,
  count: number,
): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [upper, lower] = littleEndian ? [4, 0] : [0, 4];
  for (let i = 0; i < count; i++) {
    const high =
      type === 'int64' ? view.getInt32(8 * i + upper, littleEndian) : view.getUint32(8 * i + upper, littleEndian);
    const value = high * 2 ** 32 + view.getUint32(8 * i + lower, littleEndian);
    if (Math.abs(value) > Number.MAX_SAFE_INTEGER) {
      return i;
    }
    out[i] = value;
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
