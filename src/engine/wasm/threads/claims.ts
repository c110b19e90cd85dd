/**
 * Work that threads take as they come to it, so that none waits long for another: cores differ in speed from one millisecond to the next.
 * Each begins with a part of its own, in its own order; whoever is done goes on with what the others have not begun. What a turn writes is
 * the same whoever takes it, so bits do not depend on it.
 *
 * ```
 *   turns       │ 0  1  2  3  4  5  6  7 │ 8  9 10 11 12 13 14 15 │
 *               │ thread 0 ▶             │ thread 1 ▶             │      each part has a counter of what was taken from it,
 *               │            thread 1 ▶  │ (done)                 │      in the memory of the thread it belongs to
 * ```
 */
import {
  atomicAdd,
  call,
  type Expr,
  type FunctionBuilder,
  i32,
  type Local,
  type ModuleBuilder,
} from '../../../assembler';
import type { RangeKernel } from '../layer';
import { type Arena, alignment } from '../memory/arena';
import { emitPart, emitShare } from './threadRange';

/** Turns into which a kernel's shares are put together at most: a turn costs tens of nanoseconds beside its work. */
const mostTurns = 32;

interface Threads {
  readonly thread: Local<'i32'>;
  readonly threads: Local<'i32'>;
}

type Claim = FunctionBuilder<
  { readonly thread: 'i32'; readonly threads: 'i32'; readonly turns: 'i32'; readonly counter: 'i32' },
  'i32'
>;

export class Claims {
  readonly #start: Expr<'i32'>;
  readonly #ofThread: Expr<'i32'>;
  readonly #claim: Claim;
  #address = 0;
  #counters = 0;
  #isLaidOut = false;

  constructor(module: ModuleBuilder) {
    this.#start = module.constant(() => this.#address);
    this.#ofThread = module.constant(() => this.#bytesOfThread);
    this.#claim = this.#makeClaim(module);
  }

  /** Runs a kernel over all its shares. Between two rounds of it there must be a barrier, then `emitReset` in every thread, then a barrier. */
  emitAll(f: FunctionBuilder, { thread, threads }: Threads, kernel: RangeKernel, shares: number): void {
    if (this.#isLaidOut) {
      throw new Error('A kernel is shared too late: write its statements at once.');
    }
    const counter = this.#counters++ * 4;
    const unit = Math.ceil(shares / mostTurns);
    const turns = Math.ceil(shares / unit);
    const turn = f.local('i32');
    f.if(
      i32.lt_s(threads, 2),
      () => f.do(kernel, { from: 0, to: shares }),
      () =>
        f.loop((again) => {
          f.set(turn, call(this.#claim, { thread, threads, turns, counter }));
          f.if(i32.ge_s(turn, 0), () => {
            f.do(kernel, emitPart(f, turn, f.let(i32.add(turn, 1)), unit, shares));
            f.branch(again);
          });
        }),
    );
  }

  /** Nothing has been taken from this thread's parts. */
  emitReset(f: FunctionBuilder, thread: Local<'i32'>): void {
    f.fillMemory(this.#counterOf(thread), 0, this.#ofThread);
  }

  /** Once every kernel is written, and before the module is built. */
  layOut(arena: Arena, threads: number): void {
    this.#isLaidOut = true;
    this.#address = arena.bytes(this.#bytesOfThread * threads);
  }

  /** The number of a turn that nobody has taken; −1 where there is none. */
  #makeClaim(module: ModuleBuilder): Claim {
    const parameters = { thread: 'i32', threads: 'i32', turns: 'i32', counter: 'i32' } as const;
    const f = module.function('claim', { parameters, result: 'i32' });
    const { thread, threads, turns, counter } = f.p;
    const part = f.let(thread);
    const [turn, end] = [f.local('i32'), f.local('i32')];
    f.repeat(threads, () => {
      emitShare(f, { thread: part, threads }, { from: turn, to: end }, turns, 1);
      f.increase(turn, atomicAdd(i32.add(this.#counterOf(part), counter), 1));
      f.if(i32.lt_s(turn, end), () => f.return(turn));
      f.increase(part, 1);
      f.if(i32.ge_s(part, threads), () => f.set(part, i32.const(0)));
    });
    f.return(i32.const(-1));
    return f;
  }

  /** No two threads' counters share a line of the cache. */
  get #bytesOfThread(): number {
    return Math.ceil((this.#counters * 4) / alignment) * alignment;
  }

  #counterOf(thread: Local<'i32'>): Expr<'i32'> {
    return i32.add(i32.mul(thread, this.#ofThread), this.#start);
  }
}
