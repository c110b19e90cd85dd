/**
 * Lists of the numbers of a row or column that are not 0. Half of a relu's outputs and errors are 0, most
 * pixels are, and all but one of the numbers of a one-hot code.
 *
 * ```
 *   entry (8 bytes):  │ offset: i32 │ value: f32 │      sum += value · b[offset]
 * ```
 *
 * The offset, in bytes, leads to the row of the other factor that the value is multiplied by. Entries keep
 * the order of the numbers. Skipping a product with 0 leaves a sum as it is if the other factor is finite, so
 * the bits are those of the dense products.
 */
import { type FunctionBuilder, f32x4, type I32, i32, i32x4, type Local, v128 } from '../../../../assembler';
import { firstLanes, loadLanes } from '../../lanes/runs';

export const entryBytes = 8;

/** With a larger fraction of non-zeros little is gained: each listed number takes an eighth longer. */
export const sparseFraction = 0.8;

/** How many of `length` numbers from `at` on are not 0; NaN counts. */
export function emitCount(f: FunctionBuilder, at: Local<'i32'>, length: number): Local<'i32'> {
  const from = f.let(at);
  const counts = Array.from({ length: 4 }, () => f.let(i32x4.const(0)));
  const add = (k: number, lanes: number): void => {
    const mask = f32x4.ne(loadLanes(from, lanes, k * 16), 0);
    f.set(counts[k], i32x4.sub(counts[k], mask));
  };
  f.repeat(Math.floor(length / 16), () => {
    for (let k = 0; k < 4; k++) {
      add(k, 4);
    }
    f.increase(from, 64);
  });
  const rest = length % 16;
  for (let k = 0; k * 4 < rest; k++) {
    add(k, Math.min(4, rest - k * 4));
  }
  const lanes = f.let(i32x4.add(i32x4.add(counts[0], counts[1]), i32x4.add(counts[2], counts[3])));
  const lane = (k: number) => i32x4.extract_lane(lanes, k);
  return f.let(i32.add(i32.add(lane(0), lane(1)), i32.add(lane(2), lane(3))));
}

/**
 * Appends the entries of `length` numbers to the list that ends at `write`; `offset` moves by `step` each.
 */
export function emitRowEntries(
  f: FunctionBuilder,
  { from, length, write, offset, step }: RowEntries & { readonly length: number },
): void {
  const fits = f.local('v128');
  const append = (lanes: number): void => {
    f.set(fits, v128.and(f32x4.ne(loadLanes(from, lanes), 0), i32x4.const(entryBytes)));
    for (let lane = 0; lane < lanes; lane++) {
      f.storeI32(write, i32.add(offset, lane * step));
      f.storeI32(write, i32.load(from, lane * 4), 4);
      f.increase(write, i32x4.extract_lane(fits, lane));
    }
    f.increase(from, lanes * 4);
    f.increase(offset, lanes * step);
  };
  f.repeat(Math.floor(length / 4), () => append(4));
  if (length % 4 > 0) {
    append(length % 4);
  }
}

interface RowEntries {
  readonly from: Local<'i32'>;
  readonly write: Local<'i32'>;
  readonly offset: Local<'i32'>;
  readonly step: number;
}

/**
 * Lists of four columns side by side, `count` numbers each, row after row; only the first `lanes` columns
 * have entries. The first list begins at `lists`, the next one `listBytes` later. The four addresses at which
 * they end are stored to `ends`.
 */
export function emitColumnEntries(
  f: FunctionBuilder,
  { from, rowBytes, count, step, lanes, lists, listBytes, ends }: ColumnEntries,
): void {
  const row = f.let(from);
  const offset = f.let(i32.const(0));
  const [values, fits] = [f.local('v128'), f.local('v128')];
  const writes = Array.from({ length: 4 }, (_, lane) => f.let(i32.add(lists, lane * listBytes)));
  f.repeat(count, () => {
    f.set(values, lanes === 4 ? v128.load(row) : v128.and(v128.load(row), firstLanes(lanes)));
    f.set(fits, v128.and(f32x4.ne(values, 0), i32x4.const(entryBytes)));
    for (let lane = 0; lane < lanes; lane++) {
      f.storeI32(writes[lane], offset);
      f.storeI32(writes[lane], i32.load(row, lane * 4), 4);
      f.increase(writes[lane], i32x4.extract_lane(fits, lane));
    }
    f.increase(row, rowBytes);
    f.increase(offset, step);
  });
  for (const [lane, write] of writes.entries()) {
    f.storeI32(ends, write, lane * 4);
  }
}

interface ColumnEntries {
  readonly from: Local<'i32'>;
  readonly rowBytes: number;
  readonly count: Local<'i32'>;
  /** Bytes from one row of the other factor to the next. */
  readonly step: number;
  readonly lanes: number;
  readonly lists: I32;
  /** Room for `count` entries. */
  readonly listBytes: number;
  readonly ends: Local<'i32'>;
}
