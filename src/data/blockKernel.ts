/**
 * Goes over rows of a block of numbers, a few rows at a time, and works on all their columns side by side:
 * sums are taken in the order of the rows, as they would be column by column.
 */
import {
  type FunctionBuilder,
  f32x4,
  f64x2,
  i32,
  type Local,
  ModuleBuilder,
  pageSize,
  type V128,
  v128,
} from '../assembler';
import { boundsOf, type Numbers } from './readers/numberTypes';

const cells = 1 << 14;

/** Rows that are worked on at a time, so that they stay in the cache. */
export function rowsAtOnce(width: number): number {
  return Math.max(1, Math.floor(cells / width));
}

const [double, single, vector] = [8, 4, 16];

/**
 * With x a number, and a, b and c those of its column:
 * - `summarize`: a and b become the minimum and the maximum, c the sum
 * - `differences`: b becomes the sum of x − a
 * - `squares`: b becomes the sum of (x − a)²
 * - `encode`: (x − a) / b is written to `out` in float32
 */
type Operation = 'summarize' | 'differences' | 'squares' | 'encode';
type Operations = Readonly<Record<Operation, (rows: number, out: number) => void>>;

/** Numbers `[rows, width]`. */
export interface Block {
  readonly rows: number;
  readonly width: number;
  readonly values: Numbers;
}

/** Columns of a block. */
export interface ColumnRange {
  readonly from: number;
  readonly width: number;
}

export class BlockKernel {
  readonly a: Float64Array;
  readonly b: Float64Array;
  readonly c: Float64Array;
  readonly #block: Block;
  readonly #range: ColumnRange;
  readonly #input: Float64Array;
  /** Numbers `[rows, width]` of the rows to encode. */
  readonly #encoded: Float32Array;
  /** Rows that are worked on at a time. */
  readonly #rows: number;
  readonly #operations: Operations;

  /** Up to `encoded` rows are encoded at a time: straight into the memory of the kernel, where they stay. */
  constructor(block: Block, range: ColumnRange = { from: 0, width: block.width }, encoded = 0) {
    this.#block = block;
    this.#range = range;
    const { width } = range;
    // An odd row is followed by one more number, since columns are worked on two by two.
    const even = 2 * Math.ceil(width / 2);
    const rows = Math.min(block.rows, rowsAtOnce(width));
    const places = { a: 0, b: even * double, c: 2 * even * double, input: 3 * even * double };
    const end = places.input + (rows * width + 1) * double;
    const pages = Math.ceil((end + encoded * width * single) / pageSize);
    const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
    const whole = boundsOf(block.values) !== undefined;
    const instance = new WebAssembly.Instance(emitModule(places, { width, whole, pages }), { env: { memory } });
    this.#operations = instance.exports as unknown as Operations;
    const columns = (place: number) => new Float64Array(memory.buffer, place, width);
    [this.a, this.b, this.c] = [columns(places.a), columns(places.b), columns(places.c)];
    this.#input = new Float64Array(memory.buffer, places.input, rows * width);
    this.#encoded = new Float32Array(memory.buffer, end, encoded * width);
    this.#rows = rows;
  }

  /** Over these rows of the block; default, all of them. */
  run(operation: Exclude<Operation, 'encode'>, rows?: Int32Array): void {
    this.#over(operation, rows);
  }

  /** Numbers `[rows, width]` of these rows, which the kernel has room for. Valid until the next call. */
  encode(rows: Int32Array): Float32Array {
    this.#over('encode', rows);
    return this.#encoded.subarray(0, rows.length * this.#range.width);
  }

  #over(operation: Operation, rows: Int32Array | undefined): void {
    const length = rows?.length ?? this.#block.rows;
    const [out, size] = [this.#encoded.byteOffset, this.#range.width * single];
    for (let at = 0; at < length; at += this.#rows) {
      const count = Math.min(this.#rows, length - at);
      this.#fill(rows, at, count);
      this.#operations[operation](count, out + at * size);
    }
  }

  #fill(rows: Int32Array | undefined, at: number, count: number): void {
    const { values, width: step } = this.#block;
    const { from, width } = this.#range;
    for (let row = 0; row < count; ) {
      const first = rows ? rows[at + row] : at + row;
      let following = 1;
      while (width === step && row + following < count && (!rows || rows[at + row + following] === first + following)) {
        following++;
      }
      const start = first * step + from;
      this.#input.set(values.subarray(start, start + following * width), row * width);
      row += following;
    }
  }
}

type Places = Readonly<Record<'a' | 'b' | 'c' | 'input', number>>;

type Columns = Readonly<Record<'a' | 'b' | 'c', Local<'v128'>>>;
const ofColumns = ['a', 'b', 'c'] as const;

/** Rows that are worked on before the numbers of a column are stored again. */
const unrolled = 4;

/** `whole`: the numbers are whole, so none is −0, which `min` would have to tell from 0. */
function emitModule(
  { a, b, c, input }: Places,
  { width, whole, pages }: { readonly width: number; readonly whole: boolean; readonly pages: number },
): WebAssembly.Module {
  const module = new ModuleBuilder();
  const [min, max] = whole ? [f64x2.pmin, f64x2.pmax] : [f64x2.min, f64x2.max];
  /** Adds a function. `step` is given two numbers, and a, b and c of their columns; it may set them. */
  const operation = (
    name: Operation,
    step: (f: FunctionBuilder, x: V128, columns: Columns, store: (singles: V128) => void) => void,
    sets: readonly (keyof Columns)[] = [],
  ) => {
    const f = module.function(name, { parameters: { rows: 'i32', out: 'i32' } as const });
    const [at, column] = [f.let(i32.const(input)), f.local('i32')];
    const { rows: left, out } = f.p;
    const columns = { a: f.local('v128'), b: f.local('v128'), c: f.local('v128') };
    const places = { a, b, c };
    /** One or two columns of some rows. */
    const emitColumns = (lanes: number, rows: number) => {
      for (const key of ofColumns) {
        f.set(columns[key], v128.load(column, places[key]));
      }
      for (let row = 0; row < rows; row++) {
        const offset = row * width;
        step(f as unknown as FunctionBuilder, v128.load(at, offset * double), columns, (singles) =>
          f.storeLanes(out, f.let(singles), lanes, offset * single),
        );
      }
      for (const key of sets) {
        f.storeV128(column, columns[key], places[key]);
      }
      f.increase(at, lanes * double);
      f.increase(out, lanes * single);
    };
    const emitRows = (rows: number) => {
      f.range(column, 0, Math.floor(width / 2) * vector, vector, () => emitColumns(2, rows));
      if (width % 2 === 1) {
        f.set(column, i32.const((width - 1) * double));
        emitColumns(1, rows);
      }
      // The rows after the first were worked on as well.
      f.increase(at, (rows - 1) * width * double);
      f.increase(out, (rows - 1) * width * single);
      f.set(left, i32.sub(left, rows));
    };
    f.while(i32.ge_s(left, unrolled), () => emitRows(unrolled));
    f.while(left, () => emitRows(1));
  };
  operation(
    'summarize',
    (f, loaded, { a, b, c }) => {
      const x = f.let(loaded);
      f.set(a, min(a, x));
      f.set(b, max(b, x));
      f.set(c, f64x2.add(c, x));
    },
    ['a', 'b', 'c'],
  );
  operation('differences', (f, x, { a, b }) => f.set(b, f64x2.add(b, f64x2.sub(x, a))), ['b']);
  operation(
    'squares',
    (f, x, { a, b }) => {
      const difference = f.let(f64x2.sub(x, a));
      f.set(b, f64x2.add(b, f64x2.mul(difference, difference)));
    },
    ['b'],
  );
  operation('encode', (_, x, { a, b }, store) => store(f32x4.demote_f64x2_zero(f64x2.div(f64x2.sub(x, a), b))));
  return new WebAssembly.Module(module.build(pages));
}
