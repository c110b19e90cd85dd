/** How threads part work among them. */
import { type FunctionBuilder, i32, type Local } from '../../../assembler';

/** Sets `from` and `to` to a thread's part of `[0, total)`, in whole multiples of `unit`; empty where there is nothing left for it. */
export function emitShare(
  f: FunctionBuilder,
  { thread, threads }: { thread: Local<'i32'>; threads: Local<'i32'> },
  { from, to }: { from: Local<'i32'>; to: Local<'i32'> },
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

/** The part of `[0, total)` that shares `[from, to)` of so many each stand for; shares beyond the total are empty. */
export function emitPart(
  f: FunctionBuilder,
  from: Local<'i32'>,
  to: Local<'i32'>,
  each: number,
  total: number,
): { readonly from: Local<'i32'>; readonly to: Local<'i32'> } {
  const part = { from: f.let(i32.mul(from, each)), to: f.let(i32.mul(to, each)) };
  f.if(i32.gt_s(part.to, total), () => f.set(part.to, i32.const(total)));
  return part;
}
