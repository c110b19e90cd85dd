/**
 * Smooth relatives of relu: softplus and the functions of the form z·(a gate of z). Letters: z in, a = f(z).
 */

import { type FunctionBuilder, f32x4, type Local, type V128, v128 } from '../../../assembler';
import { num } from '../../../spec/catalogue/parameters';
import type { ParameterValues } from '../../../spec/catalogue/types';
import { emitExp } from '../math/exponential';
import { emitErf, emitSigmoid, emitSoftplus, emitTanh } from '../math/sigmoids';
import type { ElementwiseKernel } from './kernel';
import { aboveElse, clip } from './masks';
import { sechSquared } from './squashing';

const inverseRootTwoPi = 0.3989422804014327;
const rootTwoOverPi = 0.7978845608028654;
const cubic = 0.044715;

/** Φ(z), the standard normal distribution function. */
function emitNormalCdf(f: FunctionBuilder, z: Local<'v128'>): V128 {
  return f32x4.mul(f32x4.add(emitErf(f, f32x4.mul(z, Math.SQRT1_2)), 1), 0.5);
}

/** z·Φ(z); Φ′ is the normal density. */
export const gelu: ElementwiseKernel = {
  shape: 'elementwise',
  cheap: false,
  forward: (f, z) => f32x4.mul(z, emitNormalCdf(f, z)),
  derivative(f, z) {
    const density = f32x4.mul(emitExp(f, f32x4.mul(f32x4.mul(z, z), -0.5), 'negative'), inverseRootTwoPi);
    return f32x4.add(emitNormalCdf(f, z), f32x4.mul(z, density));
  },
};

/** Hendrycks and Gimpel's form, ½z(1 + tanh(√(2/π)(z + 0.044715 z³))); beyond ±30 the tanh is ±1. */
const geluTanh: ElementwiseKernel = {
  shape: 'elementwise',
  cheap: false,
  forward(f, z) {
    const near = f.let(clip(z, -30, 30));
    const t = emitTanh(f, innerOf(near, f.let(f32x4.mul(near, near))));
    return f32x4.mul(f32x4.mul(z, 0.5), f32x4.add(t, 1));
  },
  derivative(f, z) {
    const near = f.let(clip(z, -30, 30));
    const square = f.let(f32x4.mul(near, near));
    const t = emitTanh(f, innerOf(near, square));
    const slope = f32x4.mul(f32x4.add(f32x4.mul(square, 3 * cubic), 1), 0.5 * rootTwoOverPi);
    return f32x4.add(f32x4.mul(f32x4.add(t, 1), 0.5), f32x4.mul(f32x4.mul(near, sechSquared(t)), slope));
  },
};

const innerOf = (z: Local<'v128'>, square: Local<'v128'>): V128 =>
  f32x4.mul(z, f32x4.add(f32x4.mul(square, rootTwoOverPi * cubic), rootTwoOverPi));

/** z·σ(z) */
export const silu: ElementwiseKernel = {
  shape: 'elementwise',
  cheap: false,
  forward: (f, z) => f32x4.mul(z, emitSigmoid(f, z)),
  // σ + z·σ′, both from e^−|z|, so that nothing cancels.
  derivative(f, z) {
    const e = emitExp(f, f32x4.neg(f32x4.abs(z)), 'negative');
    const larger = f.let(f32x4.div(1, f32x4.add(e, 1)));
    const smaller = f.let(f32x4.mul(e, larger));
    const sigmoid = v128.bitselect(larger, smaller, f32x4.ge(z, 0));
    return f32x4.add(sigmoid, f32x4.mul(z, f32x4.mul(smaller, larger)));
  },
};

interface MishGate {
  /** tanh(ln(1 + e^z)) = numerator/denominator */
  readonly numerator: Local<'v128'>;
  readonly denominator: Local<'v128'>;
  /** denominator − numerator */
  readonly rest: Local<'v128'>;
}

/** A rational function of e = e^−|z|: (1 + 2e)/(1 + 2e + 2e²) for z > 0, else (e² + 2e)/(e² + 2e + 2). */
function emitMishGate(f: FunctionBuilder, z: Local<'v128'>): MishGate {
  const e = emitExp(f, f32x4.neg(f32x4.abs(z)), 'negative');
  const square = f.let(f32x4.mul(e, e));
  const one = f32x4.const(1);
  const numerator = f.let(f32x4.add(f32x4.add(e, e), aboveElse(z, 0, one, square)));
  const rest = f.let(f32x4.mul(aboveElse(z, 0, square, one), 2));
  return { numerator, rest, denominator: f.let(f32x4.add(numerator, rest)) };
}

const mish: ElementwiseKernel = {
  shape: 'elementwise',
  cheap: false,
  forward(f, z) {
    const { numerator, denominator } = emitMishGate(f, z);
    return f32x4.mul(z, f32x4.div(numerator, denominator));
  },
  // g + z·(1 − g²)·σ(z) for the gate g = n/d; 1 − g² = (d − n)(d + n)/d².
  derivative(f, z) {
    const { numerator, denominator, rest } = emitMishGate(f, z);
    const share = f32x4.div(rest, denominator);
    const slope = f32x4.mul(share, f32x4.div(f32x4.add(denominator, numerator), denominator));
    return f32x4.add(f32x4.div(numerator, denominator), f32x4.mul(f32x4.mul(z, slope), emitSigmoid(f, z)));
  },
};

function softplus(beta: number, threshold: number): ElementwiseKernel {
  return {
    shape: 'elementwise',
    cheap: false,
    forward(f, z) {
      const scaled = f.let(f32x4.mul(z, beta));
      return aboveElse(scaled, threshold, z, f32x4.div(emitSoftplus(f, scaled), beta));
    },
    derivative(f, z) {
      const scaled = f.let(f32x4.mul(z, beta));
      return aboveElse(scaled, threshold, f32x4.const(1), emitSigmoid(f, scaled));
    },
  };
}

/** (z + √(z² + b))/2; for negative z the sum cancels and its conjugate does not. */
function squareplus(b: number): ElementwiseKernel {
  const emitRoot = (f: FunctionBuilder, z: Local<'v128'>): Local<'v128'> => {
    const size = f.let(f32x4.abs(z));
    const root = f32x4.sqrt(f32x4.add(f32x4.mul(z, z), b));
    // Where z² would overflow, b makes no difference.
    return f.let(aboveElse(size, 1e19, size, root));
  };
  const emitValue = (f: FunctionBuilder, z: Local<'v128'>, root: Local<'v128'>): V128 => {
    const conjugate = f32x4.div(b / 2, f32x4.sub(root, z));
    const sum = f32x4.add(f32x4.mul(z, 0.5), f32x4.mul(root, 0.5));
    return f.let(v128.bitselect(conjugate, sum, f32x4.lt(z, 0)));
  };
  return {
    shape: 'elementwise',
    cheap: false,
    forward: (f, z) => emitValue(f, z, emitRoot(f, z)),
    derivative(f, z) {
      const root = emitRoot(f, z);
      const slope = f32x4.div(emitValue(f, z, root), root);
      return v128.bitselect(f32x4.const(0.5), slope, f32x4.eq(root, 0));
    },
  };
}

const hardSilu: ElementwiseKernel = {
  shape: 'elementwise',
  cheap: true,
  forward: (_, z) => f32x4.mul(z, f32x4.mul(clip(f32x4.add(z, 3), 0, 6), 1 / 6)),
  derivative(_, z) {
    const middle = f32x4.add(f32x4.mul(z, 1 / 3), 0.5);
    return v128.andnot(aboveElse(z, 3, f32x4.const(1), middle), f32x4.lt(z, -3));
  },
};

export const smooth: Readonly<Record<string, (p: ParameterValues) => ElementwiseKernel>> = {
  gelu: (p) => (p.approximate === 'tanh' ? geluTanh : gelu),
  silu: () => silu,
  mish: () => mish,
  softplus: (p) => softplus(num(p, 'beta'), num(p, 'threshold')),
  squareplus: (p) => squareplus(num(p, 'b')),
  hard_silu: () => hardSilu,
};
