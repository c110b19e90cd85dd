/** Functions with a bounded range, and log_sigmoid. Letters: z in, a = f(z). */

import { f32x4, type Local, type V128 } from '../../../assembler';
import { num } from '../../../spec/catalogue/parameters';
import type { ParameterValues } from '../../../spec/catalogue/types';
import { emitExp } from '../math/exponential';
import { emitLog1pUnit } from '../math/logarithm';
import { emitSigmoid, emitTanh } from '../math/sigmoids';
import type { ElementwiseKernel } from './kernel';
import { clip, inside } from './masks';

const lecunScale = 1.7159;
const lecunSlope = 2 / 3;

/** 1 − t² for t = tanh z, in a form that keeps its digits where t is near ±1. */
export const sechSquared = (t: Local<'v128'>): V128 => f32x4.mul(f32x4.sub(1, t), f32x4.add(t, 1));

export const squashing: Readonly<Record<string, (p: ParameterValues) => ElementwiseKernel>> = {
  sigmoid: () => ({
    shape: 'elementwise',
    cheap: false,
    forward: emitSigmoid,
    derivative: (_, _z, a) => f32x4.mul(a, f32x4.sub(1, a)),
  }),
  tanh: () => ({
    shape: 'elementwise',
    cheap: false,
    forward: emitTanh,
    derivative: (_, _z, a) => sechSquared(a),
  }),
  softsign: () => ({
    shape: 'elementwise',
    cheap: true,
    forward: (_, z) => f32x4.div(z, f32x4.add(f32x4.abs(z), 1)),
    derivative(f, z) {
      const d = f.let(f32x4.add(f32x4.abs(z), 1));
      // Divided twice, since the square could overflow.
      return f32x4.div(f32x4.div(1, d), d);
    },
  }),
  hard_sigmoid: () => ({
    shape: 'elementwise',
    cheap: true,
    forward: (_, z) => f32x4.mul(clip(f32x4.add(z, 3), 0, 6), 1 / 6),
    derivative: (_, z) => f32x4.mul(inside(z, -3, 3), 1 / 6),
  }),
  hard_tanh: (p) => ({
    shape: 'elementwise',
    cheap: true,
    forward: (_, z) => clip(z, num(p, 'min'), num(p, 'max')),
    derivative: (_, z) => inside(z, num(p, 'min'), num(p, 'max')),
  }),
  log_sigmoid: () => ({
    shape: 'elementwise',
    cheap: false,
    forward(f, z) {
      const e = emitExp(f, f32x4.neg(f32x4.abs(z)), 'negative');
      return f32x4.sub(f32x4.pmin(z, 0), emitLog1pUnit(f, e));
    },
    derivative: (f, z) => emitSigmoid(f, f32x4.neg(z)),
  }),
  lecun_tanh: () => ({
    shape: 'elementwise',
    cheap: false,
    forward: (f, z) => f32x4.mul(emitTanh(f, f32x4.mul(z, lecunSlope)), lecunScale),
    derivative: (f, z) => f32x4.mul(sechSquared(emitTanh(f, f32x4.mul(z, lecunSlope))), lecunScale * lecunSlope),
  }),
};
