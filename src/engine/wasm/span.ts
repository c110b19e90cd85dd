/**
 * Sums over a part of what they take in: where they are made in pieces one is taken up again from memory, where the last piece has left it.
 *
 * ```
 *   all            sum = 0 + s0 + s1 + … + s(count − 1)
 *   span 0, 4      sum = 0 + s0 + s1 + s2 + s3               ──▶ memory
 *   span 4, 8      sum = memory + s4 + s5 + s6 + s7          ──▶ memory        …
 * ```
 */
import { type FunctionBuilder, i32, type Local, type V128 } from '../../assembler';

/** Samples `[from, to)`, or units of another kind. */
export interface Span {
  readonly from: Local<'i32'>;
  readonly to: Local<'i32'>;
}

/** Begins sums over a span that is one of several: at 0, or where the last one has left them. */
export function beginSums(
  f: FunctionBuilder,
  { from }: Span,
  sums: readonly Local<'v128'>[],
  zero: V128,
  left: (index: number) => V128,
): void {
  f.if(
    i32.eqz(from),
    () => {
      for (const sum of sums) {
        f.set(sum, zero);
      }
    },
    () => {
      for (const [i, sum] of sums.entries()) {
        f.set(sum, left(i));
      }
    },
  );
}
