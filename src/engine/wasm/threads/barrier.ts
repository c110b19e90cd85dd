/** Where threads wait: for each other, or for their next job. */
import { atomicAdd, type FunctionBuilder, i32, i64, type Local, type ModuleBuilder } from '../../../assembler';
import { control } from '../memory/control';

/**
 * Reads, about one a cycle, before a waiting thread goes to sleep: some tenths of a millisecond. Waking a
 * thread takes longer than most waits, including those in which the first thread copies the next batch in.
 */
const spins = 1000000;

/** Waits until the number at an address is no longer `seen`. */
export function emitAwaitChange(f: FunctionBuilder, address: number, seen: Local<'i32'>): void {
  const left = f.let(i32.const(spins));
  f.block((changed) => {
    f.loop((again) => {
      f.branchIf(changed, i32.ne(i32.atomic.load(address), seen));
      f.set(left, i32.sub(left, 1));
      f.branchIf(again, left);
    });
    f.loop((again) => {
      // Ends when the thread is woken, when the number has changed before it slept, or after a second.
      f.atomicWait(address, seen, i64.const(1000000000n));
      f.branchIf(again, i32.eq(i32.atomic.load(address), seen));
    });
  });
}

export type Barrier = FunctionBuilder<{ readonly threads: 'i32' }, 'none'>;

/** Returns when all `threads` have called it. The last one opens it for the next round. */
export function makeBarrier(module: ModuleBuilder): Barrier {
  return module.function('barrier', { parameters: { threads: 'i32' } as const }, (f) => {
    const { threads } = f.p;
    const arrived = control.barrier;
    const opened = control.barrier + 4;
    f.if(i32.lt_s(threads, 2), () => f.return());
    const round: Local<'i32'> = f.let(i32.atomic.load(opened));
    f.if(i32.eq(atomicAdd(arrived, 1), i32.sub(threads, 1)), () => {
      f.atomicStore(arrived, 0);
      f.atomicStore(opened, i32.add(round, 1));
      f.atomicNotify(opened);
      f.return();
    });
    emitAwaitChange(f, opened, round);
  });
}
