/** One kernel over one range, for each of the threads that share it: what phases are made of where they are worth sharing. */
import { type FunctionBuilder, i32, type ModuleBuilder } from '../../../assembler';
import type { RangeKernel } from '../layer';
import { emitShare } from './threadRange';

const parameters = { thread: 'i32', threads: 'i32', kernel: 'i32', from: 'i32', to: 'i32', unit: 'i32' } as const;

export interface Portion {
  /** Runs a kernel over `[from, to)`, cut for the threads at multiples of `unit`; returns when all are done. */
  readonly run: FunctionBuilder<typeof parameters, 'none'>;
  /** The number by which `run` knows a kernel. */
  readonly numberOf: ReadonlyMap<RangeKernel, number>;
}

export function makePortion(
  module: ModuleBuilder,
  kernels: readonly RangeKernel[],
  barrier: FunctionBuilder<{ readonly threads: 'i32' }, 'none'>,
): Portion {
  const f = module.function('portion', { parameters });
  const { threads, kernel, from, to, unit } = f.p;
  f.setThread(f.p.thread);
  const share = { from: f.local('i32'), to: f.local('i32') };
  emitShare(f, f.p, share, f.let(i32.sub(to, from)), unit);
  f.if(i32.lt_s(share.from, share.to), () => {
    f.increase(share.from, from);
    f.increase(share.to, from);
    for (const [i, each] of kernels.entries()) {
      f.if(i32.eq(kernel, i), () => f.do(each, share));
    }
  });
  f.do(barrier, { threads });
  return { run: f, numberOf: new Map(kernels.map((each, i) => [each, i])) };
}
