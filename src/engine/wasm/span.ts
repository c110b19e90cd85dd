/**
 * Which samples of the batch the sums of a gradient take in: all, or where they are made in pieces the next ones. A sum is then taken up
 * again from memory, where the last piece has left it:
 *
 * ```
 *   span 0, 0       sum = 0 + s0 + s1 + … + s(count − 1)
 *   span 0, 4       sum = 0 + s0 + s1 + s2 + s3               ──▶ memory
 *   span 4, 8       sum = memory + s4 + s5 + s6 + s7          ──▶ memory        …
 * ```
 */
import { type FunctionBuilder, i32, type Local, type V128 } from '../../assembler';
import { batchCount, control } from './control';

/** Samples `[from, to)`, or units of another kind. */
export interface Span {
  readonly from: Local<'i32'>;
  readonly to: Local<'i32'>;
}

export function sampleSpan(f: FunctionBuilder): Span {
  const from = f.let(i32.load(control.span.from));
  const to = f.let(i32.load(control.span.to));
  f.if(i32.eqz(to), () => f.set(to, batchCount()));
  return { from, to };
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
      for (const sum of sums) f.set(sum, zero);
    },
    () => {
      for (const [i, sum] of sums.entries()) f.set(sum, left(i));
    },
  );
}
