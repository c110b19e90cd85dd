/**
 * Work that threads claim chunk by chunk, so that none waits long for another: cores differ in speed from one
 * millisecond to the next. Each thread begins with a range of its own; when that is used up, it takes what
 * the others have not begun. A chunk writes the same bits whichever thread takes it.
 *
 * ```
 *   chunks      │ 0  1  2  3  4  5  6  7 │ 8  9 10 11 12 13 14 15 │
 *               │ thread 0 ▶             │ thread 1 ▶             │    each range has a counter of the chunks
 *               │            thread 1 ▶  │ (done)                 │    taken, in the memory of its thread
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
import { emitSliceRange, emitThreadRange, type ThreadOf } from './threadRange';

/** Chunks of a kernel at most: claiming one costs tens of nanoseconds beside its work. */
const maxChunks = 32;

type Claim = FunctionBuilder<
  { readonly thread: 'i32'; readonly threads: 'i32'; readonly chunks: 'i32'; readonly counter: 'i32' },
  'i32'
>;

export class ChunkQueue {
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

  /**
   * Runs a kernel over all its slices. Before it runs again there must be a barrier, `emitReset` in every
   * thread, and another barrier.
   */
  emitAll(f: FunctionBuilder, { thread, threads }: ThreadOf, kernel: RangeKernel, slices: number): void {
    if (this.#isLaidOut) {
      throw new Error('A kernel asks for a counter too late: write its statements at once.');
    }
    const counter = this.#counters++ * 4;
    const slicesOfChunk = Math.ceil(slices / maxChunks);
    const chunks = Math.ceil(slices / slicesOfChunk);
    const chunk = f.local('i32');
    f.if(
      i32.lt_s(threads, 2),
      () => f.do(kernel, { from: 0, to: slices }),
      () =>
        f.loop((again) => {
          f.set(chunk, call(this.#claim, { thread, threads, chunks, counter }));
          f.if(i32.ge_s(chunk, 0), () => {
            f.do(kernel, emitSliceRange(f, chunk, f.let(i32.add(chunk, 1)), slicesOfChunk, slices));
            f.branch(again);
          });
        }),
    );
  }

  /** Sets the counters of this thread's ranges to 0. */
  emitReset(f: FunctionBuilder, thread: Local<'i32'>): void {
    f.fillMemory(this.#counterOf(thread), 0, this.#ofThread);
  }

  /** To be called when every kernel is written, and before the module is built. */
  layOut(arena: Arena, threads: number): void {
    this.#isLaidOut = true;
    this.#address = arena.bytes(this.#bytesOfThread * threads);
  }

  /** The number of a chunk that no thread has taken; −1 where there is none. */
  #makeClaim(module: ModuleBuilder): Claim {
    const parameters = { thread: 'i32', threads: 'i32', chunks: 'i32', counter: 'i32' } as const;
    const f = module.function('claim', { parameters, result: 'i32' });
    const { thread, threads, chunks, counter } = f.p;
    const owner = f.let(thread);
    const [chunk, end] = [f.local('i32'), f.local('i32')];
    f.repeat(threads, () => {
      emitThreadRange(f, { thread: owner, threads }, { from: chunk, to: end }, chunks, 1);
      f.increase(chunk, atomicAdd(i32.add(this.#counterOf(owner), counter), 1));
      f.if(i32.lt_s(chunk, end), () => f.return(chunk));
      f.increase(owner, 1);
      f.if(i32.ge_s(owner, threads), () => f.set(owner, i32.const(0)));
    });
    f.return(i32.const(-1));
    return f;
  }

  /** The counters of two threads never lie in one cache line. */
  get #bytesOfThread(): number {
    return Math.ceil((this.#counters * 4) / alignment) * alignment;
  }

  #counterOf(thread: Local<'i32'>): Expr<'i32'> {
    return i32.add(i32.mul(thread, this.#ofThread), this.#start);
  }
}
