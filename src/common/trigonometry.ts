/**
 * Sine and cosine. An angle is reduced to x = q·π/2 + r, |r| ≤ π/4, with r as an unevaluated sum of two
 * numbers; then follows Taylor's series. Small angles are reduced by π/2 in four parts (Cody and Waite),
 * large ones by those digits of 2/π that can change the result (Payne and Hanek, 1983).
 */
import { exponentOf, powerOfTwo } from './floatBits';
import { productError } from './power';

/** π/2 in parts of 33 bits and the rest: q times a part is exact for |q| < 2²⁰. */
const piece1 = 1.5707963267341256;
const piece2 = 6.077100506303966e-11;
const piece3 = 2.0222662487111665e-21;
const piece4 = 8.4784276603689e-32;
const twoOverPi = 0.6366197723675814;
const halfPi = 1.5707963267948966;
const halfPiLow = 6.123233995736766e-17;

/** 2/π in base 2²⁴, after the point. */
// biome-ignore format: a table
const digits = Int32Array.of(
  0xa2f983, 0x6e4e44, 0x1529fc, 0x2757d1, 0xf534dd, 0xc0db62, 0x95993c, 0x439041, 0xfe5163, 0xabdebb, 0xc561b7, 0x246e3a,
  0x424dd2, 0xe00649, 0x2eea09, 0xd1921c, 0xfe1deb, 0x1cb129, 0xa73ee8, 0x8235f5, 0x2ebb44, 0x84e99c, 0x7026b4, 0x5f7e41,
  0x3991d6, 0x398353, 0x39f49c, 0x845f8b, 0xbdf928, 0x3b1ff8, 0x97ffde, 0x05980f, 0xef2f11, 0x8b5a0a, 0x6d1f6d, 0x367ecf,
  0x27cb09, 0xb74f46, 0x3f669e, 0x5fea2d, 0x7527ba, 0xc7ebe5, 0xf17b3d, 0x0739f7, 0x8a5292, 0xea6bfb, 0x5fb11f, 0x8d5d08,
  0x560330, 0x46fc7b, 0x6babf0, 0xcfbc20, 0x9af436, 0x1da9e3, 0x91615e, 0xe61b08,
);

const base = 16777216;

/** Results of the reduction: the angle is (quadrant mod 4)·π/2 + rest + restLow. */
let quadrant = 0;
let rest = 0;
let restLow = 0;
/**
 * Digits used. 50 bits may lie above the point, and 61 may cancel: no float64 is nearer to a multiple of π/2.
 * The remaining bits are the precision of the result.
 */
const used = 10;
/** Limbs of mantissa (three) × digits, least significant first. */
const limbs = new Float64Array(used + 4);

function reduce(x: number): void {
  const a = x < 0 ? -x : x;
  if (a <= 0.7853981633974483) {
    quadrant = 0;
    rest = x;
    restLow = 0;
  } else if (a < 1000000) {
    const q = Math.floor(x * twoOverPi + 0.5);
    // Each difference is exact, or its rounding error is kept, so that cancelled digits do no harm.
    const first = x - q * piece1;
    const product2 = q * piece2;
    const second = first - product2;
    const lost2 = twoSumError(first, -product2, second);
    const product3 = q * piece3;
    const tail = lost2 - product3;
    const lost3 = twoSumError(lost2, -product3, tail);
    rest = second + tail;
    restLow = twoSumError(second, tail, rest) + (lost3 - q * piece4);
    quadrant = q & 3;
  } else {
    reduceLarge(a);
    if (x < 0) {
      quadrant = -quadrant & 3;
      rest = -rest;
      restLow = -restLow;
    }
  }
}

/** The rounding error of `sum` = fl(a + b) (Knuth). */
function twoSumError(a: number, b: number, sum: number): number {
  const bRounded = sum - a;
  return a - (sum - bRounded) + (b - bRounded);
}

/** Reduction of a ≥ 10⁶: a = m·2^e with an integer m below 2⁵³; multiples of 4 in a·2/π are not computed. */
function reduceLarge(a: number): void {
  const e = exponentOf(a) - 52;
  const m = a * powerOfTwo(-e);
  const m0 = m % base;
  const m1 = Math.floor(m / base) % base;
  const m2 = Math.floor(m / (base * base));
  // Digit i is worth 2^(−24(i+1)); those whose product with 2^e is a multiple of 2^26 are skipped.
  const start = Math.max(0, Math.floor((e - 26) / 24));
  limbs.fill(0);
  for (let i = 0; i < used; i++) {
    const digit = digits[start + used - 1 - i];
    limbs[i] += m0 * digit;
    limbs[i + 1] += m1 * digit;
    limbs[i + 2] += m2 * digit;
    const carry = Math.floor(limbs[i] / base);
    limbs[i] -= carry * base;
    limbs[i + 1] += carry;
  }
  for (let i = used; i < used + 3; i++) {
    const carry = Math.floor(limbs[i] / base);
    limbs[i] -= carry * base;
    limbs[i + 1] += carry;
  }
  // limbs[i] is worth 2^(24 i + unit); multiples of 4 are dropped.
  const unit = e - 24 * (start + used);
  let whole = 0;
  let fraction = 0;
  let fractionLow = 0;
  for (let i = used + 3; i >= 0; i--) {
    const exponent = 24 * i + unit;
    if (exponent >= 2 || limbs[i] === 0) {
      continue;
    }
    const value = (limbs[i] * powerOfTwo(exponent)) % 4;
    const integer = Math.floor(value);
    whole += integer;
    const part = value - integer;
    const sum = fraction + part;
    fractionLow += twoSumError(fraction, part, sum);
    fraction = sum;
  }
  if (fraction >= 1) {
    fraction -= 1;
    whole++;
  }
  if (fraction > 0.5) {
    fraction -= 1;
    whole++;
  }
  const total = fraction + fractionLow;
  const totalLow = twoSumError(fraction, fractionLow, total);
  quadrant = whole & 3;
  // (total + totalLow)·(halfPi + halfPiLow)
  rest = total * halfPi;
  restLow = productError(total, halfPi, rest) + total * halfPiLow + totalLow * halfPi;
}

/** sin(r + low) for |r| ≤ π/4. */
function sinKernel(r: number, low: number): number {
  const z = r * r;
  const series =
    -1 / 6 +
    z *
      (1 / 120 +
        z *
          (-1 / 5040 +
            z *
              (1 / 362880 +
                z * (-1 / 39916800 + z * (1 / 6227020800 + z * (-1 / 1307674368000 + z / 355687428096000))))));
  return r + (r * z * series + low * (1 - 0.5 * z));
}

/** cos(r + low) for |r| ≤ π/4; 1 − z/2 is taken with its rounding error. */
function cosKernel(r: number, low: number): number {
  const z = r * r;
  const series =
    1 / 24 +
    z *
      (-1 / 720 +
        z *
          (1 / 40320 +
            z *
              (-1 / 3628800 +
                z * (1 / 479001600 + z * (-1 / 87178291200 + z * (1 / 20922789888000 - z / 6402373705728000))))));
  const half = 0.5 * z;
  const w = 1 - half;
  return w + (1 - w - half + (z * z * series - r * low));
}

/** Sine of an angle in radians, of any size. Within 1 ulp. NaN at ±∞. */
export function sin(x: number): number {
  if (x - x !== 0) {
    return Number.NaN;
  }
  if (x < 1e-9 && x > -1e-9) {
    return x;
  }
  reduce(x);
  const y = (quadrant & 1) === 0 ? sinKernel(rest, restLow) : cosKernel(rest, restLow);
  return quadrant >= 2 ? -y : y;
}

/** Cosine of an angle in radians, of any size. Within 1 ulp. NaN at ±∞. */
export function cos(x: number): number {
  if (x - x !== 0) {
    return Number.NaN;
  }
  reduce(x);
  const y = (quadrant & 1) === 0 ? cosKernel(rest, restLow) : sinKernel(rest, restLow);
  return quadrant === 1 || quadrant === 2 ? -y : y;
}
