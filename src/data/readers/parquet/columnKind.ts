/** Decides whether the values of a Parquet column are numbers, dates or text, and how each is converted. */
import type { SchemaElement } from 'hyparquet';
import { parseFloat16 } from 'hyparquet/src/convert.js';

/** A value as its bytes are laid out. INT96 is a `bigint`. */
export type Raw = number | bigint | boolean | Uint8Array;

export interface ColumnKind {
  readonly holds: 'numbers' | 'dates' | 'text';
  readonly convert: (value: Raw) => number | string;
}

/** A whole number that float64 does not hold exactly. */
export class InexactError extends Error {}

/** Made once: to make one takes as long as to decode a page. */
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The kind of a column, or the name of a type that cannot be read. */
export function kindOf(element: SchemaElement): ColumnKind | string {
  const { type, num_children, repetition_type, type_length, scale = 0 } = element;
  const meaning = meaningOf(element);
  if (type === undefined || num_children) {
    return meaning === 'LIST' || meaning === 'MAP' || meaning === 'VARIANT' ? meaning : 'STRUCT';
  }
  if (repetition_type === 'REPEATED') {
    return 'LIST';
  }
  const other = meaning ?? type;
  const isPlain = meaning === undefined || meaning === 'INT' || meaning === 'NULL';
  if (meaning === 'DECIMAL' && type !== 'BOOLEAN' && scale >= 0) {
    return { holds: 'numbers', convert: (value) => decimalOf(value, scale) };
  }
  switch (type) {
    case 'BOOLEAN':
      return { holds: 'text', convert: String };
    case 'FLOAT':
    case 'DOUBLE':
      return isPlain ? { holds: 'numbers', convert: Number } : other;
    case 'INT96':
      return isPlain ? { holds: 'dates', convert: (value) => daysOfInt96(value as bigint) } : other;
    case 'INT32':
    case 'INT64': {
      if (meaning === 'DATE' || meaning === 'TIMESTAMP') {
        const perDay = meaning === 'DATE' ? 1n : 86_400n * unitsPerSecond(element);
        return { holds: 'dates', convert: (value) => daysOf(BigInt(value as number), perDay) };
      }
      if (meaning === 'UINT') {
        return { holds: 'numbers', convert: (value) => exact(unsigned(value as number | bigint)) };
      }
      return isPlain ? { holds: 'numbers', convert: (value) => exact(value as number | bigint) } : other;
    }
    case 'FIXED_LEN_BYTE_ARRAY':
      return meaning === 'FLOAT16' && type_length === 2
        ? { holds: 'numbers', convert: (value) => parseFloat16(value as Uint8Array)! }
        : other;
    case 'BYTE_ARRAY':
      return meaning === 'STRING' || meaning === 'ENUM'
        ? { holds: 'text', convert: (value) => utf8.decode(value as Uint8Array) }
        : other;
    default:
      return other;
  }
}

/** The newer of two ways to write it comes first; the older one is without bits and units here. */
function meaningOf({ logical_type, converted_type }: SchemaElement): string | undefined {
  if (logical_type?.type === 'INTEGER') {
    return logical_type.isSigned === false ? 'UINT' : 'INT';
  }
  return logical_type?.type ?? (converted_type === 'UTF8' ? 'STRING' : converted_type?.split('_')[0]);
}

function unitsPerSecond({ logical_type, converted_type }: SchemaElement): bigint {
  const unit = logical_type?.type === 'TIMESTAMP' ? logical_type.unit : converted_type?.split('_')[1];
  return { MILLIS: 1_000n, MICROS: 1_000_000n, NANOS: 1_000_000_000n }[unit as 'MILLIS'];
}

function unsigned(value: number | bigint): number | bigint {
  return typeof value === 'bigint' ? BigInt.asUintN(64, value) : value >>> 0;
}

function exact(value: number | bigint): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number)) {
    throw new InexactError();
  }
  return number;
}

/** Days with the time of day as their fraction, as in a table of text. */
function daysOf(value: bigint, perDay: bigint): number {
  const rest = BigInt.asIntN(64, value % perDay);
  const ofDay = rest < 0n ? rest + perDay : rest;
  return Number((value - ofDay) / perDay) + Number(ofDay) / Number(perDay);
}

/** The day that Julian days count from, in days since 1970-01-01. */
const julianDay = -2_440_588;
const nanosecondsPerDay = 86400 * 1e9;

/** Timestamps of older writers: nanoseconds of the day, below the day. */
function daysOfInt96(value: bigint): number {
  return Number(value >> 64n) + julianDay + Number(BigInt.asUintN(64, value)) / nanosecondsPerDay;
}

/** Up to this power, a power of ten is exact. */
const exactPower = 22;

function decimalOf(value: Raw, scale: number): number {
  const whole = value instanceof Uint8Array ? bigEndian(value) : value;
  const number = Number(whole);
  return scale <= exactPower && Number.isSafeInteger(number)
    ? number / Number(`1e${scale}`)
    : Number(`${whole}e-${scale}`);
}

function bigEndian(bytes: Uint8Array): bigint {
  const value = bytes.reduce((all, byte) => (all << 8n) | BigInt(byte), 0n);
  return BigInt.asIntN(8 * bytes.length, value);
}
