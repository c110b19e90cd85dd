/**
 * The fast way for plain files: rows straight from the bytes, without a text and without a string for each number. Whatever is out
 * of the ordinary makes it give up, and the library reads the file: quotes, other letters than ASCII, rows of another length.
 */
import type { Steps } from '../common/steps';
import { bytesClosedBy, type DataBytes, piecesOf } from './bytes';
import { type CellKernel, type CellRun, makeCellKernel, otherLength } from './cellKernel';
import { powersOfTen } from './cells';
import type { ColumnBuilder } from './table';

const [lineFeed, carriageReturn, space, quote, plus, minus, point, zero] = [10, 13, 32, 34, 43, 45, 46, 48];
/** The code of `e`, and what tells it from that of `E`. */
const [exponentLetter, lowerCase] = [101, 32];

/** From here on not every whole number is a float64. */
const exactLimit = 2 ** 53;

/** Bytes that are read in one go: with what is made of them they stay in the second cache. */
const usualPiece = 131072;

/** The first line as text, a byte a letter, where the file can be read this way at all. */
export function* plainHeaderSteps(bytes: DataBytes): Steps<string | undefined> {
  let before = 0;
  for (const piece of piecesOf(bytes, usualPiece)) {
    const end = piece.indexOf(lineFeed);
    if (end >= 0) {
      const line = new Uint8Array(before + end);
      bytes.read(line, 0);
      return plainText(line, 0, line.length);
    }
    before += piece.length;
    yield;
  }
  return undefined;
}

/** So many rows show what the columns hold: until then each cell takes a longer way. As many show how long rows are. */
const [firstRows, sampleRows] = [16, 1024];

/** Of a column that does not hold numbers, or not yet. */
const none = new Float64Array(0);

/**
 * Reads the rows from byte `start` on into the builders, one a column; never more than a piece of the file is held. Returns the offset of
 * each row's first byte; undefined where the file is not plain, or a cell is longer than a piece (an even number of bytes), and the
 * builders are then of no use.
 */
export function* plainRowSteps(
  file: DataBytes,
  start: number,
  delimiter: number,
  builders: readonly ColumnBuilder[],
  pieceBytes = usualPiece,
): Steps<Int32Array | undefined> {
  // Every cell has an end.
  const bytes = bytesClosedBy(lineFeed, file);
  const size = Math.min(pieceBytes, 2 * Math.ceil(bytes.length / 2));
  const kernel = makeCellKernel(builders.length, delimiter, size);
  const reader = new RowReader(bytes, start, builders, kernel);
  while (reader.byte < bytes.length) {
    if (reader.full) {
      yield* reader.makeRoom();
    }
    if (!reader.read()) {
      return undefined;
    }
    yield;
  }
  return reader.finish();
}

class RowReader {
  /** Of the cell that is read next; its row and column. */
  byte: number;
  #row = 0;
  #column = 0;
  readonly #bytes: DataBytes;
  readonly #builders: readonly ColumnBuilder[];
  readonly #kernel: CellKernel;
  /** The first byte of each row. */
  #starts = new Int32Array(firstRows);
  /** Of columns that have turned out to hold numbers: where they go, each to the index of its row. */
  readonly #numbers: Float64Array[];

  constructor(bytes: DataBytes, start: number, builders: readonly ColumnBuilder[], kernel: CellKernel) {
    this.#bytes = bytes;
    this.byte = start;
    this.#builders = builders;
    this.#kernel = kernel;
    this.#numbers = builders.map(() => none);
  }

  /** No row has room any more. */
  get full(): boolean {
    return this.#row === this.#starts.length;
  }

  /** Reads a piece of the file; false where that cannot be done in this way. */
  read(): boolean {
    const { input, starts } = this.#kernel;
    for (const column of this.#builders.keys()) {
      this.#findNumbers(column);
    }
    const piece = input.subarray(0, this.#bytes.length - this.byte);
    this.#bytes.read(piece, this.byte);
    const run = this.#kernel.run(piece.length, this.#column, this.#starts.length - this.#row, this.byte);
    // Nothing read: a cell longer than a piece, or a blank line that is.
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
      builder.reach(this.#row);
    }
    return this.#starts.subarray(0, this.#row);
  }

  #takeNumbers(run: CellRun): void {
    const { numbers, rows } = this.#kernel;
    for (const [column, target] of this.#numbers.entries()) {
      if (target === none) {
        continue;
      }
      const from = column < this.#column ? 1 : 0;
      const to = run.row + (column < run.column ? 1 : 0);
      if (from < to) {
        target.set(numbers.subarray(column * rows + from, column * rows + to), this.#row + from);
      }
    }
  }

  /** Cells that the kernel handed on, in the columns' own way; false where one is not plain. */
  #takeOthers({ others: count }: CellRun): boolean {
    const { input, others } = this.#kernel;
    for (let i = 0; i < count * otherLength; i += otherLength) {
      const builder = this.#builders[others[i + 1]];
      const [from, to] = [others[i + 2], others[i + 3]];
      const number = builder.holdsText ? Number.NaN : decimalOf(input, from, to);
      builder.reach(this.#row + others[i]);
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
    const numbers = this.#builders[column].numbers(this.#starts.length) ?? none;
    this.#numbers[column] = numbers;
    this.#kernel.expectNumbers(column, numbers !== none);
  }

  /** Until a sample has been read for that; then for as many rows as the file has if the others are as long, and some more. */
  *makeRoom(): Steps<void> {
    const expected = Math.ceil((1.02 * this.#row * this.#bytes.length) / this.byte) + sampleRows;
    const longer = new Int32Array(this.#row < sampleRows ? sampleRows : expected);
    longer.set(this.#starts);
    this.#starts = longer;
    for (const [column, builder] of this.#builders.entries()) {
      builder.reach(this.#row);
      this.#findNumbers(column);
      yield;
    }
  }
}

/**
 * The number that a cell of more digits, with an exponent or with spaces around it holds, exactly as JavaScript's Number has it; NaN
 * where it is none, or where that takes more than float64 arithmetic.
 */
function decimalOf(bytes: Uint8Array, first: number, end: number): number {
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
  const behind = part < 0 ? 0 : at - part;
  // A sum that has been rounded is beyond the limit too.
  if (at - whole - (part < 0 ? 0 : 1) === 0 || digits >= exactLimit) {
    return Number.NaN;
  }
  const exponent = at === to ? 0 : exponentOf(bytes, at, to);
  const power = exponent - behind;
  // Two numbers that float64 holds exactly, so that one operation rounds correctly. NaN finds no power.
  const size = power < 0 ? digits / powersOfTen[-power] : digits * powersOfTen[power];
  return negative ? -size : size;
}

/** Of `e-05` and its like; NaN for all else, and for more than three digits. */
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

/** Undefined where a quote or a part of a letter that is not ASCII stands in it. */
function plainText(bytes: Uint8Array, from: number, to: number): string | undefined {
  let text = '';
  for (let i = from; i < to; i++) {
    const byte = bytes[i];
    if (byte >= 128 || byte === quote) {
      return undefined;
    }
    text += String.fromCharCode(byte);
  }
  return text;
}
