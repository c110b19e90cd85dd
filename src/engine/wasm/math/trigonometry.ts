/**
 * Sine and cosine in float32. The angle is brought to q·π/2 + r, |r| ≤ π/4, in float64: by π/2 in three
 * pieces where it is not large (Cody and Waite), else by as many digits of 1/2π as any float32 needs. Then
 * polynomials, Chebyshev fits by 60-digit arithmetic.
 */
import { type FunctionBuilder, f32x4, f64x2, i32x4, type Local, type V128, v128 } from '../../../assembler';
import { polynomial } from './polynomial';

/** π/2 in pieces of 33 bits: q times a piece is exact for |q| < 2²⁰. */
const piece1 = 1.5707963267341256;
const piece2 = 6.077100506303966e-11;
const piece3 = 2.0222662487111665e-21;
const twoOverPi = 0.6366197723675814;
const twoPi = 6.283185307179586;
/** |q| stays below 2²⁰ for smaller angles. */
const large = 1000000;

/** 1/2π in base 2²⁴: a float32 times a digit is exact in float64. Later digits are below 2⁻⁶⁴ revolutions. */
const digits = [0x28be60, 0xdb9391, 0x054a7f, 0x09d5f4, 0x7d4d37, 0x7036d8, 0xa5664f, 0x10e410];

/** Added to a number below 2⁵¹ it leaves the nearest integer in the lowest bits of the sum. */
const rounder = 6755399441055744;

/** (sin r/r − 1)/r² in r² (error 2e−8), and (cos r − 1 + r²/2)/r⁴ (error 2e−9). */
const sineTail = [-0.00019587840521305324, 0.008332748037517147, -0.16666664661114838] as const;
const cosineTail = [2.454789161981386e-5, -0.001388830280230916, 0.0416666646583003] as const;

/** A reduction of two angles, in float64. */
interface Reduced {
  /** q + `rounder` */
  readonly shifted: Local<'v128'>;
  readonly r: Local<'v128'>;
}

function reduce(f: FunctionBuilder, x: Local<'v128'>): Reduced {
  const shifted = f.let(f64x2.add(f64x2.mul(x, twoOverPi), rounder));
  const q = f.let(f64x2.sub(shifted, rounder));
  const first = f64x2.sub(x, f64x2.mul(q, piece1));
  return { shifted, r: f.let(f64x2.sub(f64x2.sub(first, f64x2.mul(q, piece2)), f64x2.mul(q, piece3))) };
}

/** Sums x times each digit without whole revolutions. All sums are exact but the last. */
function reduceLarge(f: FunctionBuilder, x: Local<'v128'>): Reduced {
  const turns = f.let(f64x2.const(0));
  let unit = 1;
  for (const digit of digits) {
    unit /= 16777216;
    const part = f.let(f64x2.mul(x, digit * unit));
    const sum = f.let(f64x2.add(turns, f64x2.sub(part, f64x2.nearest(part))));
    f.set(turns, f64x2.sub(sum, f64x2.nearest(sum)));
  }
  const shifted = f.let(f64x2.add(f64x2.mul(turns, 4), rounder));
  const q = f64x2.sub(shifted, rounder);
  return { shifted, r: f.let(f64x2.mul(f64x2.sub(turns, f64x2.mul(q, 0.25)), twoPi)) };
}

/** sin r for |r| ≤ π/4. */
function sineKernel(r: Local<'v128'>, z: Local<'v128'>): V128 {
  return f32x4.add(r, f32x4.mul(f32x4.mul(r, z), polynomial(z, sineTail)));
}

/** cos r for |r| ≤ π/4. */
function cosineKernel(z: Local<'v128'>): V128 {
  return f32x4.add(f32x4.sub(1, f32x4.mul(z, 0.5)), f32x4.mul(f32x4.mul(z, z), polynomial(z, cosineTail)));
}

/** cos(q·π/2 + r) for four int32 q and |r| ≤ π/4; with q − 1 for q it is the sine. */
export function emitCosineOf(f: FunctionBuilder, q: Local<'v128'>, r: Local<'v128'>): Local<'v128'> {
  const z = f.let(f32x4.mul(r, r));
  // Quadrants: cos, −sin, −cos, sin.
  const odd = i32x4.ne(v128.and(q, i32x4.const(1)), 0);
  const value = v128.bitselect(sineKernel(r, z), cosineKernel(z), odd);
  return f.let(v128.xor(value, i32x4.shl(v128.and(i32x4.add(q, 1), i32x4.const(2)), 30)));
}

function emitCircular(f: FunctionBuilder, x: Local<'v128'>, quarters: number): Local<'v128'> {
  const halves = [x, v128.shuffle32(x, x, [2, 3, 2, 3])].map((half) => f.let(f64x2.promote_low_f32x4(half)));
  const reduced = halves.map((half) => reduce(f, half));
  // A comparison that a NaN fails, so that it does not take the longer way.
  f.if(v128.any_true(f32x4.ge(f32x4.abs(x), large)), () => {
    for (const [i, half] of halves.entries()) {
      const exact = reduceLarge(f, half);
      const small = f.let(f64x2.lt(f64x2.abs(half), large));
      f.set(reduced[i].shifted, v128.bitselect(reduced[i].shifted, exact.shifted, small));
      f.set(reduced[i].r, v128.bitselect(reduced[i].r, exact.r, small));
    }
  });
  const [low, high] = reduced;
  const q = f.let(i32x4.add(v128.shuffle32(low.shifted, high.shifted, [0, 2, 4, 6]), quarters));
  const rounded = [low, high].map(({ r }) => f32x4.demote_f64x2_zero(r));
  const r = f.let(v128.shuffle32(rounded[0], rounded[1], [0, 1, 4, 5]));
  return emitCosineOf(f, q, r);
}

/** Sine of four angles in radians, of any size. Less than 2 ulp from the exact value. NaN at ±∞. */
export function emitSine(f: FunctionBuilder, x: V128): Local<'v128'> {
  const angle = f.let(x);
  // This near 0 the sine rounds to the angle, which keeps the sign of a zero.
  return f.let(v128.bitselect(angle, emitCircular(f, angle, -1), f32x4.lt(f32x4.abs(angle), 0.000244140625)));
}

/** Cosine of four angles in radians, of any size. Less than 2 ulp from the exact value. NaN at ±∞. */
export function emitCosine(f: FunctionBuilder, x: V128): Local<'v128'> {
  return emitCircular(f, f.let(x), 0);
}
