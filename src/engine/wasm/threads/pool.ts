/** The other threads of a program: each runs `crew` in its own instance of the module, on the same memory, until it is sent home. */
import { atomicAdd, i32, type ModuleBuilder } from '../../../assembler';
import { control } from '../memory/control';
import type { StepKernels } from '../network/step';
import { emitAwaitChange } from './barrier';
import type { Portion } from './parallelFor';

/** Threads that work on the same memory; see `threads`. */
export interface Crew {
  /** How many there will be, with this one. */
  readonly strength: number;
  /** How many stand ready, with this one: 1 until all do. */
  readonly size: number;
  /** Has the others begin the same; this thread must then do its own part. */
  start(threads: number, job: Job): void;
  dispose(): void;
}

/** The numbers of `train`, or of a portion. */
export type Job =
  | { readonly kernel: -1; readonly samples: number; readonly steps: number; readonly staged: number }
  | { readonly kernel: number; readonly from: number; readonly to: number; readonly unit: number };

/** `crew(thread)` takes part in every job; it returns when a job says that all shall end. */
export function makeCrewLoop(module: ModuleBuilder, train: StepKernels['train'], portion: Portion): void {
  const f = module.function('crew', { parameters: { thread: 'i32' } as const });
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
        () => f.do(portion.run, { thread, threads, kernel, from: first, to: second, unit: third }),
      ),
    );
    f.branch(next);
  });
}

/** What a host starts for each thread beside the first: an instance of the module on the memory, whose `crew(thread)` it calls. */
export interface ThreadRequest {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  readonly thread: number;
}

export interface StartedThread {
  dispose(): void;
}

export class ThreadCrew implements Crew {
  readonly #integers: Int32Array;
  readonly #threads: readonly StartedThread[];

  constructor(memory: WebAssembly.Memory, threads: readonly StartedThread[]) {
    this.#integers = new Int32Array(memory.buffer);
    this.#threads = threads;
  }

  get strength(): number {
    return this.#threads.length + 1;
  }

  /** 1 until all stand ready: a job is for all, or for none. */
  get size(): number {
    const ready = Atomics.load(this.#integers, control.ready / 4);
    return ready === this.#threads.length ? ready + 1 : 1;
  }

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
