/** Losses of the difference d = o − t, output by output. */
import { type FunctionBuilder, f32x4, type Local, type V128, v128 } from '../../../assembler';
import { emitExp } from '../math/exponential';
import { emitLog1p } from '../math/logarithm';
import { emitTanh } from '../math/sigmoids';
import { emitSign } from '../math/sign';
import type { LossKernel } from './kernel';
import { mean, ofOutputs, sumOfTerms, type Term } from './sums';

function ofDifference(
  weight: (outputs: number) => number,
  term: (f: FunctionBuilder, d: Local<'v128'>) => Term,
): LossKernel {
  return sumOfTerms(ofOutputs, weight, (f, o, t) => term(f, f.let(f32x4.sub(o, t))));
}

/** L = mean_k d²;  dL/do = 2 d/K */
export function squaredError(): LossKernel {
  return ofDifference(mean, (_f, d) => ({ loss: f32x4.mul(d, d), slope: () => f32x4.add(d, d) }));
}

/** L = ½ Σ_k d²;  dL/do = d */
export function halfSquaredError(): LossKernel {
  return ofDifference(
    () => 1,
    (_f, d) => ({ loss: f32x4.mul(f32x4.mul(d, d), 0.5), slope: () => d }),
  );
}

/** f = |d|;  f′ = sign d, 0 at 0 */
export function absoluteError(): LossKernel {
  return ofDifference(mean, (f, d) => ({ loss: f32x4.abs(d), slope: () => emitSign(f, d) }));
}

/** A NaN stays one. */
const between = (d: V128, limit: number): V128 => f32x4.pmax(f32x4.pmin(d, limit), -limit);

/** f = ½d² for |d| ≤ δ, else δ (|d| − δ/2);  f′ = d, else ±δ */
export function huber(delta: number): LossKernel {
  return ofDifference(mean, (f, d) => {
    const size = f.let(f32x4.abs(d));
    const outside = f32x4.mul(f32x4.sub(size, 0.5 * delta), delta);
    return {
      loss: v128.bitselect(f32x4.mul(f32x4.mul(d, 0.5), d), outside, f32x4.le(size, delta)),
      slope: () => between(d, delta),
    };
  });
}

/** f = ½d²/β for |d| < β, else |d| − β/2;  f′ = d/β, else ±1 */
export function smoothL1(beta: number): LossKernel {
  return ofDifference(mean, (f, d) => {
    const size = f.let(f32x4.abs(d));
    const inside = f32x4.div(f32x4.mul(f32x4.mul(d, 0.5), d), beta);
    return {
      loss: v128.bitselect(inside, f32x4.sub(size, 0.5 * beta), f32x4.lt(size, beta)),
      slope: () => between(f32x4.div(d, beta), 1),
    };
  });
}

const { LN2: ln2 } = Math;

/**
 * f = ln cosh d, f′ = tanh d. For |d| ≥ 1 f = |d| + ln(1 + e^−2|d|) − ln 2, which never overflows. For
 * smaller |d| that would cancel, and f = −½ ln(1 − tanh² d).
 */
export function logCosh(): LossKernel {
  return ofDifference(mean, (f, d) => {
    const size = f.let(f32x4.abs(d));
    const slope = emitTanh(f, d);
    const near = f.let(f32x4.lt(size, 1));
    const e = emitExp(f, f32x4.mul(size, -2), 'negative');
    const logarithm = emitLog1p(f, v128.bitselect(f32x4.neg(f32x4.mul(slope, slope)), e, near));
    const far = f32x4.add(f32x4.sub(size, ln2), logarithm);
    return { loss: v128.bitselect(f32x4.mul(logarithm, -0.5), far, near), slope: () => slope };
  });
}
