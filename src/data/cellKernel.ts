/**
 * Reads cells from the bytes of a plain file, sixteen bytes at a time: first the end of every cell, then the
 * short numbers.
 *
 * ```
 *   bytes of a cell     - 1 2 . 3 4 5 6 , …          a delimiter or a line feed ends it
 *   digits, to the right  0 … 0 1 2 3 4 5 6 0        the point is removed; a zero is appended in its place
 *   pairs, fours, eights  │12│34│56│ ─▶ │12│3456│ ─▶ 1234560 ─▶ ÷ −10⁵
 * ```
 *
 * The digits (up to fifteen, with the appended zero) and the power of ten are exact in float64, so one
 * division rounds correctly, as JavaScript's `Number` does. All other cells are left to the caller, with
 * their places: text, missing cells, exponents, spaces, more digits.
 */
import {
  f64,
  f64x2,
  i8x16,
  i16x8,
  i32,
  i32x4,
  i64,
  type Local,
  ModuleBuilder,
  pageSize,
  select,
  v128,
} from '../assembler';
import { powersOfTen } from './cells';

const [tab, lineFeed, carriageReturn, space, minus, zero] = [9, 10, 13, 32, 45, 48];

/** Bytes per vector; bytes per search for ends of cells; ends that are stored per iteration. */
const [width, block, endsAtOnce] = [16, 64, 4];

/**
 * Addresses of a run's results, and of the divisors: ten to the power of 0 to 15, then the same numbers
 * negated.
 */
const [atAddress, rowAddress, columnAddress, otherAddress, divisorsAddress] = [0, 4, 8, 12, 64];
const divisors = [...powersOfTen.slice(0, width), ...powersOfTen.slice(0, width).map((power) => -power)];

/**
 * Shuffles of a cell's bytes: a vector for each length up to 15 and each place of the point. See `orders`.
 */
const ordersAddress = divisorsAddress + divisors.length * 8;
const ordersSize = width * width * width;
/** `1 << n` for each length n, one per vector. */
const bitsAddress = ordersAddress + ordersSize;
const vectorsAddress = bitsAddress + width * width;

/** Numbers per cell left to the caller: row, column, offset of its first byte, offset after its last. */
export const otherLength = 4;

export interface CellKernel {
  /** The caller writes bytes here; the first one begins a cell. */
  readonly input: Uint8Array;
  /** Maximum number of rows per run. */
  readonly rows: number;
  /** Offset in the file of each row that began in the run. */
  readonly starts: Int32Array;
  /** Numbers `[columns, rows]`. */
  readonly numbers: Float64Array;
  /** Cells left to the caller, in their order. */
  readonly others: Int32Array;
  /** Whether the cells of a column are read as numbers; false by default. */
  expectNumbers(column: number, expected: boolean): void;
  /**
   * Reads the cells that end within the first `length` bytes, at most `rows` rows, from `column` of the first
   * row on. `origin` is the offset in the file of the first byte. Undefined if a row has another number of
   * cells, or a blank line may be longer than a vector.
   */
  run(length: number, column: number, rows: number, origin: number): CellRun | undefined;
}

export interface CellRun {
  /** Offset in the input of the next cell. */
  readonly byte: number;
  readonly row: number;
  readonly column: number;
  /** Number of cells left to the caller. */
  readonly others: number;
}

/** Bytes with a meaning. */
export interface Signs {
  readonly delimiter: number;
  /** The decimal sign. */
  readonly point: number;
}

/** `size` is the maximum number of bytes per run. */
export function makeCellKernel(columns: number, signs: Signs, size: number): CellKernel {
  // A cell usually takes a byte and its delimiter another. With two rows or more every run makes progress.
  const rows = Math.max(2, Math.floor(size / 2 / columns) + 1);
  const { delimiter } = signs;
  const vectors = vectorsOf(signs);
  let end = vectorsAddress + Object.keys(vectors).length * width;
  const room = (bytes: number): number => {
    const address = end;
    end = Math.ceil((end + bytes) / width) * width;
    return address;
  };
  const places: Places = {
    columns: room(columns * 4),
    starts: room(rows * 4),
    numbers: room(columns * rows * 8),
    // Every cell takes at least one byte, that of its end.
    others: room(size * otherLength * 4),
    ends: room((size + endsAtOnce) * 4),
    input: room(size + block),
  };
  const pages = Math.ceil(end / pageSize);
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
  const module = emitModule({ columns, delimiter, places, vectors }, pages);
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  const run = exports.run as (from: number, end: number, column: number, rows: number, file: number) => number;
  const { buffer } = memory;
  const state = new Int32Array(buffer, 0, 4);
  new Float64Array(buffer, divisorsAddress, divisors.length).set(divisors);
  new Int8Array(buffer, ordersAddress, ordersSize).set(orders());
  const bits = new Int32Array(buffer, bitsAddress, width * 4);
  for (let length = 0; length < width; length++) {
    bits[length * 4] = 1 << length;
  }
  new Int16Array(buffer, vectorsAddress).set(Object.values(vectors).flat());
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
    run(length, column, most, origin) {
      const { input } = places;
      if (run(input, input + length, column, Math.min(rows, most), input - origin) === 0) {
        return undefined;
      }
      const [byte, row, nextColumn, others] = state;
      return { byte, row, column: nextColumn, others };
    },
  };
}

interface Places {
  /** Addresses of the columns' numbers; 0 for columns that are not read as numbers. */
  readonly columns: number;
  readonly starts: number;
  readonly numbers: number;
  readonly others: number;
  /** Addresses of the delimiters and line feeds in the input. */
  readonly ends: number;
  readonly input: number;
}

interface Shape {
  readonly columns: number;
  readonly delimiter: number;
  readonly places: Places;
  readonly vectors: ReturnType<typeof vectorsOf>;
}

type Runner = ReturnType<typeof runner>;
type Label = Parameters<Runner['branch']>[0];

/** `file` is the address that the file's first byte would have if all of it were in memory. */
const runner = (module: ModuleBuilder) =>
  module.function('run', {
    parameters: { at: 'i32', end: 'i32', column: 'i32', rows: 'i32', file: 'i32' } as const,
    result: 'i32',
  });

/**
 * Constant vectors, as int16 lanes. They are loaded from memory once: the V8 of Node 20 builds a vector
 * constant again at every use, in three instructions.
 */
function vectorsOf({ delimiter, point }: Signs) {
  const all = (value: number): number[] => Array(8).fill(value);
  const bytes = (value: number): number[] => all(value * 257);
  const alternating = (factor: number): number[] => all(0).map((_, lane) => (lane % 2 === 0 ? factor : 1));
  return {
    delimiter: bytes(delimiter),
    lineFeed: bytes(lineFeed),
    point: bytes(point),
    zero: bytes(zero),
    nine: bytes(9),
    lowByte: all(255),
    ten: all(10),
    hundred: alternating(100),
    tenThousand: alternating(10000),
  };
}

type Vectors = Record<keyof Shape['vectors'], Local<'v128'>>;

/**
 * Shuffles `[length, point, lane]`: move the digits to the right end and remove the point. A zero is
 * appended, also without a point. Lanes before the first digit become 0.
 */
function orders(): Int8Array {
  const places = new Int8Array(ordersSize);
  for (let length = 0; length < width; length++) {
    for (let pointAt = 0; pointAt <= length; pointAt++) {
      for (let lane = 0; lane < width; lane++) {
        const shifted = lane + length - (width - 1);
        places[(length * width + pointAt) * width + lane] = shifted <= pointAt ? shifted - 1 : shifted;
      }
    }
  }
  return places;
}

/** Emits a single function: a call within its loop would make V8 spill all vectors for each cell. */
function emitModule(shape: Shape, pages: number): WebAssembly.Module {
  const module = new ModuleBuilder();
  const f = runner(module);
  const { places, columns, delimiter } = shape;
  const { at, column, rows, file } = f.p;
  const last = columns - 1;
  const [row, write, target, next] = [f.local('i32'), f.local('i32'), f.local('i32'), f.local('i32')];
  const cell: Cell = { bytes: f.local('v128'), length: f.local('i32'), cellEnd: f.local('i32') };
  const { bytes, length, cellEnd } = cell;
  const offset = (address: Local<'i32'>) => i32.sub(address, places.input);
  const giveUp = () => f.return(i32.const(0));
  const vectors = emitVectors(f, shape);
  const endsEnd = emitEnds(f, shape, vectors);
  f.set(write, i32.const(places.others));
  f.set(next, i32.const(places.ends));
  f.block((exit) =>
    f.loop((again) => {
      f.if(i32.eqz(column), () => {
        f.branchIf(exit, i32.ge_s(row, rows));
        f.storeI32(i32.shl(row, 2), i32.sub(at, file), places.starts);
      });
      f.branchIf(exit, i32.ge_u(next, endsEnd));
      f.set(cellEnd, i32.load(next));
      f.increase(next, 4);
      f.set(length, i32.sub(cellEnd, at));
      f.set(bytes, v128.load(at));
      f.if(
        i32.eq(i32.load8_u(cellEnd), delimiter),
        () => f.if(i32.eq(column, last), giveUp),
        () => {
          f.if(i32.eqz(column), () => emitBlankLine(f, cell, again));
          f.if(i32.ne(column, last), giveUp);
          // An empty cell has no carriage return of its own.
          const returned = i32.eq(i32.load8_u(i32.sub(cellEnd, 1)), carriageReturn);
          f.set(length, i32.sub(length, i32.and(returned, i32.ne(length, 0))));
        },
      );
      f.block((done) => {
        f.block((other) => {
          f.set(target, i32.load(i32.shl(column, 2), places.columns));
          f.branchIf(other, i32.eqz(target));
          f.branchIf(other, i32.ge_u(length, width));
          const number = emitNumber(f, other, cell, vectors);
          f.storeF64(i32.add(target, i32.shl(row, 3)), number);
          f.branch(done);
        });
        f.storeI32(write, row);
        f.storeI32(write, column, 4);
        f.storeI32(write, offset(at), 8);
        f.storeI32(write, i32.add(offset(at), length), 12);
        f.increase(write, otherLength * 4);
      });
      f.set(at, i32.add(cellEnd, 1));
      f.increase(column, 1);
      f.if(i32.gt_s(column, last), () => {
        f.set(column, i32.const(0));
        f.increase(row, 1);
      });
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

function emitVectors(f: Runner, { vectors }: Shape): Vectors {
  const load = (i: number) => f.let(v128.load(i32.const(0), vectorsAddress + i * width));
  return Object.fromEntries(Object.keys(vectors).map((name, i) => [name, load(i)])) as Vectors;
}

/**
 * Stores the addresses of all delimiters and line feeds before any cell is read, so that a cell does not
 * depend on the one before it. Returns the address after the last of them.
 */
function emitEnds(f: Runner, { places }: Shape, { delimiter, lineFeed }: Vectors): Local<'i32'> {
  const { at, end } = f.p;
  const look = f.let(at);
  const [write, into, left] = [f.let(i32.const(places.ends)), f.local('i32'), f.local('i32')];
  const found = f.local('i64');
  const bytes = f.local('v128');
  f.block((none) => {
    f.branchIf(none, i32.ge_u(look, end));
    f.loop((further) => {
      const part = (i: number) => {
        f.set(bytes, v128.load(look, i * width));
        const bits = i8x16.bitmask(v128.or(i8x16.eq(bytes, delimiter), i8x16.eq(bytes, lineFeed)));
        return i64.shl(i64.extend_i32_u(bits), i64.const(BigInt(i * width)));
      };
      f.set(found, part(0));
      for (let i = 1; i < block / width; i++) {
        f.set(found, i64.or(found, part(i)));
      }
      f.set(left, i32.sub(end, look));
      // Bytes after the input are left over from an earlier run.
      f.if(i32.lt_u(left, block), () => {
        f.set(found, i64.and(found, i64.sub(i64.shl(i64.const(1n), i64.extend_i32_u(left)), i64.const(1n))));
      });
      f.set(into, write);
      f.set(write, i32.add(write, i32.shl(i32.wrap_i64(i64.popcnt(found)), 2)));
      f.loop((more) => {
        for (let i = 0; i < endsAtOnce; i++) {
          f.storeI32(into, i32.add(look, i32.wrap_i64(i64.ctz(found))), 4 * i);
          f.set(found, i64.and(found, i64.sub(found, i64.const(1n))));
        }
        f.increase(into, 4 * endsAtOnce);
        f.branchIf(more, i32.eqz(i64.eqz(found)));
      });
      f.increase(look, block);
      f.branchIf(further, i32.lt_u(look, end));
    });
  });
  return write;
}

interface Cell {
  /** The sixteen bytes that begin with its first. */
  readonly bytes: Local<'v128'>;
  readonly length: Local<'i32'>;
  /** Address of the delimiter or line feed after it. */
  readonly cellEnd: Local<'i32'>;
}

/** Skips a line of white space. Gives up if it may be longer than a vector. */
function emitBlankLine(f: Runner, { bytes, length, cellEnd }: Cell, again: Label): void {
  const { at } = f.p;
  const white = v128.or(i8x16.eq(bytes, space), i8x16.le_u(i8x16.sub(bytes, tab), carriageReturn - tab));
  const looked = f.let(select(length, i32.const(width), i32.lt_u(length, width)));
  f.if(i32.eq(i32.or(i8x16.bitmask(white), i32.shl(-1, looked)), -1), () => {
    f.if(i32.eq(looked, width), () => f.return(i32.const(0)));
    f.set(at, i32.add(cellEnd, 1));
    f.branch(again);
  });
}

/** The number in a cell of up to fifteen bytes. Branches to `other` if it is no plain number. */
function emitNumber(f: Runner, other: Label, { bytes, length }: Cell, vectors: Vectors) {
  const { at } = f.p;
  const negative = f.let(i32.eq(i32.load8_u(at), minus));
  const values = f.let(i8x16.sub(bytes, vectors.zero));
  const isDigit = f.let(i8x16.le_u(values, vectors.nine));
  // One bit for each byte after the sign.
  const lengthRow = f.let(i32.shl(length, 4));
  const end = f.let(i32.load(lengthRow, bitsAddress));
  const inside = f.let(i32.sub(i32.sub(end, 1), negative));
  const digits = f.let(i32.and(i8x16.bitmask(isDigit), inside));
  const points = f.let(i32.and(i8x16.bitmask(i8x16.eq(bytes, vectors.point)), inside));
  f.branchIf(other, i32.or(i32.xor(i32.or(digits, points), inside), i32.and(points, i32.sub(points, 1))));
  f.branchIf(other, i32.eqz(digits));
  const pointAt = f.let(i32.ctz(i32.or(points, end)));
  const order = v128.load(i32.shl(i32.add(lengthRow, pointAt), 4), ordersAddress);
  const ordered = f.let(i8x16.swizzle(v128.and(values, isDigit), order));
  const pairs = i16x8.add(i16x8.mul(v128.and(ordered, vectors.lowByte), vectors.ten), i16x8.shr_u(ordered, 8));
  const fours = f.let(i32x4.dot_i16x8_s(pairs, vectors.hundred));
  const eights = i32x4.dot_i16x8_s(i16x8.narrow_i32x4_s(fours, fours), vectors.tenThousand);
  const halves = f.let(f64x2.convert_low_i32x4_s(eights));
  const whole = f64.add(f64.mul(f64x2.extract_lane(halves, 0), 1e8), f64x2.extract_lane(halves, 1));
  // Dividing by a negative number gives zero its sign, too.
  const divisor = i32.shl(i32.add(i32.sub(length, pointAt), i32.shl(negative, 4)), 3);
  return f64.div(whole, f64.load(divisor, divisorsAddress));
}
