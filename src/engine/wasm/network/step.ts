/**
 * Whole training steps as one function, which every thread runs on its part of the work:
 *
 * ```
 *   for each batch
 *     rows of the batch   gather ▸ forward of every layer ▸ loss          each thread a range of rows
 *     first thread        scalars of the optimizer
 *   ── barrier ──         the batch's loss: all leave where it is not finite
 *     rows                backward of every layer, back to front
 *   ── barrier ──
 *     tensors             gradients, fused with their update               slices, claimed chunk by chunk
 *     (with clipping or penalties: gradients ▸ barrier ▸ first thread clips ▸ barrier ▸ updates)
 *   ── barrier ──
 * ```
 *
 * Barriers also stand between the stages of a layer, where `Stage` says so.
 */
import { call, type FunctionBuilder, f64, i32, type ModuleBuilder } from '../../../assembler';
import { type Kernel, type RangeKernel, rangeParameters, rowAlignment, type Split, type Stage } from '../layer';
import type { LossPass } from '../losses/pass';
import { control } from '../memory/control';
import type { OptimizerKernel } from '../optimizers/kernel';
import type { Barrier } from '../threads/barrier';
import type { ChunkQueue } from '../threads/chunkQueue';
import { emitThreadRange } from '../threads/threadRange';
import type { Branches } from './branches';
import { emitGather } from './gather';
import type { DataBuffers, LayerKernels } from './kernels';

export const trainParameters = { thread: 'i32', threads: 'i32', samples: 'i32', steps: 'i32', staged: 'i32' } as const;

export interface StepKernels {
  /** Fills the batch with the rows of the order that begin at `first`. */
  readonly gather?: FunctionBuilder<{ readonly first: 'i32'; readonly from: 'i32'; readonly to: 'i32' }, 'none'>;
  /** Computes the scalars of the optimizer's step. */
  readonly scalars: Kernel;
  /** The optimizer's work at the end of a step. */
  readonly end?: Kernel;
  /**
   * `steps` steps over the first `samples` rows of the order, batch after batch, starting over where it ends.
   * Writes each batch's loss to `losses`, and the count of steps done to `control.done`: fewer where a loss
   * was not finite. `staged`: the batch has been copied in from outside, so that nothing is gathered. A tiny
   * network always gathers; there it means that the outputs are stored.
   */
  readonly train: FunctionBuilder<typeof trainParameters, 'none'>;
}

/** The inputs of every kind of step. */
export interface CommonBuild {
  readonly module: ModuleBuilder;
  readonly data: DataBuffers;
  readonly layers: readonly LayerKernels[];
  readonly loss: LossPass;
  readonly optimizer: OptimizerKernel;
  readonly batchSize: number;
}

export interface StepBuild extends CommonBuild {
  readonly branches: Branches;
  readonly clip?: Kernel;
  readonly barrier: Barrier;
  readonly queue: ChunkQueue;
}

export function makeStep(build: StepBuild): StepKernels {
  const common = makeCommon(build);
  const train = build.module.function('train', { parameters: trainParameters });
  emitTrain(train, build, common);
  return { ...common, train };
}

/** Functions that every kind of step needs. */
export function makeCommon(build: CommonBuild): Omit<StepKernels, 'train'> {
  const { module, optimizer } = build;
  const scalars = module.function('scalars', {}, (f) => optimizer.emitScalars(f));
  return { gather: makeGather(build), scalars, end: makeEnd(build) };
}

/** Undefined for most optimizers: a call with nothing to do would cost a network of a few weights time. */
function makeEnd({ module, optimizer }: CommonBuild): Kernel | undefined {
  const { emitEnd } = optimizer;
  return emitEnd && module.function('end', {}, (f) => emitEnd(f));
}

function makeGather({ module, data }: CommonBuild): StepKernels['gather'] {
  const { all, order, input, target, sampleWeights } = data;
  if (!all) {
    return undefined;
  }
  return module.function('gather', { parameters: { first: 'i32', ...rangeParameters } as const }, (f) => {
    const rows = f.let(i32.add(i32.shl(f.p.first, 2), order.address));
    emitGather(f, f.p, { order: rows, all: all.inputs, batch: input });
    emitGather(f, f.p, { order: rows, all: all.targets, batch: target });
    if (sampleWeights !== undefined && all.sampleWeights !== undefined) {
      // Every thread needs the sum of all weights, so each writes those of the whole batch: the same numbers.
      const row = f.local('i32');
      const from = all.sampleWeights;
      f.range(row, 0, i32.load(control.count), 1, () => {
        const source = i32.shl(i32.load(i32.add(rows, i32.shl(row, 2))), 3);
        f.storeF64(i32.shl(row, 3), f64.load(source, from), sampleWeights);
      });
    }
  });
}

function emitTrain(
  f: StepKernels['train'],
  { data, layers, branches, loss, clip, barrier, queue, batchSize }: StepBuild,
  { gather, scalars, end }: Omit<StepKernels, 'train'>,
): void {
  const { thread, threads, samples, steps, staged } = f.p;
  const [from, to] = [f.local('i32'), f.local('i32')];
  const own = { from, to };
  const [first, count, done] = [f.local('i32'), f.local('i32'), f.local('i32')];
  f.setThread(thread);
  const start = f.let(f64.load(control.step));
  const value = f.local('f64');
  const wait = (): void => f.do(barrier, { threads });
  const inSlices = (kernel: RangeKernel, slices: number): void => queue.emitAll(f, f.p, kernel, slices);
  let last: Split = 'rows';
  const pass = (stages: readonly Stage[]): void => {
    for (const { kernel, split } of stages) {
      const needsBarrier = last === 'rows' ? split !== 'rows' : last !== 'replicated' || split === 'rows';
      if (needsBarrier) {
        wait();
      }
      last = split;
      if (split === 'rows') {
        f.if(i32.lt_s(from, to), () => f.do(kernel, own));
      } else if (split === 'replicated') {
        f.do(kernel, { from: 0, to: count });
      } else {
        inSlices(kernel, split.slices);
      }
    }
  };
  /** Only the first thread counts the steps: the count of another could come too late. */
  const leave = (): void => {
    f.if(i32.eqz(thread), () => {
      f.storeF64(control.step, f64.add(start, f64.convert_i32_s(done)));
      f.storeI32(control.done, done);
    });
    f.return();
  };
  const separate = clip !== undefined || layers.some(({ tensors }) => tensors.some(({ penalty }) => penalty));

  f.loop((again) => {
    // Every thread writes the same numbers, and no thread still reads those of the last batch.
    f.set(count, i32.sub(samples, first));
    f.if(i32.gt_s(count, batchSize), () => f.set(count, i32.const(batchSize)));
    f.storeI32(control.count, count);
    f.storeF64(control.step, f64.add(start, f64.convert_i32_s(done)));
    emitThreadRange(f, f.p, own, count, rowAlignment);
    queue.emitReset(f, thread);
    if (gather) {
      f.if(i32.eqz(staged), () => f.do(gather, { first, from, to }));
    }
    for (const { layer } of layers) {
      pass(layer.stages?.forward ?? [{ kernel: layer.forward, split: 'rows' }]);
    }
    pass([{ kernel: loss.pass, split: 'rows' }]);
    f.if(i32.eqz(thread), () => f.do(scalars, {}));
    wait();
    f.set(value, call(loss.mean, {}));
    f.if(i32.eqz(thread), () => f.storeF64(i32.shl(done, 3), value, data.losses));
    f.if(f64.ne(f64.sub(value, value), 0), () => {
      // No thread leaves while another still reads the losses.
      wait();
      leave();
    });
    for (let i = layers.length - 1; i >= 0; i--) {
      const { layer } = layers[i];
      const join = branches.join(i);
      pass(layer.stages?.backward ?? [{ kernel: layer.backward, split: 'rows' }]);
      if (join) {
        pass([{ kernel: join, split: 'rows' }]);
      }
    }
    wait();
    if (end) {
      f.if(i32.eqz(thread), () => f.do(end, {}));
    }
    for (const { layer } of layers) {
      if (layer.learning) {
        const { gradients, update, slices } = layer.learning;
        inSlices(separate ? gradients : (update ?? gradients), slices);
      }
    }
    const rest = layers.filter(({ layer, tensors }) => tensors.length > 0 && (separate || !layer.learning?.update));
    if (rest.length > 0) {
      wait();
      if (separate) {
        f.if(i32.eqz(thread), () => {
          for (const { tensors } of layers) {
            for (const { penalty, slices } of tensors) {
              if (penalty) {
                f.do(penalty, { from: 0, to: slices });
              }
            }
          }
          if (clip) {
            f.do(clip, {});
          }
        });
        wait();
      }
      for (const { tensors } of rest) {
        for (const { update, slices } of tensors) {
          inSlices(update, slices);
        }
      }
    }
    f.if(i32.eqz(thread), () => {
      for (const { layer } of layers) {
        if (layer.commit) {
          f.do(layer.commit, {});
        }
      }
    });
    wait();
    f.increase(done, 1);
    f.increase(first, batchSize);
    f.if(i32.ge_s(first, samples), () => f.set(first, i32.const(0)));
    f.branchIf(again, i32.lt_s(done, steps));
  });
  leave();
}
