/** Powers: with a whole exponent in float64, with any exponent in float32. */
import {
  type Expr,
  type F32x4,
  type F64,
  type FunctionBuilder,
  f32x4,
  f64,
  f64x2,
  i32x4,
  type Local,
  type V128,
  v128,
} from '../../../assembler';
import { emitExpOf, rounder } from './exponential';
import { split } from './logarithm';

/**
 * base^n in float64 for a finite whole n ≥ 0, by squaring: β^t of an optimizer's step t. The relative error
 * is below n·2⁻⁵³, 1.2e−10 for a million steps; by then β^t has long vanished.
 */
export function emitWholePower(f: FunctionBuilder, base: F64, n: Expr<'f64'>): Local<'f64'> {
  const result = f.let(f64.const(1));
  const square = f.let(typeof base === 'number' ? f64.const(base) : base);
  const left = f.let(n);
  f.while(f64.gt(left, 0), () => {
    const half = f.let(f64.floor(f64.mul(left, 0.5)));
    f.if(f64.gt(f64.sub(left, f64.add(half, half)), 0), () => f.set(result, f64.mul(result, square)));
    f.set(square, f64.mul(square, square));
    f.set(left, half);
  });
  return result;
}

/** Coefficients of 2·artanh(s)/s in s², highest power first. */
const series = [2 / 15, 2 / 13, 2 / 11, 2 / 9, 2 / 7, 2 / 5, 2 / 3, 2];

/**
 * y·ln x of two numbers in float64, from x = 2^k·(1 + m). It is clamped to bounds at which e^(y·ln x) is
 * already 0 or ∞.
 */
function exponentOf(f: FunctionBuilder, k: V128, m: V128, logarithm: (inside: V128) => V128, y: V128): Local<'v128'> {
  const mantissa = f.let(f64x2.promote_low_f32x4(m));
  const s = f.let(f64x2.div(mantissa, f64x2.add(mantissa, 2)));
  const z = f.let(f64x2.mul(s, s));
  let sum = f64x2.const(series[0]);
  for (const coefficient of series.slice(1)) {
    sum = f64x2.add(f64x2.mul(sum, z), coefficient);
  }
  const inside = f64x2.add(f64x2.mul(f64x2.promote_low_f32x4(k), Math.LN2), f64x2.mul(s, sum));
  const product = f64x2.mul(f64x2.promote_low_f32x4(y), logarithm(inside));
  return f.let(f64x2.pmin(f64x2.pmax(product, -105), 90));
}

/**
 * x^y for four numbers, as ECMAScript's `**` defines it (1^±∞ is NaN), by e^(y·ln x) with the product in
 * float64. Less than 1 ulp from the exact value; small whole exponents that are known here become products,
 * less than 2 ulp from it.
 */
export function emitPow(f: FunctionBuilder, x: V128, y: F32x4): Local<'v128'> {
  const base = f.let(x);
  if (y === 0) {
    return f.let(f32x4.const(1));
  }
  if (y === 1) {
    return base;
  }
  if (y === 2) {
    return f.let(f32x4.mul(base, base));
  }
  if (y === 3) {
    return f.let(f32x4.mul(f32x4.mul(base, base), base));
  }
  const exponent = f.let(typeof y === 'number' ? f32x4.const(y) : y);
  const size = f.let(f32x4.abs(base));

  const subnormal = f.let(f32x4.lt(size, 1.1754943508222875e-38));
  const parts = split(f, f.let(v128.bitselect(f32x4.mul(size, 8388608), size, subnormal)));
  const k = f.let(f32x4.sub(parts.k, v128.and(subnormal, f32x4.const(23))));
  const half = (of: V128, upper: boolean): V128 => (upper ? v128.shuffle32(of, of, [2, 3, 2, 3]) : of);
  const products = [false, true].map((upper) => {
    // ln 0 is −∞, ln ∞ is ∞, and ln NaN is NaN: the reduction does not cover them.
    const wide = f.let(f64x2.promote_low_f32x4(half(size, upper)));
    const logarithm = (inside: V128): V128 => {
      const finite = v128.bitselect(inside, wide, f64x2.lt(wide, Number.POSITIVE_INFINITY));
      return v128.bitselect(f64x2.const(Number.NEGATIVE_INFINITY), finite, f64x2.eq(wide, 0));
    };
    return exponentOf(f, half(k, upper), half(parts.f, upper), logarithm, half(exponent, upper));
  });

  // From here on as in the float32 exponential, except for the reduction.
  const joined = (of: (product: Local<'v128'>) => V128): V128 =>
    v128.shuffle32(f32x4.demote_f64x2_zero(of(products[0])), f32x4.demote_f64x2_zero(of(products[1])), [0, 1, 4, 5]);
  const binades = (product: V128): V128 => f64x2.nearest(f64x2.mul(product, Math.LOG2E));
  const rest = (product: V128): V128 => f64x2.sub(product, f64x2.mul(binades(product), Math.LN2));
  const above = f.let(joined(rest));
  const lost = joined((product) =>
    f64x2.sub(f64x2.promote_low_f32x4(f32x4.demote_f64x2_zero(rest(product))), rest(product)),
  );
  const shifted = f.let(f32x4.add(joined(binades), rounder));
  const power = emitExpOf(f, { shifted, above, below: f.let(lost) });

  const whole = f32x4.eq(f32x4.floor(exponent), exponent);
  const halved = f32x4.mul(exponent, 0.5);
  const odd = v128.andnot(whole, f32x4.eq(f32x4.floor(halved), halved));
  const signed = v128.xor(power, v128.and(v128.and(base, odd), i32x4.const(-0x80000000)));
  const negative = v128.and(f32x4.lt(base, 0), f32x4.gt(base, Number.NEGATIVE_INFINITY));
  const defined = v128.or(signed, v128.andnot(negative, whole));
  return f.let(v128.bitselect(f32x4.const(1), defined, f32x4.eq(exponent, 0)));
}
