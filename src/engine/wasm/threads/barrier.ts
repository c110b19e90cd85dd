/** Where threads wait: for each other, or for what is to be done next. */
import { atomicAdd, type FunctionBuilder, i32, i64, type Local, type ModuleBuilder } from '../../../assembler';
import { control } from '../memory/control';

/**
 * Looks that a thread takes before it goes to sleep, about one a cycle: some tenths of a millisecond, since waking it takes longer than what it mostly
 * waits for, also where the first thread copies the next batch in.
 */
const looks = 1000000;

/** Goes on when the number at an address, which others change by one step, is no longer `seen`. */
export function emitAwaitChange(f: FunctionBuilder, address: number, seen: Local<'i32'>): void {
  const left = f.let(i32.const(looks));
  f.block((changed) => {
    f.loop((again) => {
      f.branchIf(changed, i32.ne(i32.atomic.load(address), seen));
      f.set(left, i32.sub(left, 1));
      f.branchIf(again, left);
    });
    f.loop((again) => {
      // Woken, or the number has changed in between, or (in vain) after a second.
      f.atomicWait(address, seen, i64.const(1000000000n));
      f.branchIf(again, i32.eq(i32.atomic.load(address), seen));
    });
  });
}

/** Returns when all `threads` have called it. Whoever comes last opens it for the next round. */
export function makeBarrier(module: ModuleBuilder): FunctionBuilder<{ readonly threads: 'i32' }, 'none'> {
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
