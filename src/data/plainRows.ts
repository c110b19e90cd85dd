/**
 * The fast way for plain files: rows straight from the bytes, without a text and without a string for each number. Whatever is out
 * of the ordinary makes it give up, and the library reads the file: quotes, other letters than ASCII, rows of another length.
 */
import { powersOfTen } from './cells';
import type { ColumnBuilder } from './table';

const [tab, lineFeed, carriageReturn, space, quote, minus, point, zero] = [9, 10, 13, 32, 34, 45, 46, 48];

/** More digits than these may not be exact in a float64, or their power of ten may not be. */
const mostDigits = 15;
/** As many digits as 32 bits hold whatever they are. */
const digitsOfWord = 9;

/** The first line as text, where the file can be read this way at all. */
export function plainHeader(bytes: Uint8Array): string | undefined {
  const end = bytes.indexOf(lineFeed);
  if (end < 0) return undefined;
  for (let i = 0; i < end; i++) if (isOdd(bytes[i])) return undefined;
  return asciiOf(bytes, 0, end);
}

/**
 * Reads the rows behind the first line into the builders, one a column. Returns the offset of each row's first byte; undefined where
 * the file is not plain, and the builders are then of no use.
 */
export function readPlainRows(
  file: Uint8Array,
  delimiter: number,
  builders: readonly ColumnBuilder[],
): Int32Array | undefined {
  // Behind a line feed no loop over a cell runs on, so that none has to look for the file's end.
  const bytes = file[file.length - 1] === lineFeed ? file : withLineFeed(file);
  const { length } = bytes;
  const view = new DataView(bytes.buffer, bytes.byteOffset, length);
  const last = builders.length - 1;
  let room = 1024;
  let starts = new Int32Array(room);
  /** Of columns that have turned out to hold numbers: where their rows' numbers go. */
  const numbers: (Float64Array | undefined)[] = builders.map(() => undefined);
  let row = 0;
  let at = bytes.indexOf(lineFeed) + 1;
  while (at < length) {
    if (bytes[at] <= space) {
      const end = endOfBlankLine(bytes, at, delimiter);
      if (end >= 0) {
        at = end + 1;
        continue;
      }
    }
    if (row === room) {
      room = Math.ceil((1.02 * row * length) / at) + 1024;
      starts = grown(starts, room);
      for (let column = 0; column <= last; column++) {
        if (numbers[column] === undefined) continue;
        builders[column].reach(row);
        numbers[column] = builders[column].numbers(room);
      }
    }
    starts[row] = at;
    for (let column = 0; column <= last; column++) {
      const first = at;
      // 1 for a minus, else 0, without a branch that goes either way for every second number.
      const negative = ((bytes[at] ^ minus) - 1) >>> 31;
      at += negative;
      // Integer arithmetic has half the latency of floats. More than nine digits wrap around, and are read again.
      const from = at;
      let digits = 0;
      let digit = bytes[at] - zero;
      while (digit >>> 0 <= 9) {
        digits = (Math.imul(digits, 10) + digit) | 0;
        digit = bytes[++at] - zero;
      }
      let count = at - from;
      let behind = 0;
      if (digit === point - zero) {
        digit = bytes[++at] - zero;
        const part = at;
        const four = at + 4 <= length ? fourDigits(view.getInt32(at, true)) : -1;
        if (four >= 0) {
          digits = (Math.imul(digits, 10000) + four) | 0;
          at += 4;
          digit = bytes[at] - zero;
        }
        while (digit >>> 0 <= 9) {
          digits = (Math.imul(digits, 10) + digit) | 0;
          digit = bytes[++at] - zero;
        }
        behind = at - part;
        count += behind;
      }
      const end = at;
      if (column === last && bytes[at] === carriageReturn) at++;
      const own = numbers[column];
      if (bytes[at] === (column === last ? lineFeed : delimiter) && count > 0 && count <= mostDigits) {
        // Both are exact in float64, so that one division rounds correctly, as `parseNumber` has it.
        const whole = count <= digitsOfWord ? digits : longDigits(bytes, from, end);
        const size = behind === 0 ? whole : whole / powersOfTen[behind];
        const value = size * (1 - 2 * negative);
        if (own !== undefined) {
          own[row] = value;
          at++;
          continue;
        }
        if (!builders[column].holdsText) {
          builders[column].addNumber(value);
          numbers[column] = builders[column].numbers(starts.length);
          at++;
          continue;
        }
      }
      at = endOfCell(bytes, first, delimiter);
      // A row that is too short or too long is the library's to tell.
      if (at < 0 || bytes[at] !== (column === last ? lineFeed : delimiter)) return undefined;
      if (own !== undefined) builders[column].reach(row);
      builders[column].addText(asciiOf(bytes, first, at));
      at++;
    }
    row++;
  }
  for (const [column, builder] of builders.entries()) if (numbers[column] !== undefined) builder.reach(row);
  return starts.slice(0, row);
}

/** The number that four bytes, the first the lowest, spell in digits; -1 where one of them is no digit. All four are looked at together. */
function fourDigits(word: number): number {
  const odd = (word & 0xf0f0f0f0) ^ 0x30303030;
  const beyondNine = ((word + 0x06060606) & 0xf0f0f0f0) ^ 0x30303030;
  if ((odd | beyondNine) !== 0) return -1;
  // Tens and ones of the two pairs, then hundreds and the rest.
  const pairs = (Math.imul(word & 0x0f0f0f0f, 10 * 256 + 1) >>> 8) & 0x00ff00ff;
  return Math.imul(pairs, 100 * 65536 + 1) >>> 16;
}

/** Up to 15 digits, with a point among them that does not count. */
function longDigits(bytes: Uint8Array, from: number, to: number): number {
  let digits = 0;
  for (let at = from; at < to; at++) if (bytes[at] !== point) digits = digits * 10 + (bytes[at] - zero);
  return digits;
}

/** The end of the line that begins at `from` where nothing but white space stands in it, in one cell; else -1. */
function endOfBlankLine(bytes: Uint8Array, from: number, delimiter: number): number {
  for (let at = from; ; at++) {
    const byte = bytes[at];
    if (byte === lineFeed) return at;
    if (byte === delimiter || (byte !== space && (byte < tab || byte > carriageReturn))) return -1;
  }
}

/** A quote, or part of a letter that is not ASCII. */
function isOdd(byte: number): boolean {
  return byte >= 128 || byte === quote;
}

/** The delimiter or line feed behind the cell that begins at `from`; -1 where something odd stands in the cell. */
function endOfCell(bytes: Uint8Array, from: number, delimiter: number): number {
  let at = from;
  while (bytes[at] !== delimiter && bytes[at] !== lineFeed) {
    if (isOdd(bytes[at])) return -1;
    at++;
  }
  return at;
}

function asciiOf(bytes: Uint8Array, from: number, to: number): string {
  let text = '';
  for (let i = from; i < to; i++) text += String.fromCharCode(bytes[i]);
  return text;
}

function grown(values: Int32Array, length: number): Int32Array<ArrayBuffer> {
  const longer = new Int32Array(length);
  longer.set(values);
  return longer;
}

function withLineFeed(bytes: Uint8Array): Uint8Array {
  const closed = new Uint8Array(bytes.length + 1);
  closed.set(bytes);
  closed[bytes.length] = lineFeed;
  return closed;
}
