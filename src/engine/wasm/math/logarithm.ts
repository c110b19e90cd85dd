/**
 * Logarithms in float32. A number is brought to 2^k·(1 + f) with 1 + f in [√½, √2); ln(1 + f) = f − s·(f − R)
 * with s = f/(2 + f) and R = s²·(2/3 + 2/5·s² + …), the rest of the series of 2·artanh(s), as a Chebyshev fit
 * by 50-digit arithmetic.
 */
import { type FunctionBuilder, f32x4, i32x4, type Local, type V128, v128 } from '../../../assembler';
import { polynomial } from './polynomial';
import { emitCopySign } from './sign';

/** ln 2 to nine bits, and the rest. */
const ln2High = 0.693359375;
const ln2Low = -0.00021219444005469057;

/** (2·artanh(s)/s − 2)/s² in s² for |s| ≤ 0.172 (error 1.2e−9), and for |s| ≤ 1/3 (error 7.3e−9). */
const tail = [0.23331614471843498, 0.28550778633191964, 0.4000012221181065, 0.6666666655404201] as const;
const longTail = [
  0.2322432922402335, 0.21706575800880373, 0.28592357994302836, 0.3999970633192972, 0.6666666732052742,
] as const;

const rootHalfBits = 0x3f3504f3;

/** A number as 2^k·(1 + f) with 1 + f in [√½, √2). */
export interface Parts {
  /** k as float32 */
  readonly k: V128;
  readonly f: Local<'v128'>;
}

/** For a positive normal number; undefined for others. */
export function split(f: FunctionBuilder, x: Local<'v128'>): Parts {
  // The difference of the bits to those of √½ holds k in its exponent bits; the rest is the mantissa.
  const shifted = f.let(i32x4.sub(x, rootHalfBits));
  const mantissa = i32x4.add(v128.and(shifted, i32x4.const(0x7fffff)), rootHalfBits);
  return { k: f32x4.convert_i32x4_s(i32x4.shr_s(shifted, 23)), f: f.let(f32x4.sub(mantissa, 1)) };
}

/** −(s·(x − R)) for s = x/(2 + x) */
function seriesAfterLinear(f: FunctionBuilder, x: Local<'v128'>, coefficients: typeof tail | typeof longTail): V128 {
  const s = f.let(f32x4.div(x, f32x4.add(x, 2)));
  const z = f.let(f32x4.mul(s, s));
  return f32x4.mul(s, f32x4.sub(f32x4.mul(z, polynomial(z, coefficients)), x));
}

/** ln x for four numbers. Less than 1 ulp from the exact value. −∞ at ±0, NaN below. */
export function emitLog(f: FunctionBuilder, x: V128): Local<'v128'> {
  const input = f.let(x);
  const subnormal = f.let(f32x4.lt(input, 1.1754943508222875e-38));
  const normal = f.let(v128.bitselect(f32x4.mul(input, 8388608), input, subnormal));
  const parts = split(f, normal);
  const k = f.let(f32x4.sub(parts.k, v128.and(subnormal, f32x4.const(23))));
  const small = f32x4.add(seriesAfterLinear(f, parts.f, tail), f32x4.mul(k, ln2Low));
  const result = f32x4.add(f32x4.mul(k, ln2High), f32x4.add(parts.f, small));
  return atTheEnds(f, input, result, 0);
}

/**
 * ln(1 + x) for four numbers, exact to the last places near 0; keeps the sign of a zero. Less than 1 ulp from
 * the exact value. −∞ at −1, NaN below.
 */
export function emitLog1p(f: FunctionBuilder, x: V128): Local<'v128'> {
  const input = f.let(x);
  const u = f.let(f32x4.add(input, 1));
  const parts = split(f, u);
  const k = f.let(parts.k);
  // The rounding error of 1 + x, relative to it. Each difference is exact.
  const large = f32x4.sub(1, f32x4.sub(u, input));
  const lost = v128.bitselect(large, f32x4.sub(input, f32x4.sub(u, 1)), f32x4.gt(input, 1));
  const low = f32x4.add(f32x4.mul(k, ln2Low), f32x4.div(lost, u));
  const small = f32x4.add(seriesAfterLinear(f, parts.f, tail), low);
  const result = f32x4.add(f32x4.mul(k, ln2High), f32x4.add(parts.f, small));
  const whole = atTheEnds(f, input, result, -1);
  // The logarithm has the sign of x, and so has its zero.
  return f.let(emitCopySign(whole, input));
}

/** ln(1 + x) for four numbers in [0, 1]: cheaper than `emitLog1p`. Less than 1.5 ulp from the exact value. */
export function emitLog1pUnit(f: FunctionBuilder, x: V128): Local<'v128'> {
  const input = f.let(x);
  return f.let(f32x4.add(input, seriesAfterLinear(f, input, longTail)));
}

/** −∞ at `pole`, NaN below it, x itself where x is ∞ or NaN. */
function atTheEnds(f: FunctionBuilder, x: Local<'v128'>, inside: V128, pole: number): Local<'v128'> {
  const finite = v128.bitselect(inside, x, f32x4.lt(x, Number.POSITIVE_INFINITY));
  const defined = v128.or(finite, f32x4.lt(x, pole));
  return f.let(v128.bitselect(f32x4.const(Number.NEGATIVE_INFINITY), defined, f32x4.eq(x, pole)));
}
