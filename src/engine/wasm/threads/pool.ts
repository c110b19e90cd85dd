/** The other threads of a program: each runs `work` in its own instance of the module, on the same memory. */
import { atomicAdd, i32, type ModuleBuilder } from '../../../assembler';
import { control } from '../memory/control';
import type { StepKernels } from '../network/step';
import { emitAwaitChange } from './barrier';
import type { ParallelFor } from './parallelFor';

/** The parameters of `train`, or of a parallel loop. */
export type Job =
  | { readonly kernel: -1; readonly samples: number; readonly steps: number; readonly staged: number }
  | { readonly kernel: number; readonly from: number; readonly to: number; readonly unit: number };

/** `work(thread)` takes part in every job; it returns when a job says that all threads shall end. */
export function makeWorkerLoop(module: ModuleBuilder, train: StepKernels['train'], parallelFor: ParallelFor): void {
  const f = module.function('work', { parameters: { thread: 'i32' } as const });
  const { command, job, ready } = control;
  const seen = f.let(i32.atomic.load(command));
  const threads = f.local('i32');
  // How many were ready before does not matter.
  f.let(atomicAdd(ready, 1));
  f.loop((next) => {
    emitAwaitChange(f, command, seen);
    f.set(seen, i32.atomic.load(command));
    f.set(threads, i32.load(job.threads));
    f.if(i32.eqz(threads), () => f.return());
    const { thread } = f.p;
    const [first, second, third] = [job.first, job.second, job.third].map((address) => i32.load(address));
    const kernel = i32.load(job.kernel);
    f.if(i32.lt_s(thread, threads), () =>
      f.if(
        i32.lt_s(kernel, 0),
        () => f.do(train, { thread, threads, samples: first, steps: second, staged: third }),
        () => f.do(parallelFor.run, { thread, threads, kernel, from: first, to: second, unit: third }),
      ),
    );
    f.branch(next);
  });
}

/** Asks the host to start a thread, which instantiates the module on the memory and calls `work(thread)`. */
export interface ThreadRequest {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  readonly thread: number;
}

export interface StartedThread {
  dispose(): void;
}

export class ThreadPool {
  readonly #integers: Int32Array;
  readonly #threads: readonly StartedThread[];

  constructor(memory: WebAssembly.Memory, threads: readonly StartedThread[]) {
    this.#integers = new Int32Array(memory.buffer);
    this.#threads = threads;
  }

  /** Threads once all have started, including the calling one. */
  get size(): number {
    return this.#threads.length + 1;
  }

  /** Threads that a job can have now: 1 until all have started, since a job takes all or only the first. */
  get available(): number {
    const ready = Atomics.load(this.#integers, control.ready / 4);
    return ready === this.#threads.length ? this.size : 1;
  }

  /** Has the other threads begin a job; the calling thread must then do its own part of it. */
  start(threads: number, job: Job): void {
    const numbers = 'steps' in job ? [job.samples, job.steps, job.staged] : [job.from, job.to, job.unit];
    const { threads: at, kernel, first, second, third } = control.job;
    this.#integers[at / 4] = threads;
    this.#integers[kernel / 4] = job.kernel;
    for (const [i, address] of [first, second, third].entries()) {
      this.#integers[address / 4] = numbers[i];
    }
    Atomics.add(this.#integers, control.command / 4, 1);
    Atomics.notify(this.#integers, control.command / 4);
  }

  dispose(): void {
    this.start(0, { kernel: -1, samples: 0, steps: 0, staged: 0 });
    for (const thread of this.#threads) {
      thread.dispose();
    }
  }
}
