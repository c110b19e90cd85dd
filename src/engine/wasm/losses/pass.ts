/** The loss of a batch: for each sample its loss and its error, then their mean. */

import {
  call,
  type FunctionBuilder,
  f32,
  f32x4,
  f64,
  f64x2,
  i32,
  type Local,
  type ModuleBuilder,
  select,
  type V128,
  v128,
} from '../../../assembler';
import type { Thing } from '../../../spec/spec';
import { lanesBefore, rowLanes } from '../lanes/rowLanes';
import { widen } from '../lanes/runs';
import { type RangeKernel, rangeParameters } from '../layer';
import type { Arena, BatchBuffer } from '../memory/arena';
import { batchCount, isTraining } from '../memory/control';
import { type Head, makeLossKernel } from './index';
import { LaneSums } from './laneSums';

export interface LossBuild extends Head {
  readonly loss: Thing;
  readonly outputs: BatchBuffer;
  /** z of the fused layer; otherwise the outputs again. */
  readonly logits: BatchBuffer;
  readonly targets: BatchBuffer;
  readonly error: BatchBuffer;
  /** A multiple of `rowAlignment`. */
  readonly maxRows: number;
  /** Address of each sample's weight, in float64; omitted where all samples count alike. */
  readonly sampleWeights?: number;
}

export interface LossPass {
  /** Losses of samples `[from, to)`, and in training their errors. */
  readonly pass: RangeKernel;
  /**
   * The batch's mean loss Σ w ℓ/Σ w, after the pass over all samples. Samples of weight 0 are ignored; where
   * there are no others, the loss is 0.
   */
  readonly mean: FunctionBuilder<Record<never, never>, 'f64'>;
}

/**
 * ```
 *   pass   for each four rows:  gather ▸ the loss's kernel ▸ scatter the error;  losses[s … s+3]
 *   mean   lane i sums samples i, i + 4, …;  (L0 + L1) + (L2 + L3)
 * ```
 */
export function makeLossPass(module: ModuleBuilder, arena: Arena, build: LossBuild): LossPass {
  const { sampleWeights, maxRows } = build;
  const losses = arena.floats(maxRows).address;
  const weights =
    sampleWeights === undefined ? undefined : { address: sampleWeights, mass: makeMass(module, sampleWeights) };
  return { pass: makePass(module, build, losses, weights), mean: makeMean(module, losses, weights) };
}

type Total = FunctionBuilder<Record<never, never>, 'f64'>;

function makePass(module: ModuleBuilder, build: LossBuild, losses: number, weights: Weights | undefined): RangeKernel {
  return module.function('loss', { parameters: rangeParameters }, (f) => emitPass(f, build, losses, weights));
}

function emitPass(f: RangeKernel, build: LossBuild, losses: number, weights: Weights | undefined): void {
  const kernel = makeLossKernel(build.loss, build);
  const scaleOf = weights ? weightedScale(f, weights) : equalScale(f);
  const emit = (withError: boolean): void => {
    const row = f.local('i32');
    f.range(row, f.p.from, f.p.to, 4, () => {
      const present = lanesBefore(f, row, f.p.to);
      const error = rowLanes(f, build.error, row);
      const each = kernel.emit(
        f,
        {
          outputs: rowLanes(f, build.outputs, row),
          logits: rowLanes(f, build.logits, row),
          targets: rowLanes(f, build.targets, row),
          error: { ...error, set: (k, value) => error.set(k, v128.and(value, present)) },
          scale: f.let(v128.and(scaleOf(row), present)),
        },
        withError,
      );
      f.storeV128(i32.shl(row, 2), v128.and(each, present), losses);
    });
  };
  f.if(
    isTraining(),
    () => emit(true),
    () => emit(false),
  );
}

/** The weight of each sample of the batch, and the sum of all weights. */
interface Weights {
  readonly address: number;
  readonly mass: Total;
}

type SampleScale = (row: Local<'i32'>) => V128;

/** 1/count */
function equalScale(f: FunctionBuilder): SampleScale {
  const scale = f.let(f32x4.splat(f32.div(1, f32.convert_i32_s(batchCount()))));
  return () => scale;
}

/** w/Σ w; 0 where all weights are 0. */
function weightedScale(f: FunctionBuilder, { address, mass }: Weights): SampleScale {
  const sum = f.let(call(mass, {}));
  const perWeight = f.let(f64x2.splat(select(f64.const(0), f64.div(1, sum), f64.eq(sum, 0))));
  return (row) => {
    const at = i32.shl(row, 3);
    const [low, high] = [0, 16].map((offset) =>
      f32x4.demote_f64x2_zero(f64x2.mul(v128.load(at, address + offset), perWeight)),
    );
    return v128.shuffle32(low, high, [0, 1, 4, 5]);
  };
}

/** Weights of four samples in two vectors; 0 behind the batch. */
function weightsAt(f: FunctionBuilder, address: number, row: Local<'i32'>, count: Local<'i32'>) {
  const present = lanesBefore(f, row, count);
  const load = (offset: number, lanes: readonly [number, number, number, number]): Local<'v128'> =>
    f.let(v128.and(v128.load(i32.shl(row, 3), address + offset), v128.shuffle32(present, present, lanes)));
  return [load(0, [0, 0, 1, 1]), load(16, [2, 2, 3, 3])] as const;
}

/** Σ w */
function makeMass(module: ModuleBuilder, weights: number): Total {
  return module.function('loss mass', { result: 'f64' }, (f) => {
    const sums = new LaneSums(f);
    const count = f.let(batchCount());
    const row = f.local('i32');
    f.range(row, 0, count, 4, () => sums.add(...weightsAt(f, weights, row, count)));
    f.return(sums.total());
  });
}

function makeMean(module: ModuleBuilder, losses: number, weights: Weights | undefined): Total {
  return module.function('mean loss', { result: 'f64' }, (f) => emitMean(f, losses, weights));
}

function emitMean(f: Total, losses: number, weights: Weights | undefined): void {
  const sums = new LaneSums(f);
  const count = f.let(batchCount());
  const row = f.local('i32');
  f.range(row, 0, count, 4, () => {
    // Losses behind the batch, up to a multiple of four, are 0.
    const [low, high] = widen(f.let(v128.load(i32.shl(row, 2), losses)));
    if (weights) {
      const [first, second] = weightsAt(f, weights.address, row, count);
      sums.add(weighted(low, first), weighted(high, second));
    } else {
      sums.add(low, high);
    }
  });
  const total = sums.total();
  if (weights) {
    const mass = f.let(call(weights.mass, {}));
    f.return(select(f64.const(0), f64.div(total, mass), f64.eq(mass, 0)));
  } else {
    f.return(f64.div(total, f64.convert_i32_s(count)));
  }
}

/** w ℓ; 0 where w is 0, since the numbers of such a sample may be anything. */
function weighted(loss: V128, w: Local<'v128'>): V128 {
  return v128.andnot(f64x2.mul(loss, w), f64x2.eq(w, 0));
}
