/**
 * Distributions over the features, for four vectors side by side. Letters: z in, a out, da and dz their
 * errors.
 */
import { type FunctionBuilder, f32x4, i32, type Local, type V128, v128 } from '../../../assembler';
import type { Lanes } from '../lanes/lanes';
import { emitFading } from '../math/exponential';
import { emitLog } from '../math/logarithm';
import type { VectorKernel } from './kernel';
import { where } from './masks';

/** The sum of a term over the indices, in ascending order. */
function emitSum(f: FunctionBuilder, over: Lanes, term: (k: Parameters<Lanes['get']>[0]) => V128): Local<'v128'> {
  const sum = f.let(f32x4.const(0));
  over.each((k) => f.set(sum, f32x4.add(sum, term(k))));
  return sum;
}

/** The largest number (for sign −1 the smallest): after its subtraction no exponent is positive. */
function emitLargest(f: FunctionBuilder, z: Lanes, sign: 1 | -1): Local<'v128'> {
  const top = f.let(z.get(0));
  z.each((k) => f.set(top, sign === 1 ? f32x4.pmax(top, z.get(k)) : f32x4.pmin(top, z.get(k))));
  return top;
}

/** e^(sign·(z − the largest)) / Σ of them */
function softmax(sign: 1 | -1): VectorKernel {
  return {
    shape: 'vector',
    forward(f, z, a) {
      const top = emitLargest(f, z, sign);
      const sum = f.let(f32x4.const(0));
      z.each((k) => {
        const e = emitFading(f, sign === 1 ? f32x4.sub(z.get(k), top) : f32x4.sub(top, z.get(k)));
        f.set(sum, f32x4.add(sum, e));
        a.set(k, e);
      });
      a.each((k) => a.set(k, f32x4.div(a.get(k), sum)));
    },
    // dz = sign·a·(da − Σ a·da)
    backward(f, _, a, da, dz) {
      const mean = emitSum(f, a, (k) => f32x4.mul(a.get(k), da.get(k)));
      dz.each((k) => {
        const distance = sign === 1 ? f32x4.sub(da.get(k), mean) : f32x4.sub(mean, da.get(k));
        dz.set(k, f32x4.mul(a.get(k), distance));
      });
    },
  };
}

const logSoftmax: VectorKernel = {
  shape: 'vector',
  forward(f, z, a) {
    const top = emitLargest(f, z, 1);
    const shift = emitLog(
      f,
      emitSum(f, z, (k) => emitFading(f, f32x4.sub(z.get(k), top))),
    );
    z.each((k) => a.set(k, f32x4.sub(f32x4.sub(z.get(k), top), shift)));
  },
  // dz = da − e^a·Σ da
  backward(f, _, a, da, dz) {
    const sum = emitSum(f, da, (k) => da.get(k));
    dz.each((k) => dz.set(k, f32x4.sub(da.get(k), f32x4.mul(emitFading(f, a.get(k)), sum))));
  },
};

/**
 * max(z − largest − τ, 0) with τ such that the sum is 1 (Martins and Astudillo 2016), by Michelot's
 * iteration: τ is the mean over the entries above it, less 1/their number, until no entry leaves. A lane that
 * has converged no longer changes, so that its result does not depend on the others. There are never more
 * rounds than entries.
 */
const sparsemax: VectorKernel = {
  shape: 'vector',
  forward(f, z, a) {
    const top = emitLargest(f, z, 1);
    const threshold = f.let(f32x4.const(Number.NEGATIVE_INFINITY));
    const support = f.let(f32x4.const(-1));
    const active = f.let(f32x4.eq(support, support));
    const rounds = f.let(i32.const(z.size + 1));
    f.loop((again) => {
      const sum = f.let(f32x4.const(0));
      const count = f.let(f32x4.const(0));
      z.each((k) => {
        const entry = f.let(f32x4.sub(z.get(k), top));
        const above = f.let(f32x4.gt(entry, threshold));
        f.set(sum, f32x4.add(sum, v128.and(entry, above)));
        f.set(count, f32x4.add(count, where(above, 1)));
      });
      f.set(active, v128.and(active, f32x4.ne(count, support)));
      f.set(support, count);
      f.set(threshold, v128.bitselect(f32x4.div(f32x4.sub(sum, 1), count), threshold, active));
      f.set(rounds, i32.sub(rounds, 1));
      f.branchIf(again, i32.and(v128.any_true(active), i32.gt_s(rounds, 0)));
    });
    a.each((k) => a.set(k, f32x4.pmax(f32x4.sub(f32x4.sub(z.get(k), top), threshold), 0)));
  },
  // dz = da − the mean of da over the support, where a > 0
  backward(f, _, a, da, dz) {
    const sum = f.let(f32x4.const(0));
    const support = f.let(f32x4.const(0));
    a.each((k) => {
      const positive = f.let(f32x4.gt(a.get(k), 0));
      f.set(sum, f32x4.add(sum, v128.and(da.get(k), positive)));
      f.set(support, f32x4.add(support, where(positive, 1)));
    });
    const mean = f.let(f32x4.div(sum, support));
    dz.each((k) => dz.set(k, v128.and(f32x4.sub(da.get(k), mean), f32x4.gt(a.get(k), 0))));
  },
};

export const distributions: Readonly<Record<string, VectorKernel>> = {
  softmax: softmax(1),
  softmin: softmax(-1),
  log_softmax: logSoftmax,
  sparsemax,
};
