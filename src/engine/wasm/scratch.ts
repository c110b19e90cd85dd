import { type FunctionBuilder, i32, type Local, threadNumber } from './assembler';
import type { Scratch } from './memory';

/** The address of this thread's own part. */
export function scratchOf(f: FunctionBuilder, { address, bytes }: Scratch): Local<'i32'> {
  return f.let(i32.add(i32.mul(threadNumber(), bytes), address));
}
