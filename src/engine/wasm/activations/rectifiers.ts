/** relu and the functions that differ from it on the negative side or by a cap. Letters: z in, a = f(z). */

import { f32x4, type Local, type V128, v128 } from '../../../assembler';
import { num } from '../../../spec/catalogue/parameters';
import type { ParameterValues } from '../../../spec/catalogue/types';
import { emitExp, emitExpm1 } from '../math/exponential';
import type { ElementwiseKernel } from './kernel';
import { aboveElse, clip, inside, where } from './masks';

const seluScale = 1.0507009873554805;
const seluAlpha = 1.6732632423543772;

/** z for z > 0, else s·z. */
export const sloped = (z: Local<'v128'>, slope: V128): V128 => aboveElse(z, 0, z, f32x4.mul(z, slope));

/** 1 for z > 0, else s. */
export const slopeOf = (z: Local<'v128'>, slope: V128): V128 => aboveElse(z, 0, f32x4.const(1), slope);

/** A fixed slope: for prelu the initial one, for rrelu the mean; their layers learn or draw theirs. */
function leaky(slope: number): ElementwiseKernel {
  return {
    shape: 'elementwise',
    cheap: true,
    forward: (_, z) => sloped(z, f32x4.const(slope)),
    derivative: (_, z) => slopeOf(z, f32x4.const(slope)),
  };
}

/** scale·z for z > 0, else scale·α·(e^(z/width) − 1). */
function exponentialLinear(scale: number, alpha: number, width: number): ElementwiseKernel {
  const narrowed = (z: Local<'v128'>): V128 => (width === 1 ? z : f32x4.div(z, width));
  const positive = (z: Local<'v128'>): V128 => (scale === 1 ? z : f32x4.mul(z, scale));
  return {
    shape: 'elementwise',
    cheap: false,
    forward: (f, z) => aboveElse(z, 0, positive(z), f32x4.mul(emitExpm1(f, narrowed(z)), scale * alpha)),
    derivative(f, z) {
      const negative = f32x4.mul(emitExp(f, narrowed(z)), (scale * alpha) / width);
      return aboveElse(z, 0, f32x4.const(scale), negative);
    },
  };
}

export const rectifiers: Readonly<Record<string, (p: ParameterValues) => ElementwiseKernel>> = {
  relu: () => ({
    shape: 'elementwise',
    cheap: true,
    forward: (_, z) => f32x4.pmax(z, 0),
    derivative: (_, z) => where(f32x4.gt(z, 0), 1),
  }),
  relu6: () => ({
    shape: 'elementwise',
    cheap: true,
    forward: (_, z) => clip(z, 0, 6),
    derivative: (_, z) => inside(z, 0, 6),
  }),
  leaky_relu: (p) => leaky(num(p, 'negative_slope')),
  prelu: (p) => leaky(num(p, 'init')),
  rrelu: (p) => leaky((num(p, 'lower') + num(p, 'upper')) / 2),
  elu: (p) => exponentialLinear(1, num(p, 'alpha'), 1),
  celu: (p) => exponentialLinear(1, num(p, 'alpha'), num(p, 'alpha')),
  selu: () => exponentialLinear(seluScale, seluAlpha, 1),
  threshold: (p) => ({
    shape: 'elementwise',
    cheap: true,
    forward: (_, z) => v128.bitselect(f32x4.const(num(p, 'value')), z, f32x4.le(z, num(p, 'threshold'))),
    derivative: (_, z) => where(f32x4.gt(z, num(p, 'threshold')), 1),
  }),
};
