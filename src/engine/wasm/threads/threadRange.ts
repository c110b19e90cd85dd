/** How a kernel's work is divided among threads. */
import { type FunctionBuilder, i32, type Local } from '../../../assembler';
import type { Range } from '../range';

/** The number of a thread, and how many threads there are. */
export interface ThreadOf {
  readonly thread: Local<'i32'>;
  readonly threads: Local<'i32'>;
}

/** Sets `from` and `to` to a thread's range of `[0, total)`, in multiples of `unit`; it may be empty. */
export function emitThreadRange(
  f: FunctionBuilder,
  { thread, threads }: ThreadOf,
  { from, to }: Range,
  total: Local<'i32'> | number,
  unit: Local<'i32'> | number,
): void {
  const units = i32.div_u(i32.add(total, i32.sub(unit, 1)), unit);
  const each = i32.mul(i32.div_u(i32.add(units, i32.sub(threads, 1)), threads), unit);
  const end = typeof total === 'number' ? i32.const(total) : total;
  f.set(to, each);
  f.set(from, i32.mul(thread, to));
  f.set(to, i32.add(from, to));
  f.if(i32.gt_s(from, end), () => f.set(from, end));
  f.if(i32.gt_s(to, end), () => f.set(to, end));
}

/** The range of `[0, total)` that slices `[from, to)` of `each` numbers cover; empty beyond the total. */
export function emitSliceRange(
  f: FunctionBuilder,
  from: Local<'i32'>,
  to: Local<'i32'>,
  each: number,
  total: number,
): Range {
  const range = { from: f.let(i32.mul(from, each)), to: f.let(i32.mul(to, each)) };
  f.if(i32.gt_s(range.to, total), () => f.set(range.to, i32.const(total)));
  return range;
}
