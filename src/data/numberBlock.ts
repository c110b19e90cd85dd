/** An array of numbers as it was read, row by row, and columns that are copied out of it when asked for. */
import { type Block, BlockKernel } from './blockKernel';
import { boundsOf, type Numbers } from './readers/numberTypes';
import { type BadCell, badLimit, type NumberColumn, type NumberSummary } from './table';

const noBad: readonly BadCell[] = [];

/** Fewer columns than these are as fast one by one. */
export const fewestColumns = 16;

export class NumberBlock implements Block {
  readonly rows: number;
  readonly width: number;
  /** `[rows, width]`; NaN if missing. */
  readonly values: Numbers;
  /** No number is missing. */
  readonly complete: boolean;
  /** All numbers lie between these. */
  readonly low: number;
  readonly high: number;
  /** Infinite numbers, which are missing in `values`, by column. */
  readonly #bad: ReadonlyMap<number, readonly BadCell[]>;
  #summaries: readonly NumberSummary[] | undefined;
  /** The column that was copied last: it may be asked for cell by cell. */
  #last: { readonly column: number; readonly values: Float64Array } | undefined;

  constructor(numbers: Numbers, width: number) {
    this.rows = numbers.length / width;
    this.width = width;
    const found = boundsOf(numbers) ? undefined : withoutInfinite(numbers, width);
    const { low, high } = found ?? boundsOf(numbers)!;
    this.values = found?.numbers ?? numbers;
    this.complete = found?.complete ?? true;
    [this.low, this.high] = [low, high];
    this.#bad = found?.bad ?? new Map();
  }

  bad(column: number): readonly BadCell[] {
    return this.#bad.get(column) ?? noBad;
  }

  column(column: number): Float64Array {
    if (this.#last?.column !== column) {
      const { rows, width, values } = this;
      const copied = new Float64Array(rows);
      for (let row = 0; row < rows; row++) {
        copied[row] = values[row * width + column];
      }
      this.#last = { column, values: copied };
    }
    return this.#last.values;
  }

  /** Undefined if numbers are missing in the block, or it has few columns. */
  summary(column: number): NumberSummary | undefined {
    if (!this.complete || this.width < fewestColumns) {
      return undefined;
    }
    this.#summaries ??= this.#summarize();
    return this.#summaries[column];
  }

  #summarize(): readonly NumberSummary[] {
    const kernel = new BlockKernel(this);
    kernel.a.fill(Number.POSITIVE_INFINITY);
    kernel.b.fill(Number.NEGATIVE_INFINITY);
    kernel.run('summarize');
    return Array.from({ length: this.width }, (_, column) => ({
      count: this.rows,
      minimum: kernel.a[column],
      maximum: kernel.b[column],
      sum: kernel.c[column],
    }));
  }
}

/** A column of a block. */
export class BlockColumn implements NumberColumn {
  readonly name: string;
  readonly type = 'number';
  readonly block: NumberBlock;
  /** Its place in the block. */
  readonly index: number;

  constructor(name: string, block: NumberBlock, index: number) {
    this.name = name;
    this.block = block;
    this.index = index;
  }

  get values(): Float64Array {
    return this.block.column(this.index);
  }

  get bad(): readonly BadCell[] {
    return this.block.bad(this.index);
  }

  get complete(): boolean {
    return this.block.complete;
  }

  get summary(): NumberSummary | undefined {
    return this.block.summary(this.index);
  }
}

/** Infinite numbers are bad cells, as in a file of text. The array is copied if it has any. */
function withoutInfinite(numbers: Numbers, width: number) {
  const bad = new Map<number, BadCell[]>();
  let finite = numbers;
  let complete = true;
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = 0; i < numbers.length; i++) {
    const value = numbers[i];
    if (value - value === 0) {
      low = Math.min(low, value);
      high = Math.max(high, value);
      continue;
    }
    complete = false;
    if (Number.isNaN(value)) {
      continue;
    }
    finite = finite === numbers ? numbers.slice() : finite;
    finite[i] = Number.NaN;
    const [row, column] = [Math.floor(i / width), i % width];
    const cells = bad.get(column) ?? [];
    bad.set(column, cells);
    if (cells.length < badLimit) {
      cells.push({ row, text: String(value), infinite: true });
    }
  }
  return { numbers: finite, bad, complete, low, high };
}
