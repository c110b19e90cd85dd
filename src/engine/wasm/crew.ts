/** The other threads of a program: each runs `crew` in its own instance of the module, on the same memory, until it is sent home. */
import { atomicAdd, i32, i64, type ModuleBuilder } from './assembler';
import { control } from './control';
import type { StepKernels } from './step';

/** Threads that work on the same memory; see `threads`. */
export interface Crew {
  /** How many there will be, with this one. */
  readonly strength: number;
  /** How many stand ready, with this one: 1 until all do. */
  readonly size: number;
  /** Has the others begin the same steps; this thread must then do its own part. */
  start(threads: number, samples: number, steps: number, staged: boolean): void;
  dispose(): void;
}

/** Looks for a job before a thread goes to sleep: the next step mostly follows at once. */
const looks = 50000;

/** `crew(thread)` takes part in every job; it returns when a job says that all shall end. */
export function makeCrewLoop(module: ModuleBuilder, train: StepKernels['train']): void {
  const f = module.function('crew', { parameters: { thread: 'i32' } as const, exported: true });
  const { command, job, ready } = control;
  const seen = f.let(i32.atomic.load(command));
  const left = f.local('i32');
  const threads = f.local('i32');
  f.set(left, atomicAdd(ready, 1));
  f.loop((next) => {
    f.block((found) => {
      f.set(left, i32.const(looks));
      f.loop((again) => {
        f.branchIf(found, i32.ne(i32.atomic.load(command), seen));
        f.set(left, i32.sub(left, 1));
        f.branchIf(again, left);
      });
      f.loop((again) => {
        f.atomicWait(command, seen, i64.const(1000000000n));
        f.branchIf(again, i32.eq(i32.atomic.load(command), seen));
      });
    });
    f.set(seen, i32.atomic.load(command));
    f.set(threads, i32.load(job.threads));
    f.if(i32.eqz(threads), () => f.return());
    f.if(i32.lt_s(f.p.thread, threads), () =>
      f.do(train, {
        thread: f.p.thread,
        threads,
        samples: i32.load(job.samples),
        steps: i32.load(job.steps),
        staged: i32.load(job.staged),
      }),
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

  start(threads: number, samples: number, steps: number, staged: boolean): void {
    const { job } = control;
    this.#integers[job.threads / 4] = threads;
    this.#integers[job.samples / 4] = samples;
    this.#integers[job.steps / 4] = steps;
    this.#integers[job.staged / 4] = staged ? 1 : 0;
    Atomics.add(this.#integers, control.command / 4, 1);
    Atomics.notify(this.#integers, control.command / 4);
  }

  dispose(): void {
    this.start(0, 0, 0, false);
    for (const thread of this.#threads) thread.dispose();
  }
}
