/** Work on whole tensors in slices. A slice gives the same bits whichever thread takes it. */
import { type FunctionBuilder, i32, type Local } from '../../../assembler';
import type { Range } from '../range';

/** Bytes of a slice: small enough to divide a layer's weights, large enough to be worth claiming. */
const sliceBytes = 16384;
const vectorBytes = 16;
/** Vectors of one round of the loop. */
const unrolled = 4;
const neighbours = Array.from({ length: unrolled }, (_, k) => k * vectorBytes);

const bytesOf = (length: number): number => Math.ceil(length / 4) * vectorBytes;

/** Slices of a region of `length` numbers. */
export const sliceCount = (length: number): number => Math.ceil(bytesOf(length) / sliceBytes);

/**
 * Runs over the vectors of slices `[from, to)` of a region of `length` numbers. `body` gets the byte at which
 * a round begins, counted from the region's first, and the offsets of its vectors from there.
 *
 * ```
 *   slice 0             slice 1             last
 *   |---- 16 KiB ----|  |---- 16 KiB ----|  |--------|-|
 *    four vectors a round …                           one a round
 * ```
 */
export function eachVector(
  f: FunctionBuilder,
  range: Range,
  length: number,
  body: (at: Local<'i32'>, offsets: readonly number[]) => void,
): void {
  const bytes = bytesOf(length);
  const whole = bytes - (bytes % (unrolled * vectorBytes));
  const at = f.let(i32.mul(range.from, sliceBytes));
  const end = f.let(i32.mul(range.to, sliceBytes));
  f.if(i32.gt_s(end, bytes), () => f.set(end, i32.const(bytes)));
  if (whole > 0) {
    const wholeEnd = f.let(end);
    f.if(i32.gt_s(wholeEnd, whole), () => f.set(wholeEnd, i32.const(whole)));
    f.while(i32.lt_s(at, wholeEnd), () => {
      body(at, neighbours);
      f.increase(at, unrolled * vectorBytes);
    });
  }
  if (whole < bytes) {
    f.while(i32.lt_s(at, end), () => {
      body(at, [0]);
      f.increase(at, vectorBytes);
    });
  }
}

/**
 * Runs over the numbers of slices `[from, to)`, four at a time and fewer at the region's end. `at` is a byte,
 * counted from the region's first.
 */
export function eachNumber(
  f: FunctionBuilder,
  range: Range,
  length: number,
  body: (at: Local<'i32'>, lanes: number) => void,
): void {
  const rest = length % 4;
  const at = f.let(i32.mul(range.from, sliceBytes));
  const end = f.let(i32.mul(range.to, sliceBytes));
  const whole = (length - rest) * 4;
  f.if(i32.gt_s(end, whole), () => f.set(end, i32.const(whole)));
  f.while(i32.lt_s(at, end), () => {
    body(at, 4);
    f.increase(at, vectorBytes);
  });
  if (rest === 0) {
    return;
  }
  f.if(i32.eq(range.to, sliceCount(length)), () => {
    f.set(at, i32.const(whole));
    body(at, rest);
  });
}
