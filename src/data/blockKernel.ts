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

/** Numbers that are worked on at a time, so that they stay in the cache. */
const cells = 1 << 14;
const [double, single, vector] = [8, 4, 16];

/**
 * With x a number, and a, b and c those of its column:
 * - `summarize`: a and b become the minimum and the maximum, c the sum
 * - `differences`: b becomes the sum of x − a
 * - `squares`: b becomes the sum of (x − a)²
 * - `encode`: (x − a) / b is written to `encoded` in float32
 */
type Operation = 'summarize' | 'differences' | 'squares' | 'encode';

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
  readonly #encoded: Float32Array;
  /** Numbers from a row to the next: an even number. */
  readonly #stride: number;
  readonly #rows: number;
  readonly #operations: Readonly<Record<Operation, (rows: number) => void>>;

  constructor(block: Block, range: ColumnRange = { from: 0, width: block.width }) {
    this.#block = block;
    this.#range = range;
    const stride = 2 * Math.ceil(range.width / 2);
    const rows = Math.min(block.rows, Math.max(1, Math.floor(cells / stride)));
    const places = { a: 0, b: stride * double, c: 2 * stride * double, input: 3 * stride * double, encoded: 0 };
    places.encoded = places.input + rows * stride * double;
    const pages = Math.ceil((places.encoded + rows * stride * single) / pageSize);
    const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
    const whole = boundsOf(block.values) !== undefined;
    const instance = new WebAssembly.Instance(emitModule(places, { stride, whole, pages }), { env: { memory } });
    this.#operations = instance.exports as unknown as Readonly<Record<Operation, (rows: number) => void>>;
    const columns = (place: number) => new Float64Array(memory.buffer, place, range.width);
    [this.a, this.b, this.c] = [columns(places.a), columns(places.b), columns(places.c)];
    this.#input = new Float64Array(memory.buffer, places.input, rows * stride);
    this.#encoded = new Float32Array(memory.buffer, places.encoded, rows * stride);
    [this.#stride, this.#rows] = [stride, rows];
  }

  /** Over these rows of the block; default, all of them. */
  run(operation: Exclude<Operation, 'encode'>, rows?: Int32Array): void {
    this.#over(rows, (count) => this.#operations[operation](count));
  }

  /** Numbers `[rows, width]` of these rows. */
  encode(rows: Int32Array): Float32Array {
    const { width } = this.#range;
    const encoded = new Float32Array(rows.length * width);
    this.#over(rows, (count, at) => {
      this.#operations.encode(count);
      if (width === this.#stride) {
        encoded.set(this.#encoded.subarray(0, count * width), at * width);
        return;
      }
      for (let row = 0; row < count; row++) {
        const from = row * this.#stride;
        encoded.set(this.#encoded.subarray(from, from + width), (at + row) * width);
      }
    });
    return encoded;
  }

  /** `use` is told how many rows are in the input, and the index of the first. */
  #over(rows: Int32Array | undefined, use: (count: number, at: number) => void): void {
    const length = rows?.length ?? this.#block.rows;
    for (let at = 0; at < length; at += this.#rows) {
      const count = Math.min(this.#rows, length - at);
      this.#fill(rows, at, count);
      use(count, at);
    }
  }

  #fill(rows: Int32Array | undefined, at: number, count: number): void {
    const { values, width: step } = this.#block;
    const { from, width } = this.#range;
    const whole = width === step && width === this.#stride;
    for (let row = 0; row < count; ) {
      const first = rows ? rows[at + row] : at + row;
      let following = 1;
      while (whole && row + following < count && (!rows || rows[at + row + following] === first + following)) {
        following++;
      }
      const start = first * step + from;
      this.#input.set(values.subarray(start, start + (whole ? following * step : width)), row * this.#stride);
      row += following;
    }
  }
}

type Places = Readonly<Record<'a' | 'b' | 'c' | 'input' | 'encoded', number>>;

type Columns = Readonly<Record<'a' | 'b' | 'c', Local<'v128'>>>;
const ofColumns = ['a', 'b', 'c'] as const;

/** Rows that are worked on before the numbers of a column are stored again. */
const unrolled = 4;

/** `whole`: the numbers are whole, so none is −0, which `min` would have to tell from 0. */
function emitModule(
  { a, b, c, input, encoded }: Places,
  { stride, whole, pages }: { readonly stride: number; readonly whole: boolean; readonly pages: number },
): WebAssembly.Module {
  const module = new ModuleBuilder();
  const [min, max] = whole ? [f64x2.pmin, f64x2.pmax] : [f64x2.min, f64x2.max];
  /** Adds a function. `step` is given two numbers, and a, b and c of their columns; it may set them. */
  const operation = (
    name: Operation,
    step: (f: FunctionBuilder, x: V128, columns: Columns, store: (singles: V128) => void) => void,
    sets: readonly (keyof Columns)[] = [],
  ) => {
    const f = module.function(name, { parameters: { rows: 'i32' } as const });
    const [at, out, column, left] = [f.let(i32.const(input)), f.let(i32.const(encoded)), f.local('i32'), f.p.rows];
    const columns = { a: f.local('v128'), b: f.local('v128'), c: f.local('v128') };
    const places = { a, b, c };
    const emitRows = (rows: number) => {
      f.range(column, 0, stride * double, vector, () => {
        for (const key of ofColumns) {
          f.set(columns[key], v128.load(column, places[key]));
        }
        for (let row = 0; row < rows; row++) {
          const offset = row * stride;
          step(f as unknown as FunctionBuilder, v128.load(at, offset * double), columns, (singles) =>
            f.storeLanes(out, f.let(singles), 2, offset * single),
          );
        }
        for (const key of sets) {
          f.storeV128(column, columns[key], places[key]);
        }
        f.increase(at, vector);
        f.increase(out, 2 * single);
      });
      // The rows after the first were worked on as well.
      f.increase(at, (rows - 1) * stride * double);
      f.increase(out, (rows - 1) * stride * single);
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
