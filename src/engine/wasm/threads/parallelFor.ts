/** Runs one kernel with its range divided among all threads: so they take part in a phase. */
import { type FunctionBuilder, i32, type ModuleBuilder } from '../../../assembler';
import type { RangeKernel } from '../layer';
import type { Barrier } from './barrier';
import { emitThreadRange } from './threadRange';

const parameters = { thread: 'i32', threads: 'i32', kernel: 'i32', from: 'i32', to: 'i32', unit: 'i32' } as const;

export interface ParallelFor {
  /** Runs a kernel over `[from, to)`, divided at multiples of `unit`; returns when all threads are done. */
  readonly run: FunctionBuilder<typeof parameters, 'none'>;
  /** The number by which `run` knows a kernel. */
  readonly numberOf: ReadonlyMap<RangeKernel, number>;
}

export function makeParallelFor(module: ModuleBuilder, kernels: readonly RangeKernel[], barrier: Barrier): ParallelFor {
  const f = module.function('parallelFor', { parameters });
  const { threads, kernel, from, to, unit } = f.p;
  f.setThread(f.p.thread);
  const range = { from: f.local('i32'), to: f.local('i32') };
  emitThreadRange(f, f.p, range, f.let(i32.sub(to, from)), unit);
  f.if(i32.lt_s(range.from, range.to), () => {
    f.increase(range.from, from);
    f.increase(range.to, from);
    for (const [i, each] of kernels.entries()) {
      f.if(i32.eq(kernel, i), () => f.do(each, range));
    }
  });
  f.do(barrier, { threads });
  return { run: f, numberOf: new Map(kernels.map((each, i) => [each, i])) };
}
