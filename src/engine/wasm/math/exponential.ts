/**
 * e^x and e^x − 1 in float32. Both bring x to k·ln 2 + r with |r| ≤ ½ ln 2 (Cody and Waite, 1980): the high
 * part of ln 2 has nine bits, so that k times it is exact. Then a polynomial for (e^r − 1 − r)/r², a
 * Chebyshev fit by 50-digit arithmetic.
 */
import { type FunctionBuilder, f32x4, i32x4, type Local, type V128, v128 } from '../../../assembler';

const ln2High = 0.693359375;
const ln2Low = -0.00021219444005469057;

/** Added to a number below 2²² it leaves the nearest integer in the lowest bits of the sum. */
export const rounder = 12582912;
/** The bias of float32 exponents. */
const bias = 127;
/** k + this is the sum of the exponents, as stored, of two factors whose product is 2^k. */
const twoBiases = 2 * bias;
/** From this exponent down `emitFading` is 0. */
const faded = -69;

/** (e^r − 1 − r)/r² for |r| ≤ 0.347 (error 6.5e−8), the lowest power first. */
const afterLinear = [
  0.5, 0.16666576989698775, 0.041666554617204574, 0.008363179052722578, 0.0013926183587713494,
] as const;

/** A reduced exponent: k·ln 2 + r with r = above − below. */
export interface Reduced {
  /** k + `rounder` as float32. */
  readonly shifted: Local<'v128'>;
  readonly above: Local<'v128'>;
  readonly below: V128;
}

function reduce(f: FunctionBuilder, x: Local<'v128'>): Reduced {
  const shifted = f.let(f32x4.add(f32x4.mul(x, Math.LOG2E), rounder));
  const k = f.let(f32x4.sub(shifted, rounder));
  return { shifted, above: f.let(f32x4.sub(x, f32x4.mul(k, ln2High))), below: f.let(f32x4.mul(k, ln2Low)) };
}

/**
 * e^r − 1; the bits that r cannot hold are added last. Few of the polynomial's terms depend on one another.
 */
function emitSeries(f: FunctionBuilder, { above, below }: Reduced): V128 {
  const r = f.let(f32x4.sub(above, below));
  const square = f.let(f32x4.mul(r, r));
  const [c2, c3, c4, c5, c6] = afterLinear;
  const low = f32x4.sub(f32x4.mul(square, f32x4.add(f32x4.mul(r, c3), c2)), below);
  const high = f32x4.add(f32x4.mul(square, c6), f32x4.add(f32x4.mul(r, c5), c4));
  return f32x4.add(above, f32x4.add(low, f32x4.mul(f32x4.mul(square, square), high)));
}

/** e^(k·ln 2 + r)·2^`shift` for k + shift in −152 … 130. */
export function emitExpOf(f: FunctionBuilder, reduced: Reduced, shift: 0 | -1 = 0): Local<'v128'> {
  // 2^k as two factors: one would not do where the result is subnormal, or k is 128. Only the last product
  // rounds.
  const exponents = f.let(i32x4.add(reduced.shifted, twoBiases + shift));
  const half = f.let(i32x4.shr_u(exponents, 1));
  const first = i32x4.shl(half, 23);
  const second = i32x4.shl(i32x4.sub(exponents, half), 23);
  return f.let(f32x4.mul(f32x4.mul(f32x4.add(emitSeries(f, reduced), 1), first), second));
}

/**
 * e^x for four numbers. Less than 1 ulp from the exact value; subnormal results too; 0 and ∞ at the ends.
 * `sign: 'negative'` promises x ≤ 0 and saves the test for the upper end.
 */
export function emitExp(f: FunctionBuilder, x: V128, sign: 'any' | 'negative' = 'any'): Local<'v128'> {
  // Beyond the bounds the result is 0 or ∞ as it is at them; pmin and pmax let a NaN in their first operand
  // pass.
  const low = f32x4.pmax(x, -105);
  return emitExpOf(f, reduce(f, f.let(sign === 'negative' ? low : f32x4.pmin(low, 90))));
}

/**
 * e^x for four numbers that are not positive, for sums in which the largest term is 1: exactly 0 below about
 * 10⁻³⁰, so that no result is subnormal, since processors compute with such numbers up to a hundred times
 * slower. Otherwise less than 1 ulp from the exact value.
 */
export function emitFading(f: FunctionBuilder, x: V128): Local<'v128'> {
  // Where it is 0, the result of the series is ignored, unless it is a NaN.
  const input = f.let(x);
  const reduced = reduce(f, input);
  const power = i32x4.shl(i32x4.add(reduced.shifted, bias), 23);
  const value = f32x4.mul(f32x4.add(emitSeries(f, reduced), 1), power);
  return f.let(v128.andnot(value, f32x4.le(input, faded)));
}

/** e^x/2 for four numbers, finite wherever that is. Less than 1 ulp from the exact value. */
export function emitHalfExp(f: FunctionBuilder, x: V128): Local<'v128'> {
  return emitExpOf(f, reduce(f, f.let(f32x4.pmin(f32x4.pmax(x, -105), 90))), -1);
}

/**
 * e^x − 1 for four numbers, exact to the last places near 0; keeps the sign of a zero. Less than 2 ulp from
 * the exact value.
 */
export function emitExpm1(f: FunctionBuilder, x: V128): Local<'v128'> {
  const input = f.let(x);
  const bounded = f.let(f32x4.pmin(f32x4.pmax(input, -30), 89));
  const reduced = reduce(f, bounded);
  // Half of the result, t·(e^r − 1) + (t − ½) with t = 2^(k−1), so that k = 128 has a finite t.
  const t = f.let(i32x4.shl(i32x4.add(reduced.shifted, 126), 23));
  const halved = f32x4.add(f32x4.mul(t, emitSeries(f, reduced)), f32x4.sub(t, 0.5));
  const doubled = f.let(f32x4.add(halved, halved));
  // This near 0 the result rounds to x; halving would lose the last bit of a subnormal number.
  return f.let(v128.bitselect(input, doubled, f32x4.lt(f32x4.abs(input), 1.4901161193847656e-8)));
}
