/**
 * Dense layer of a tiny network, phase by phase. The fast path of such networks is one function (see tiny/),
 * with four samples in the four lanes; these kernels compute the same with loops, and give the same bits:
 *
 * ```
 *   z[j]      = (b[j] + W[j,0]·x[0] + W[j,2]·x[2] + …) + (W[j,1]·x[1] + W[j,3]·x[3] + …)   four samples each
 *   dx[i]     = (delta[0]·W[0,i] + delta[2]·W[2,i] + …) + (delta[1]·W[1,i] + …)
 *   dW[j,i]   : lane sums over four samples at a time, then (lane 0 + lane 2) + (lane 1 + lane 3)
 * ```
 *
 * x [S, n], W [m, n] row-major, b [m], z and delta [S, m].
 */

import { type Expr, type FunctionBuilder, f32x4, i32, type Local, type V128, v128 } from '../../../assembler';
import { sizeOf } from '../../shape';
import type { Lanes } from '../lanes/lanes';
import { lanesBefore, rowLanes } from '../lanes/rowLanes';
import type { LayerBuild, RangeKernel, WasmLayer } from '../layer';
import { batchCount } from '../memory/control';
import type { Range } from '../range';
import { makeTensor, weightAndBias } from '../tensors/tensor';
import { makeOutput } from './output';
import { rangeKernel } from './range';

export function makeTinyDense(build: LayerBuild): WasmLayer {
  const { plan, input, dInput, fused } = build;
  const n = sizeOf(plan.inputShape);
  const tensors = plan.tensors.map((tensor) => makeTensor(build, tensor));
  const { weight, bias } = weightAndBias(plan, tensors);
  const m = weight.plan.shape[0];
  const { preActivation, activation } = makeOutput(build, [m], tensors);
  const { z, delta } = preActivation;

  const forward = rangeKernel(build, 'forward', (f) => {
    eachFourRows(f, f.p, (row) => {
      const [x, sums] = [rowLanes(f, input, row), rowLanes(f, z, row)];
      const j = f.local('i32');
      const w = f.let(i32.const(weight.values.address));
      f.range(j, 0, m, 1, () => {
        const start = bias && v128.load32_splat(i32.shl(j, 2), bias.values.address);
        sums.set(j, emitInnerProduct(f, { a: x, w, stride: 4, start }));
        f.increase(w, n * 4);
      });
    });
    if (activation) {
      f.do(activation.forward, f.p);
    }
  });

  const backward = rangeKernel(build, 'backward', (f) => {
    if (activation && !fused) {
      f.do(activation.backward, f.p);
    }
    if (!dInput) {
      return;
    }
    eachFourRows(f, f.p, (row) => {
      const [error, dx] = [rowLanes(f, delta, row), rowLanes(f, dInput, row)];
      const i = f.local('i32');
      const w = f.let(i32.const(weight.values.address));
      f.range(i, 0, n, 1, () => {
        dx.set(i, emitInnerProduct(f, { a: error, w, stride: n * 4 }));
        f.increase(w, 4);
      });
    });
  });

  const gradients = rangeKernel(build, 'gradients', (f) => {
    const batch = { from: f.let(i32.const(0)), to: f.let(batchCount()) };
    const [i, j] = [f.local('i32'), f.local('i32')];
    const at = f.let(i32.const(weight.gradient.address));
    const sum = f.local('v128');
    /** Lane sums of a term over the samples of the batch. */
    const sumOf = (term: (row: Local<'i32'>) => V128): Expr<'f32'> => {
      f.set(sum, f32x4.const(0));
      eachFourRows(f, batch, (row) => {
        f.set(sum, f32x4.add(sum, v128.and(term(row), lanesBefore(f, row, batch.to))));
      });
      return laneSum(f, sum);
    };
    const errorAt = (row: Local<'i32'>): V128 => rowLanes(f, delta, row).get(j);
    f.range(j, 0, m, 1, () => {
      f.range(i, 0, n, 1, () => {
        const total = sumOf((row) => f32x4.mul(errorAt(row), rowLanes(f, input, row).get(i)));
        f.storeF32(at, total);
        f.increase(at, 4);
      });
      if (bias) {
        f.storeF32(i32.shl(j, 2), sumOf(errorAt), bias.gradient.address);
      }
    });
    if (activation?.gradients) {
      f.do(activation.gradients, {});
    }
  });

  const learning = { gradients, slices: 1 };
  return { tensors, preActivation, kept: activation?.kept, forward, backward, learning };
}

interface InnerProduct {
  readonly a: Lanes;
  /** Address of the first weight, and bytes from one weight to the next. */
  readonly w: Local<'i32'>;
  readonly stride: number;
  readonly start?: V128;
}

/** (start + a[0]·w[0] + a[2]·w[2] + …) + (a[1]·w[1] + a[3]·w[3] + …) */
function emitInnerProduct(f: RangeKernel, { a, w, stride, start }: InnerProduct): Local<'v128'> {
  // −0 is the neutral element of addition: with it the sign of a zero stays.
  const sums = [f.let(start ?? f32x4.const(-0)), f.let(f32x4.const(-0))];
  for (const [first, sum] of sums.entries()) {
    const [k, at] = [f.local('i32'), f.let(i32.add(w, first * stride))];
    f.range(k, first, a.size, 2, () => {
      f.set(sum, f32x4.add(sum, f32x4.mul(a.get(k), v128.load32_splat(at))));
      f.increase(at, 2 * stride);
    });
  }
  return a.size > 1 ? f.let(f32x4.add(sums[0], sums[1])) : sums[0];
}

/** (lane 0 + lane 2) + (lane 1 + lane 3) */
function laneSum(f: FunctionBuilder, sum: Local<'v128'>): Expr<'f32'> {
  const halves = f.let(f32x4.add(sum, v128.shuffle32(sum, sum, [2, 3, 2, 3])));
  return f32x4.extract_lane(f32x4.add(halves, v128.shuffle32(halves, halves, [1, 1, 1, 1])), 0);
}

/** Runs over a range of samples, four at a time. Lanes behind its end read and write unused rows. */
function eachFourRows(f: RangeKernel, { from, to }: Range, body: (row: Local<'i32'>) => void): void {
  const row = f.local('i32');
  f.range(row, from, to, 4, () => body(row));
}
