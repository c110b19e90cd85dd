/**
 * Dense layer of a tiny network, phase by phase. The fast path of such networks is one function (see tiny/), with four samples in
 * the four lanes; these kernels compute the same with loops, and give the same bits:
 *
 * ```
 *   z[j]      = (b[j] + W[j,0]·x[0] + W[j,2]·x[2] + …) + (W[j,1]·x[1] + W[j,3]·x[3] + …)      for four samples at once
 *   dx[i]     = (delta[0]·W[0,i] + delta[2]·W[2,i] + …) + (delta[1]·W[1,i] + …)
 *   dW[j,i]   : lane sums over the groups of four samples, then (lane 0 + lane 2) + (lane 1 + lane 3)
 * ```
 *
 * x [S, n], W [m, n] row-major, b [m], z and delta [S, m].
 */

import { type Expr, type FunctionBuilder, f32x4, i32, type Local, type V128, v128 } from '../../../assembler';
import { sizeOf } from '../../shape';
import { batchCount } from '../control';
import type { Lanes } from '../lanes';
import { type LayerBuild, type RangeKernel, rangeParameters, type WasmLayer } from '../layer';
import { lanesBefore, rowLanes } from '../rowLanes';
import { makeTensor, weightAndBias } from '../tensor';
import { makeOutput } from './output';

export function makeTinyDense(build: LayerBuild): WasmLayer {
  const { plan, module, input, dInput, fused } = build;
  const n = sizeOf(plan.inputShape);
  const tensors = plan.tensors.map((tensor) => makeTensor(build, tensor));
  const { weight, bias } = weightAndBias(plan, tensors);
  const m = weight.plan.shape[0];
  const { z, delta, activation } = makeOutput(build, [m], tensors);
  const range = { parameters: rangeParameters };

  const forward = module.function(`${plan.name}.forward`, range);
  eachGroup(forward, forward.p, (row) => {
    const [x, sums] = [rowLanes(forward, input, row), rowLanes(forward, z, row)];
    const j = forward.local('i32');
    const w = forward.let(i32.const(weight.values.address));
    forward.range(j, 0, m, 1, () => {
      const start = bias && v128.load32_splat(i32.shl(j, 2), bias.values.address);
      sums.set(j, emitInnerProduct(forward, { a: x, w, stride: 4, start }));
      forward.increase(w, n * 4);
    });
  });
  if (activation) forward.do(activation.forward, forward.p);

  const backward = module.function(`${plan.name}.backward`, range);
  if (activation && !fused) backward.do(activation.backward, backward.p);
  if (dInput) {
    eachGroup(backward, backward.p, (row) => {
      const [error, dx] = [rowLanes(backward, delta, row), rowLanes(backward, dInput, row)];
      const i = backward.local('i32');
      const w = backward.let(i32.const(weight.values.address));
      backward.range(i, 0, n, 1, () => {
        dx.set(i, emitInnerProduct(backward, { a: error, w, stride: n * 4 }));
        backward.increase(w, 4);
      });
    });
  }

  const gradients = module.function(`${plan.name}.gradients`, range);
  const batch = { from: gradients.let(i32.const(0)), to: gradients.let(batchCount()) };
  const [i, j] = [gradients.local('i32'), gradients.local('i32')];
  const at = gradients.let(i32.const(weight.gradient.address));
  const sum = gradients.local('v128');
  /** Lane sums of a term over the samples of the batch. */
  const sumOf = (term: (row: Local<'i32'>) => V128): Expr<'f32'> => {
    gradients.set(sum, f32x4.const(0));
    eachGroup(gradients, batch, (row) => {
      gradients.set(sum, f32x4.add(sum, v128.and(term(row), lanesBefore(gradients, row, batch.to))));
    });
    return laneSum(gradients, sum);
  };
  const errorAt = (row: Local<'i32'>): V128 => rowLanes(gradients, delta, row).get(j);
  gradients.range(j, 0, m, 1, () => {
    gradients.range(i, 0, n, 1, () => {
      const total = sumOf((row) => f32x4.mul(errorAt(row), rowLanes(gradients, input, row).get(i)));
      gradients.storeF32(at, total);
      gradients.increase(at, 4);
    });
    if (bias) gradients.storeF32(i32.shl(j, 2), sumOf(errorAt), bias.gradient.address);
  });
  if (activation?.gradients) gradients.do(activation.gradients, {});

  return { tensors, z, delta, kept: activation?.kept, forward, backward, gradients };
}

interface InnerProduct {
  readonly a: Lanes;
  /** Where the first weight lies, and how many bytes from one to the next. */
  readonly w: Local<'i32'>;
  readonly stride: number;
  readonly start?: V128;
}

/** (start + a[0]·w[0] + a[2]·w[2] + …) + (a[1]·w[1] + a[3]·w[3] + …) */
function emitInnerProduct(f: RangeKernel, { a, w, stride, start }: InnerProduct): Local<'v128'> {
  // Nothing is added to the first product, also not the sign of a zero.
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

/** For four samples after four of the range; lanes behind its end read rows of rubbish and write to them. */
function eachGroup(
  f: RangeKernel,
  { from, to }: { readonly from: Local<'i32'>; readonly to: Local<'i32'> },
  body: (row: Local<'i32'>) => void,
): void {
  const row = f.local('i32');
  f.range(row, from, to, 4, () => body(row));
}
