/**
 * e^x and e^x − 1 in float32. Both bring x to k·ln 2 + r with |r| ≤ ½ ln 2 (Cody and Waite, 1980): the high part of ln 2 has nine
 * bits, so that k times it is exact. Then a polynomial for (e^r − 1 − r)/r², a Chebyshev fit by 50-digit arithmetic.
 */
import { type FunctionBuilder, f32x4, i32x4, type Local, type V128, v128 } from '../assembler';
import { polynomial } from './polynomial';

const ln2High = 0.693359375;
const ln2Low = -0.00021219444005469057;

/** Added to a number below 2²² it leaves the nearest integer in the lowest bits of the sum. */
const rounder = 12582912;
/** Twice the bias of float32's exponent: k + 254 is the sum of the exponents, as stored, of two factors whose product is 2^k. */
const twoBiases = 254;

/** (e^r − 1 − r)/r² for |r| ≤ 0.347 (error 6.5e−8). */
const afterLinear = [
  0.0013926183587713494, 0.008363179052722578, 0.041666554617204574, 0.16666576989698775, 0.5,
] as const;

interface Reduced {
  /** k + rounder + twoBiases as a float32; its lowest bits are k + 254. */
  readonly shifted: Local<'v128'>;
  /** r = above − below. */
  readonly above: Local<'v128'>;
  readonly below: Local<'v128'>;
  /** (e^r − 1) − above */
  readonly rest: V128;
}

function reduce(f: FunctionBuilder, x: Local<'v128'>): Reduced {
  const shifted = f.let(f32x4.add(f32x4.mul(x, Math.LOG2E), rounder + twoBiases));
  const k = f.let(f32x4.sub(shifted, rounder + twoBiases));
  const above = f.let(f32x4.sub(x, f32x4.mul(k, ln2High)));
  const below = f.let(f32x4.mul(k, ln2Low));
  const r = f.let(f32x4.sub(above, below));
  return { shifted, above, below, rest: f32x4.sub(f32x4.mul(f32x4.mul(r, r), polynomial(r, afterLinear)), below) };
}

/**
 * e^x for four numbers. Less than 1 ulp from the exact value; subnormal results too; 0 and ∞ at the ends. `sign: 'negative'` promises
 * x ≤ 0 and saves the test for the upper end.
 */
export function emitExp(f: FunctionBuilder, x: V128, sign: 'any' | 'negative' = 'any'): Local<'v128'> {
  // Beyond the bounds the result is 0 or ∞ as it is at them; pmin and pmax let a NaN in their first operand pass.
  const low = f32x4.pmax(x, -105);
  const bounded = f.let(sign === 'negative' ? low : f32x4.pmin(low, 89));
  const { shifted, above, rest } = reduce(f, bounded);
  const power = f32x4.add(f32x4.add(above, rest), 1);
  // 2^k as two factors: one would not do where the result is subnormal, or k is 128. Only the last product rounds.
  const half = f.let(i32x4.shr_u(shifted, 1));
  const first = i32x4.shl(half, 23);
  const second = i32x4.shl(i32x4.sub(shifted, half), 23);
  return f.let(f32x4.mul(f32x4.mul(power, first), second));
}

/** e^x − 1 for four numbers, exact to the last places near 0; keeps the sign of a zero. Less than 2 ulp from the exact value. */
export function emitExpm1(f: FunctionBuilder, x: V128): Local<'v128'> {
  const input = f.let(x);
  const bounded = f.let(f32x4.pmin(f32x4.pmax(input, -30), 89));
  const { shifted, above, rest } = reduce(f, bounded);
  // Half of the result, t·(e^r − 1) + (t − ½) with t = 2^(k−1), so that k = 128 has a finite t.
  const t = f.let(i32x4.shl(i32x4.sub(shifted, twoBiases - 126), 23));
  const halved = f32x4.add(f32x4.mul(t, f32x4.add(above, rest)), f32x4.sub(t, 0.5));
  const doubled = f.let(f32x4.add(halved, halved));
  // So near 0 the result rounds to x; halving would lose the last bit of a subnormal number.
  return f.let(v128.bitselect(input, doubled, f32x4.lt(f32x4.abs(input), 1.4901161193847656e-8)));
}
