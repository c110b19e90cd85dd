/**
 * Cells straight from the bytes of a plain file, sixteen bytes at a time: where each ends, and what the short numbers are.
 *
 * ```
 *   bytes of a cell     - 1 2 . 3 4 5 6 , …          a delimiter or the line's end ends it
 *   digits, to the right  0 … 0 1 2 3 4 5 6 0        the point is left out; a zero behind where there was one
 *   pairs, fours, eights  │12│34│56│ ─▶ │12│3456│ ─▶ 1234560 ─▶ ÷ −10⁵
 * ```
 *
 * Up to fifteen digits, a zero included, and a power of ten that float64 holds exactly: one division rounds correctly, as JavaScript's Number does. All other
 * cells are handed on with their places: text, missing ones, exponents, spaces, more digits.
 */
import { f64, f64x2, i8x16, i16x8, i32, i32x4, type Local, ModuleBuilder, pageSize, v128 } from '../assembler';
import { powersOfTen } from './cells';

const [tab, lineFeed, carriageReturn, space, quote, minus, point, zero] = [9, 10, 13, 32, 34, 45, 46, 48];

/** Bytes that are looked at together. */
const width = 16;

/** Addresses of what a run leaves behind, and of the divisors: ten to the power of 0 to 15, then the negatives of those. */
const [atAddress, rowAddress, columnAddress, otherAddress, divisorsAddress] = [0, 4, 8, 12, 64];
const divisors = [...powersOfTen.slice(0, width), ...powersOfTen.slice(0, width).map((power) => -power)];

/** What a cell that is handed on takes: its row, its column, its first byte and the one behind its last. */
export const otherLength = 4;

export interface CellKernel {
  /** Where the bytes go, from the beginning of a cell on. */
  readonly input: Uint8Array;
  /** Most rows of a run. */
  readonly rows: number;
  /** Of each row that began in a run its first byte, in `input`. */
  readonly starts: Int32Array;
  /** Numbers `[columns, rows]`. */
  readonly numbers: Float64Array;
  /** Cells handed on, in their order. */
  readonly others: Int32Array;
  /** Whether cells of a column are to be read as numbers; at first none are. */
  expectNumbers(column: number, expected: boolean): void;
  /**
   * Reads on from `column` of the first row, while cells end within the first `length` bytes and at most `rows` rows. The last of these
   * bytes must not be a carriage return. Undefined where something is odd: a quote, a letter that is not ASCII, a row of another length.
   */
  run(length: number, column: number, rows: number): CellRun | undefined;
}

export interface CellRun {
  /** Where it stopped: a byte of the input, and a cell's place. */
  readonly byte: number;
  readonly row: number;
  readonly column: number;
  /** How many cells were handed on. */
  readonly others: number;
}

/** For pieces of up to `size` bytes. */
export function makeCellKernel(columns: number, delimiter: number, size: number): CellKernel {
  // As a rule a cell takes a byte at least, and its end another; no piece ends in the middle of the only row there is room for.
  const rows = Math.max(2, Math.floor(size / 2 / columns) + 1);
  let end = divisorsAddress + divisors.length * 8;
  const room = (bytes: number): number => {
    const address = end;
    end = Math.ceil((end + bytes) / width) * width;
    return address;
  };
  const places: Places = {
    columns: room(columns * 4),
    starts: room(rows * 4),
    numbers: room(columns * rows * 8),
    // A cell may be empty, but each has an end.
    others: room(size * otherLength * 4),
    input: room(size + width),
  };
  const pages = Math.ceil(end / pageSize);
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
  const module = emitModule({ columns, delimiter, places }, pages);
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  const run = exports.run as (from: number, end: number, column: number, rows: number) => number;
  const { buffer } = memory;
  const state = new Int32Array(buffer, 0, 4);
  new Float64Array(buffer, divisorsAddress, divisors.length).set(divisors);
  const columnPlaces = new Int32Array(buffer, places.columns, columns);
  return {
    input: new Uint8Array(buffer, places.input, size),
    rows,
    starts: new Int32Array(buffer, places.starts, rows),
    numbers: new Float64Array(buffer, places.numbers, columns * rows),
    others: new Int32Array(buffer, places.others, size * otherLength),
    expectNumbers(column, expected) {
      columnPlaces[column] = expected ? places.numbers + column * rows * 8 : 0;
    },
    run(length, column, most) {
      if (run(places.input, places.input + length, column, Math.min(rows, most)) === 0) return undefined;
      const [byte, row, nextColumn, others] = state;
      return { byte, row, column: nextColumn, others };
    },
  };
}

interface Places {
  /** Where each column's numbers go; 0 for columns without. */
  readonly columns: number;
  readonly starts: number;
  readonly numbers: number;
  readonly others: number;
  readonly input: number;
}

interface Shape {
  readonly columns: number;
  readonly delimiter: number;
  readonly places: Places;
}

type Runner = ReturnType<typeof runner>;
type Label = Parameters<Runner['branch']>[0];

const runner = (module: ModuleBuilder) =>
  module.function('run', { parameters: { at: 'i32', end: 'i32', column: 'i32', rows: 'i32' } as const, result: 'i32' });

/** One function: a call in its loop, however rare, would have every vector constant put aside and fetched again for each cell. */
function emitModule(shape: Shape, pages: number): WebAssembly.Module {
  const module = new ModuleBuilder();
  const f = runner(module);
  const { places, columns, delimiter } = shape;
  const { at, column, rows } = f.p;
  const last = columns - 1;
  const [row, write, target, byte] = [f.local('i32'), f.local('i32'), f.local('i32'), f.local('i32')];
  const part: CellPart = { first: f.local('i32'), bytes: f.local('v128'), end: f.local('i32'), behind: f.local('i32') };
  const { first, behind } = part;
  const offset = (address: Local<'i32'>) => i32.sub(address, places.input);
  const giveUp = () => f.return(i32.const(0));
  f.set(write, i32.const(places.others));
  f.block((exit) =>
    f.loop((again) => {
      f.if(i32.eqz(column), () => {
        f.branchIf(exit, i32.ge_s(row, rows));
        emitBlankLines(f, shape, exit);
        f.storeI32(i32.shl(row, 2), offset(at), places.starts);
      });
      emitCellEnd(f, shape, exit, part);
      f.block((done) => {
        f.block((other) => {
          f.set(target, i32.load(i32.shl(column, 2), places.columns));
          f.branchIf(other, i32.eqz(target));
          // Longer ones are handed on.
          f.branchIf(other, i32.ne(first, at));
          const number = emitNumber(f, other, part);
          f.storeF64(i32.add(target, i32.shl(row, 3)), number);
          f.branch(done);
        });
        emitOddities(f, part);
        f.storeI32(write, row);
        f.storeI32(write, column, 4);
        f.storeI32(write, offset(at), 8);
        f.storeI32(write, offset(behind), 12);
        f.increase(write, otherLength * 4);
      });
      f.set(byte, i32.load8_u(behind));
      f.set(at, i32.add(behind, 1));
      f.if(
        i32.eq(byte, delimiter),
        () => {
          f.increase(column, 1);
          f.if(i32.gt_s(column, last), giveUp);
        },
        () => {
          f.if(i32.ne(column, last), giveUp);
          f.if(i32.eq(byte, carriageReturn), () => {
            f.if(i32.ne(i32.load8_u(at), lineFeed), giveUp);
            f.increase(at, 1);
          });
          f.set(column, i32.const(0));
          f.increase(row, 1);
        },
      );
      f.branch(again);
    }),
  );
  const none = i32.const(0);
  f.storeI32(none, offset(at), atAddress);
  f.storeI32(none, row, rowAddress);
  f.storeI32(none, column, columnAddress);
  f.storeI32(none, i32.shr_u(i32.sub(write, places.others), 4), otherAddress);
  f.return(i32.const(1));
  return new WebAssembly.Module(module.build(pages));
}

/** Goes past lines in which nothing but white space stands, in one cell; leaves where they do not end within the input. */
function emitBlankLines(f: Runner, { delimiter }: Shape, exit: Label): void {
  const { at, end } = f.p;
  const byte = f.local('i32');
  const look = f.local('i32');
  f.block((text) =>
    f.loop((nextLine) => {
      f.branchIf(exit, i32.ge_u(at, end));
      f.set(look, at);
      f.block((lineEnd) =>
        f.loop((nextByte) => {
          f.set(byte, i32.load8_u(look));
          f.branchIf(text, i32.gt_u(byte, space));
          f.branchIf(lineEnd, i32.eq(byte, lineFeed));
          f.branchIf(text, i32.eq(byte, delimiter));
          const white = i32.le_u(i32.sub(byte, tab), carriageReturn - tab);
          f.branchIf(text, i32.eqz(i32.or(i32.eq(byte, space), white)));
          f.increase(look, 1);
          f.branchIf(exit, i32.ge_u(look, end));
          f.branch(nextByte);
        }),
      );
      f.set(at, i32.add(look, 1));
      f.branch(nextLine);
    }),
  );
}

interface CellPart {
  /** Address of the sixteen bytes in which the cell ends, and these bytes. */
  readonly first: Local<'i32'>;
  readonly bytes: Local<'v128'>;
  /** A bit for the place among them at which it ends, and the address of that place: of a delimiter, or of the line's end. */
  readonly end: Local<'i32'>;
  readonly behind: Local<'i32'>;
}

function emitCellEnd(f: Runner, { delimiter }: Shape, exit: Label, part: CellPart): void {
  const { at, end: inputEnd } = f.p;
  const { first, bytes, end, behind } = part;
  const ends = f.local('i32');
  f.set(first, at);
  f.block((found) =>
    f.loop((further) => {
      f.set(bytes, v128.load(first));
      const lineEnds = v128.or(i8x16.eq(bytes, lineFeed), i8x16.eq(bytes, carriageReturn));
      f.set(ends, i8x16.bitmask(v128.or(i8x16.eq(bytes, delimiter), lineEnds)));
      f.branchIf(found, ends);
      f.branchIf(exit, i32.ge_u(i32.add(first, width), inputEnd));
      f.set(end, i32.const(1 << width));
      emitOddities(f, part);
      f.increase(first, width);
      f.branch(further);
    }),
  );
  f.set(end, i32.and(ends, i32.sub(0, ends)));
  f.set(behind, i32.add(first, i32.ctz(ends)));
  // What stands behind the input is left from before.
  f.branchIf(exit, i32.ge_u(behind, inputEnd));
}

/** Gives up where a quote or a part of a letter that is not ASCII stands in this part of a cell. */
function emitOddities(f: Runner, { bytes, end }: CellPart): void {
  const odd = i8x16.bitmask(v128.or(bytes, i8x16.eq(bytes, quote)));
  f.if(i32.and(odd, i32.sub(end, 1)), () => f.return(i32.const(0)));
}

/** The number of a cell that ends within its first sixteen bytes; leaves where it is none, or not so simple. */
function emitNumber(f: Runner, other: Label, { bytes, end, behind }: CellPart) {
  const { at } = f.p;
  const length = f.let(i32.sub(behind, at));
  // 1 for a minus, else 0.
  const negative = f.let(i32.shr_u(i32.sub(i32.xor(i32.load8_u(at), minus), 1), 31));
  const values = f.let(i8x16.sub(bytes, zero));
  const isDigit = f.let(i8x16.lt_u(values, 10));
  // One bit a byte, of those behind the sign.
  const inside = f.let(i32.sub(i32.sub(end, 1), negative));
  const digits = f.let(i32.and(i8x16.bitmask(isDigit), inside));
  const points = f.let(i32.and(i8x16.bitmask(i8x16.eq(bytes, point)), inside));
  f.branchIf(other, i32.or(i32.xor(i32.or(digits, points), inside), i32.and(points, i32.sub(points, 1))));
  f.branchIf(other, i32.eqz(digits));
  // Where there is no point, it is as if one stood behind the last digit. The digits come to the right: for each lane the place that it
  // is taken from, one further to the left up to the point, which is no digit and gives a zero behind all others. None lies before −16.
  const pointAt = f.let(i32.ctz(i32.or(points, end)));
  const shifted = f.let(i8x16.add(v128.const8(lanes((lane) => lane)), i8x16.splat(i32.sub(length, width - 1))));
  const places = i8x16.add(shifted, i8x16.le_s(shifted, i8x16.splat(pointAt)));
  const ordered = f.let(i8x16.swizzle(v128.and(values, isDigit), places));
  const pairs = i16x8.add(i16x8.mul(v128.and(ordered, v128.const16(Array(8).fill(255))), 10), i16x8.shr_u(ordered, 8));
  const fours = f.let(i32x4.dot_i16x8_s(pairs, v128.const16(alternating(100))));
  const eights = i32x4.dot_i16x8_s(i16x8.narrow_i32x4_s(fours, fours), v128.const16(alternating(10000)));
  const halves = f.let(f64x2.convert_low_i32x4_s(eights));
  const whole = f64.add(f64.mul(f64x2.extract_lane(halves, 0), 1e8), f64x2.extract_lane(halves, 1));
  // A negative divisor gives zero its sign, too.
  const divisor = i32.shl(i32.add(i32.sub(length, pointAt), i32.shl(negative, 4)), 3);
  return f64.div(whole, f64.load(divisor, divisorsAddress));
}

const lanes = (of: (lane: number) => number): number[] => Array.from({ length: width }, (_, lane) => of(lane));
const alternating = (factor: number): number[] => Array.from({ length: 8 }, (_, lane) => (lane % 2 === 0 ? factor : 1));
