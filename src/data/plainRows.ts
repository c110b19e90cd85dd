/**
 * The fast way for plain files: rows straight from the bytes, without a text and without a string for each number. Whatever is out
 * of the ordinary makes it give up, and the library reads the file: quotes, other letters than ASCII, rows of another length.
 */
import { powersOfTen } from './cells';
import type { ColumnBuilder } from './table';

const [tab, lineFeed, carriageReturn, space, quote, plus, minus, point, zero] = [9, 10, 13, 32, 34, 43, 45, 46, 48];
/** The code of `e`, and what tells it from that of `E`. */
const [exponentLetter, lowerCase] = [101, 32];

/** As many digits as 32 bits hold whatever they are. */
const mostOfShort = 9;
/** From here on not every whole number is a float64. */
const exactLimit = 2 ** 53;
/** Powers of ten, and from 16 on their negatives: a division by those gives zero its sign. */
const signedPowers = Float64Array.from({ length: 32 }, (_, i) => (i < 16 ? powersOfTen[i] : -powersOfTen[i - 16]));

/** The first line as text, where the file can be read this way at all. */
export function plainHeader(bytes: Uint8Array): string | undefined {
  const end = bytes.indexOf(lineFeed);
  if (end < 0) return undefined;
  for (let i = 0; i < end; i++) if (isOdd(bytes[i])) return undefined;
  return asciiOf(bytes, 0, end);
}

/** How far reading has come, and where what it reads goes. */
interface Reading {
  /** Of the cell that is read next. */
  byte: number;
  row: number;
  column: number;
  /** The first byte of each row. */
  starts: Int32Array<ArrayBuffer>;
  /** Of columns that have turned out to hold numbers: where they go, each to the index of its row. */
  readonly numbers: Float64Array[];
}

/** Of a column that does not hold numbers, or not yet. */
const none = new Float64Array(0);

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
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const last = builders.length - 1;
  const reading: Reading = {
    byte: bytes.indexOf(lineFeed) + 1,
    row: 0,
    column: 0,
    starts: new Int32Array(1024),
    numbers: builders.map(() => none),
  };
  for (;;) {
    if (reading.column === 0) {
      passBlankLines(bytes, delimiter, reading);
      if (reading.byte === bytes.length) break;
      if (reading.row === reading.starts.length) makeRoom(reading, bytes.length, builders);
      reading.starts[reading.row] = reading.byte;
    }
    if (readShortNumbers(bytes, view, delimiter, reading)) continue;
    const { byte, row, column } = reading;
    const end = endOfCell(bytes, byte, delimiter);
    // A row that is too short or too long is the library's to tell.
    if (end < 0 || bytes[end] !== (column === last ? lineFeed : delimiter)) return undefined;
    const builder = builders[column];
    const number = builder.holdsText ? Number.NaN : decimalOf(bytes, byte, end);
    builder.reach(row);
    if (Number.isNaN(number)) builder.addText(asciiOf(bytes, byte, end));
    else builder.addNumber(number);
    reading.numbers[column] = builder.numbers(reading.starts.length) ?? none;
    reading.byte = end + 1;
    reading.column = column === last ? 0 : column + 1;
    if (column === last) reading.row++;
  }
  for (const builder of builders) builder.reach(reading.row);
  return reading.starts.subarray(0, reading.row);
}

function passBlankLines(bytes: Uint8Array, delimiter: number, reading: Reading): void {
  while (reading.byte < bytes.length && bytes[reading.byte] <= space) {
    const end = endOfBlankLine(bytes, reading.byte, delimiter);
    if (end < 0) return;
    reading.byte = end + 1;
  }
}

/** For as many rows as the file has if the others are as long as those so far, and some more. */
function makeRoom(reading: Reading, length: number, builders: readonly ColumnBuilder[]): void {
  const room = Math.ceil((1.02 * reading.row * length) / reading.byte) + 1024;
  reading.starts = grown(reading.starts, room);
  for (const [column, builder] of builders.entries()) {
    builder.reach(reading.row);
    reading.numbers[column] = builder.numbers(room) ?? none;
  }
}

/** A function that is called often is soon compiled as a whole, and better than in the middle of a loop: so few rows a call. */
const rowsOfCall = 16;

/**
 * Reads on while cells are short, a minus, up to nine digits and a point, and their columns are known to hold numbers. True where it
 * stops before a row, false where it stops at a cell of another kind. A large file's time goes here: only arithmetic on typed arrays.
 */
function readShortNumbers(bytes: Uint8Array, view: DataView, delimiter: number, reading: Reading): boolean {
  const { starts, numbers } = reading;
  const length = bytes.length | 0;
  const lastWord = (length - 4) | 0;
  const separator = (delimiter - zero) | 0;
  const last = (numbers.length - 1) | 0;
  const fromFirst = endOfNumbers(numbers, 0);
  let { byte, row, column } = reading;
  const lastRow = Math.min(starts.length, row + rowsOfCall);
  let until = endOfNumbers(numbers, column);
  let stopped = false;
  while (column < until) {
    // 1 for a minus, else 0, without a branch that goes either way for every second number.
    const negative = ((bytes[byte] ^ minus) - 1) >>> 31;
    const whole = (byte + negative) | 0;
    let at = whole;
    // Integer arithmetic has half the latency of floats. More than nine digits wrap around, and are read again.
    let digits = 0;
    let digit = bytes[at] - zero;
    while (digit >>> 0 <= 9) {
      digits = (Math.imul(digits, 10) + digit) | 0;
      at = (at + 1) | 0;
      digit = bytes[at] - zero;
    }
    let count = (at - whole) | 0;
    let behind = 0;
    if (digit === point - zero) {
      at = (at + 1) | 0;
      const part = at;
      const four = at <= lastWord ? fourDigits(view.getInt32(at, true)) : -1;
      if (four >= 0) {
        digits = (Math.imul(digits, 10000) + four) | 0;
        at = (at + 4) | 0;
      }
      digit = bytes[at] - zero;
      while (digit >>> 0 <= 9) {
        digits = (Math.imul(digits, 10) + digit) | 0;
        at = (at + 1) | 0;
        digit = bytes[at] - zero;
      }
      behind = (at - part) | 0;
      count = (count + behind) | 0;
    }
    if (column < last) {
      if (digit !== separator) break;
    } else {
      if (digit === carriageReturn - zero) at = (at + 1) | 0;
      if (bytes[at] !== lineFeed) break;
    }
    if ((count - 1) >>> 0 >= mostOfShort) break;
    // Both are exact in float64, so that one division rounds correctly, as `parseNumber` has it.
    numbers[column][row] = digits / signedPowers[(behind + (negative << 4)) | 0];
    byte = (at + 1) | 0;
    column = (column + 1) | 0;
    if (column > last) {
      column = 0;
      row = (row + 1) | 0;
      stopped = row === lastRow || byte === length || bytes[byte] <= space;
      if (stopped) break;
      starts[row] = byte;
      until = fromFirst;
    }
  }
  reading.byte = byte;
  reading.row = row;
  reading.column = column;
  return stopped;
}

/** The first column from `column` on that does not hold numbers, as far as is known. */
function endOfNumbers(numbers: readonly Float64Array[], column: number): number {
  let at = column;
  while (at < numbers.length && numbers[at] !== none) at++;
  return at;
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

/**
 * The number that a cell of more digits, with an exponent or with spaces around it holds, exactly as JavaScript's Number has it; NaN
 * where it is none, or where that takes more than float64 arithmetic.
 */
function decimalOf(bytes: Uint8Array, first: number, end: number): number {
  let at = first;
  let to = end;
  while (at < to && bytes[at] === space) at++;
  while (to > at && (bytes[to - 1] === space || bytes[to - 1] === carriageReturn)) to--;
  const negative = bytes[at] === minus;
  if (negative || bytes[at] === plus) at++;
  const whole = at;
  let digits = 0;
  let part = -1;
  for (; at < to && digits < exactLimit; at++) {
    const digit = bytes[at] - zero;
    if (digit >>> 0 <= 9) digits = digits * 10 + digit;
    else if (bytes[at] === point && part < 0) part = at + 1;
    else break;
  }
  const behind = part < 0 ? 0 : at - part;
  // A sum that has been rounded is beyond the limit too.
  if (at - whole - (part < 0 ? 0 : 1) === 0 || digits >= exactLimit) return Number.NaN;
  const exponent = at === to ? 0 : exponentOf(bytes, at, to);
  const power = exponent - behind;
  // Two numbers that float64 holds exactly, so that one operation rounds correctly. NaN finds no power.
  const size = power < 0 ? digits / powersOfTen[-power] : digits * powersOfTen[power];
  return negative ? -size : size;
}

/** Of `e-05` and its like; NaN for all else, and for more than three digits. */
function exponentOf(bytes: Uint8Array, from: number, to: number): number {
  let at = from;
  if ((bytes[at++] | lowerCase) !== exponentLetter) return Number.NaN;
  const negative = bytes[at] === minus;
  if (negative || bytes[at] === plus) at++;
  if (at === to || to - at > 3) return Number.NaN;
  let size = 0;
  for (; at < to; at++) {
    const digit = bytes[at] - zero;
    if (digit >>> 0 > 9) return Number.NaN;
    size = size * 10 + digit;
  }
  return negative ? -size : size;
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
