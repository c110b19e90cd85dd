/**
 * Fast path for plain files: reads rows from the bytes, without a string for each number. It gives up on
 * quotes, on characters beyond ASCII and on rows of different lengths; the library then reads the file
 * (`delimited.ts`).
 */
import { chunksOf, type DataBytes, endingWith } from './bytes';
import { type CellKernel, type CellRun, makeCellKernel, otherLength, type Signs } from './cellKernel';
import { powersOfTen } from './cells';
import { type ColumnBuilder, sharedRows } from './table';

const [lineFeed, carriageReturn, space, quote, plus, minus, zero] = [10, 13, 32, 34, 43, 45, 48];
/** The code of `e`, and the bit that distinguishes it from `E`. */
const [exponentLetter, lowerCase] = [101, 32];

/** From here on not every integer is a float64. */
const exactLimit = 2 ** 53;

/** Bytes read at a time. They fit the second-level cache together with the numbers in them. */
const usualChunk = 131072;

/** The first line; undefined if it is not plain. Unlike the rows, it may hold characters beyond ASCII. */
export function plainHeader(bytes: DataBytes): { readonly text: string; readonly length: number } | undefined {
  let before = 0;
  for (const chunk of chunksOf(bytes, usualChunk)) {
    const end = chunk.indexOf(lineFeed);
    if (end >= 0) {
      const line = new Uint8Array(before + end);
      bytes.read(line, 0);
      const text = line.includes(quote) ? '' : utf8Text(line);
      return text === '' ? undefined : { text, length: line.length };
    }
    before += chunk.length;
  }
  return undefined;
}

/** Empty if the bytes are not UTF-8, or hold another byte order mark. */
function utf8Text(bytes: Uint8Array): string {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    return text.includes('\uFEFF') ? '' : text;
  } catch {
    return '';
  }
}

/** Rows read to learn the columns' types, and rows read to estimate the number of all rows. */
const [firstRows, sampleRows] = [16, 1024];

/** If a table can have no more rows than this, its lines are counted before it is read. */
const countedRows = 1024;

/**
 * As many rows as a file of so many columns can hold at most: every cell takes a byte at least, that of its
 * end. Where these are few, a row must also have a line of its own, and so all columns can share a buffer
 * that is no longer than it must be.
 */
export function mostRows(bytes: DataBytes, columns: number): number {
  const most = Math.ceil((bytes.length + 1) / columns);
  return most > countedRows ? most : Math.max(1, Math.min(most, linesOf(bytes) - 1));
}

/** A carriage return and a line feed count as two line ends. */
function linesOf(bytes: DataBytes): number {
  let lines = 1;
  let last = 0;
  for (const chunk of chunksOf(bytes, usualChunk)) {
    for (let i = 0; i < chunk.length; i++) {
      if (chunk[i] === lineFeed || chunk[i] === carriageReturn) {
        lines++;
      }
    }
    last = chunk[chunk.length - 1];
  }
  return last === lineFeed || last === carriageReturn ? lines - 1 : lines;
}

/**
 * Reads the rows from byte `start` on into the builders, one for each column. Returns the offset of each
 * row's first byte. Undefined if the file is not plain or a cell is longer than `chunkBytes` (an even
 * number); the builders are then useless.
 */
export function readPlainRows(
  file: DataBytes,
  start: number,
  signs: Signs,
  builders: readonly ColumnBuilder[],
  chunkBytes = usualChunk,
): Int32Array | undefined {
  // The kernel expects a delimiter or line feed after every cell.
  const bytes = endingWith(lineFeed, file);
  const size = Math.min(chunkBytes, 2 * Math.ceil(bytes.length / 2));
  const kernel = makeCellKernel(builders.length, signs, size);
  const reader = new RowReader(bytes, start, builders, kernel, signs.point);
  while (reader.byte < bytes.length) {
    if (!reader.readChunk()) {
      return undefined;
    }
  }
  return reader.finish();
}

class RowReader {
  /** Offset of the next cell. */
  byte: number;
  #row = 0;
  #column = 0;
  readonly #bytes: DataBytes;
  readonly #builders: readonly ColumnBuilder[];
  readonly #kernel: CellKernel;
  /** The decimal sign. */
  readonly #point: number;
  /** Offset of each row's first byte; longer than the rows read so far. */
  #starts: Int32Array;
  /** 1 for the columns known to hold numbers. */
  readonly #holdNumbers: Uint8Array;

  constructor(bytes: DataBytes, start: number, builders: readonly ColumnBuilder[], kernel: CellKernel, point: number) {
    this.#bytes = bytes;
    this.byte = start;
    this.#builders = builders;
    this.#kernel = kernel;
    this.#point = point;
    this.#holdNumbers = new Uint8Array(builders.length);
    const most = mostRows(bytes, builders.length);
    this.#starts = new Int32Array(most <= sharedRows ? most : firstRows);
  }

  /** Reads the next chunk of the file. False if it is not plain. */
  readChunk(): boolean {
    if (this.#row === this.#starts.length) {
      this.#grow();
    }
    const { input, starts } = this.#kernel;
    for (let column = 0; column < this.#builders.length; column++) {
      this.#findNumbers(column);
    }
    const chunk = input.subarray(0, this.#bytes.length - this.byte);
    this.#bytes.read(chunk, this.byte);
    const run = this.#kernel.run(chunk.length, this.#column, this.#starts.length - this.#row, this.byte);
    // Nothing was read: a cell or a blank line is longer than a chunk.
    if (!run || run.byte === 0) {
      return false;
    }
    const [from, to] = [this.#column > 0 ? 1 : 0, run.row + (run.column > 0 ? 1 : 0)];
    if (from < to) {
      this.#starts.set(starts.subarray(from, to), this.#row + from);
    }
    this.#takeNumbers(run);
    if (!this.#takeOthers(run)) {
      return false;
    }
    this.byte += run.byte;
    this.#row += run.row;
    this.#column = run.column;
    return true;
  }

  finish(): Int32Array {
    for (const builder of this.#builders) {
      builder.setRows(this.#row);
    }
    return this.#starts.subarray(0, this.#row);
  }

  #takeNumbers(run: CellRun): void {
    const { numbers, rows } = this.#kernel;
    for (let column = 0; column < this.#holdNumbers.length; column++) {
      if (this.#holdNumbers[column] === 1) {
        const from = column < this.#column ? 1 : 0;
        const to = run.row + (column < run.column ? 1 : 0);
        this.#builders[column].write(this.#row + from, numbers, column * rows + from, column * rows + to);
      }
    }
  }

  /** Adds the cells that the kernel did not read as numbers. False if one is not plain. */
  #takeOthers({ others: count }: CellRun): boolean {
    const { input, others } = this.#kernel;
    for (let i = 0; i < count * otherLength; i += otherLength) {
      const builder = this.#builders[others[i + 1]];
      const [from, to] = [others[i + 2], others[i + 3]];
      const number = builder.holdsText ? Number.NaN : decimalOf(input, from, to, this.#point);
      builder.setRows(this.#row + others[i]);
      if (Number.isNaN(number)) {
        const text = plainText(input, from, to);
        if (text === undefined) {
          return false;
        }
        builder.addText(text);
      } else {
        builder.addNumber(number);
      }
    }
    return true;
  }

  #findNumbers(column: number): void {
    const holdsNumbers = this.#builders[column].reserve(this.#starts.length);
    this.#holdNumbers[column] = holdsNumbers ? 1 : 0;
    this.#kernel.expectNumbers(column, holdsNumbers);
  }

  /** Makes room for more rows. Their number is estimated from the rows read so far. */
  #grow(): void {
    const expected = Math.ceil((1.02 * this.#row * this.#bytes.length) / this.byte);
    const longer = new Int32Array(this.#row < sampleRows ? Math.min(sampleRows, 2 * expected) : expected + sampleRows);
    longer.set(this.#starts);
    this.#starts = longer;
    for (const [column, builder] of this.#builders.entries()) {
      builder.setRows(this.#row);
      this.#findNumbers(column);
    }
  }
}

/**
 * The number in a cell that the kernel did not read: more digits, an exponent or spaces around it. Rounded as
 * JavaScript's `Number` does; NaN if it is no number or if float64 arithmetic cannot round it exactly.
 */
function decimalOf(bytes: Uint8Array, first: number, end: number, point: number): number {
  let at = first;
  let to = end;
  while (at < to && bytes[at] === space) {
    at++;
  }
  while (to > at && (bytes[to - 1] === space || bytes[to - 1] === carriageReturn)) {
    to--;
  }
  const negative = bytes[at] === minus;
  if (negative || bytes[at] === plus) {
    at++;
  }
  const whole = at;
  let digits = 0;
  let part = -1;
  for (; at < to && digits < exactLimit; at++) {
    const digit = bytes[at] - zero;
    if (digit >>> 0 <= 9) {
      digits = digits * 10 + digit;
    } else if (bytes[at] === point && part < 0) {
      part = at + 1;
    } else {
      break;
    }
  }
  const decimals = part < 0 ? 0 : at - part;
  // Digits beyond the limit may have been rounded.
  if (at - whole - (part < 0 ? 0 : 1) === 0 || digits >= exactLimit) {
    return Number.NaN;
  }
  const exponent = at === to ? 0 : exponentOf(bytes, at, to);
  const power = exponent - decimals;
  // Both operands are exact, so one operation rounds correctly. If `power` is NaN or beyond ±22, the table
  // has no entry and the result is NaN.
  const size = power < 0 ? digits / powersOfTen[-power] : digits * powersOfTen[power];
  return negative ? -size : size;
}

/** The exponent in `e-05`; NaN for anything else and for more than three digits. */
function exponentOf(bytes: Uint8Array, from: number, to: number): number {
  let at = from;
  if ((bytes[at++] | lowerCase) !== exponentLetter) {
    return Number.NaN;
  }
  const negative = bytes[at] === minus;
  if (negative || bytes[at] === plus) {
    at++;
  }
  if (at === to || to - at > 3) {
    return Number.NaN;
  }
  let size = 0;
  for (; at < to; at++) {
    const digit = bytes[at] - zero;
    if (digit >>> 0 > 9) {
      return Number.NaN;
    }
    size = size * 10 + digit;
  }
  return negative ? -size : size;
}

/** Longer texts are decoded at once: character by character, each beginning of theirs would be a string. */
const longText = 64;

/** Undefined if it holds a quote or a byte beyond ASCII. */
function plainText(bytes: Uint8Array, from: number, to: number): string | undefined {
  for (let i = from; i < to; i++) {
    if (bytes[i] >= 128 || bytes[i] === quote) {
      return undefined;
    }
  }
  if (to - from > longText) {
    return new TextDecoder().decode(bytes.slice(from, to));
  }
  let text = '';
  for (let i = from; i < to; i++) {
    text += String.fromCharCode(bytes[i]);
  }
  return text;
}
