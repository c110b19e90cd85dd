/**
 * The register tile of one row without its zeros: multiplies each entry of its list with a row of up to four
 * panels.
 *
 * ```
 *   entries                         b: panel 0        panel 1     …
 *   (offset, value) ─▶ b + offset ▶ ┌────┬────┬───┐ ┌────┬────┬───┐
 *   (offset, value)                 │    │    │ … │ │    │    │ … │     sum[p, x] += value · b[p, offset, x]
 *     …                             └────┴────┴───┘ └────┴────┴───┘
 * ```
 *
 * Sums of 64 columns keep a core's adders busy, though each waits for the one before it, and one entry's
 * overhead is spread over 16 vectors.
 */
import { type FunctionBuilder, f32x4, i32, type Local, v128 } from '../../../../assembler';
import { entryBytes } from './entries';

export interface SparseTile {
  readonly sums: readonly GroupSum[];
  /** Address of the next entry; moves to the list's end. */
  readonly entry: Local<'i32'>;
  readonly end: Local<'i32'>;
  readonly b: Local<'i32'>;
}

/** A sum's vector, and its bytes from the beginning of a row of b. */
export interface GroupSum {
  readonly sum: Local<'v128'>;
  readonly offset: number;
}

export function emitSparseTile(f: FunctionBuilder, { sums, entry, end, b }: SparseTile): void {
  const value = f.local('v128');
  const row = f.local('i32');
  f.while(i32.lt_u(entry, end), () => {
    f.set(row, i32.add(b, i32.load(entry)));
    f.set(value, v128.load32_splat(entry, 4));
    for (const { sum, offset } of sums) {
      f.set(sum, f32x4.add(sum, f32x4.mul(value, v128.load(row, offset))));
    }
    f.increase(entry, entryBytes);
  });
}
