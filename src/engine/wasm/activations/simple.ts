/** The identity, the shrinkage family, and functions kept for lessons. Letters: z in, a = f(z). */

import { f32x4, type Local, type V128, v128 } from '../../../assembler';
import { num } from '../../../spec/catalogue/parameters';
import type { ParameterValues } from '../../../spec/catalogue/types';
import { emitExp } from '../math/exponential';
import { emitTanh } from '../math/sigmoids';
import { emitCopySign } from '../math/sign';
import { emitCosine, emitSine } from '../math/trigonometry';
import type { ElementwiseKernel } from './kernel';
import { where } from './masks';

/** 1 for |z| > threshold, else 0. */
const outside = (z: Local<'v128'>, threshold: number): V128 => where(f32x4.gt(f32x4.abs(z), threshold), 1);

export const simple: Readonly<Record<string, (p: ParameterValues) => ElementwiseKernel>> = {
  linear: () => ({
    shape: 'elementwise',
    cheap: true,
    forward: (_, z) => z,
    derivative: () => f32x4.const(1),
  }),
  hard_shrink: (p) => ({
    shape: 'elementwise',
    cheap: true,
    forward: (_, z) => v128.andnot(z, f32x4.le(f32x4.abs(z), num(p, 'threshold'))),
    derivative: (_, z) => outside(z, num(p, 'threshold')),
  }),
  soft_shrink: (p) => ({
    shape: 'elementwise',
    cheap: true,
    forward: (_, z) => emitCopySign(f32x4.pmax(f32x4.sub(f32x4.abs(z), num(p, 'threshold')), 0), z),
    derivative: (_, z) => outside(z, num(p, 'threshold')),
  }),
  tanh_shrink: () => ({
    shape: 'elementwise',
    cheap: false,
    forward: (f, z) => f32x4.sub(z, emitTanh(f, z)),
    derivative(f, z) {
      const t = emitTanh(f, z);
      return f32x4.mul(t, t);
    },
  }),
  exponential: () => ({
    shape: 'elementwise',
    cheap: false,
    forward: (f, z) => emitExp(f, z),
    derivative: (_, _z, a) => a,
  }),
  step: () => ({
    shape: 'elementwise',
    cheap: true,
    // All bits set are a NaN.
    forward: (_, z) => v128.or(where(f32x4.gt(z, 0), 1), f32x4.ne(z, z)),
    derivative: () => f32x4.const(0),
  }),
  sine: () => ({ shape: 'elementwise', cheap: false, forward: emitSine, derivative: emitCosine }),
  gaussian: () => ({
    shape: 'elementwise',
    cheap: false,
    forward: (f, z) => emitExp(f, f32x4.neg(f32x4.mul(z, z)), 'negative'),
    derivative: (_, z, a) => f32x4.mul(f32x4.mul(z, a), -2),
  }),
};
