/** Work on whole tensors, cut into shares so that threads can split it. A share is the same whoever takes it. */
import { type FunctionBuilder, i32, type Local } from '../../../assembler';

/** Bytes of a share: small enough to split a layer's weights, large enough to be worth a thread's while. */
const shareBytes = 16384;
export const shareLength = shareBytes / 4;
const vectorBytes = 16;
/** Vectors of a turn of the loop. */
const unrolled = 4;
const neighbours = Array.from({ length: unrolled }, (_, k) => k * vectorBytes);

/** Shares `[from, to)`. */
export interface ShareRange {
  readonly from: Local<'i32'>;
  readonly to: Local<'i32'>;
}

const bytesOf = (length: number): number => Math.ceil(length / 4) * vectorBytes;

/** Shares that a region of `length` numbers is cut into. */
export const shareCount = (length: number): number => Math.ceil(bytesOf(length) / shareBytes);

/**
 * Runs over the vectors of shares `[from, to)` of a region of `length` numbers; `body` gets the byte at which a turn begins, counted
 * from the region's first, and where its vectors stand from there.
 *
 * ```
 *   share 0             share 1             last
 *   |---- 16 KiB ----|  |---- 16 KiB ----|  |--------|-|
 *    four vectors a turn …                            one a turn
 * ```
 */
export function eachVector(
  f: FunctionBuilder,
  range: ShareRange,
  length: number,
  body: (at: Local<'i32'>, offsets: readonly number[]) => void,
): void {
  const bytes = bytesOf(length);
  const whole = bytes - (bytes % (unrolled * vectorBytes));
  const at = f.let(i32.mul(range.from, shareBytes));
  const end = f.let(i32.mul(range.to, shareBytes));
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

/** The numbers of shares `[from, to)` alone, four at a time and at the region's end fewer; `at` is their byte from the region's first. */
export function eachNumber(
  f: FunctionBuilder,
  range: ShareRange,
  length: number,
  body: (at: Local<'i32'>, lanes: number) => void,
): void {
  const rest = length % 4;
  const at = f.let(i32.mul(range.from, shareBytes));
  const end = f.let(i32.mul(range.to, shareBytes));
  const whole = (length - rest) * 4;
  f.if(i32.gt_s(end, whole), () => f.set(end, i32.const(whole)));
  f.while(i32.lt_s(at, end), () => {
    body(at, 4);
    f.increase(at, vectorBytes);
  });
  if (rest === 0) {
    return;
  }
  f.if(i32.eq(range.to, shareCount(length)), () => {
    f.set(at, i32.const(whole));
    body(at, rest);
  });
}
