/**
 * Exponential, logarithm and the hyperbolic functions. Reduction of the exponential: x = k·ln 2 + r with |r|
 * ≤ ½ ln 2, then Taylor's series in r; ln 2 is split so that k·(its high part) is exact (Cody and Waite,
 * 1980).
 */
import { exponentOf, powerOfTwo, scale } from './floatBits';

/** ln 2 to 32 bits, and the rest. */
export const ln2High = 0.6931471803691238;
export const ln2Low = 1.9082149292705877e-10;

/** Above the maximum e^x overflows, below the minimum it is 0 after rounding. */
const exponentMaximum = 709.782712893384;
const exponentMinimum = -745.1332191019412;

/** (e^r − 1 − r)/r² for |r| ≤ ½ ln 2: Taylor's 1/2 + r/6 + …; omitted terms are below 2⁻⁵⁸ of the sum. */
function seriesAfterLinear(r: number): number {
  return (
    1 / 2 +
    r *
      (1 / 6 +
        r *
          (1 / 24 +
            r *
              (1 / 120 +
                r *
                  (1 / 720 +
                    r *
                      (1 / 5040 +
                        r *
                          (1 / 40320 +
                            r *
                              (1 / 362880 +
                                r * (1 / 3628800 + r * (1 / 39916800 + r * (1 / 479001600 + r / 6227020800))))))))))
  );
}

/**
 * e^(x + low)·2^shift for finite x and |low| far below |x|. Within 1 ulp; rounds once even where the result
 * is subnormal.
 */
export function expScaled(x: number, low: number, shift: number): number {
  const k = Math.floor(x * Math.LOG2E + 0.5);
  const above = x - k * ln2High;
  const below = k * ln2Low - low;
  const r = above - below;
  return scale(1 + (above - (below - r * r * seriesAfterLinear(r))), k + shift);
}

/** e^x. Within 1 ulp. */
export function exp(x: number): number {
  if (x > exponentMaximum) {
    return Number.POSITIVE_INFINITY;
  }
  if (x < exponentMinimum) {
    return 0;
  }
  if (Number.isNaN(x)) {
    return x;
  }
  return expScaled(x, 0, 0);
}

/** e^x − 1, accurate near 0 too. Within 2 ulp. */
export function expm1(x: number): number {
  if (x > exponentMaximum) {
    return Number.POSITIVE_INFINITY;
  }
  if (x < -40) {
    return -1;
  }
  if (Number.isNaN(x) || (x < 1e-300 && x > -1e-300)) {
    return x;
  }
  const k = Math.floor(x * Math.LOG2E + 0.5);
  const above = x - k * ln2High;
  const below = k * ln2Low;
  const r = above - below;
  const p = r + (r * r * seriesAfterLinear(r) + (above - r - below));
  if (k === 0) {
    return p;
  }
  if (k > 56) {
    return scale(1 + p, k);
  }
  // e^x − 1 = 2^k·(p + (1 − 2^−k)); 1 − 2^−k is exact for k in −58..53, and its error is negligible to 56.
  return powerOfTwo(k) * (p + (1 - powerOfTwo(-k)));
}

/** (ln(1+f) − f + s·f)/s for s = f/(2+f), |s| ≤ 0.172: the series of 2·artanh(s) after its first term. */
function artanhTail(s: number): number {
  const z = s * s;
  return (
    z *
    (2 / 3 +
      z *
        (2 / 5 +
          z *
            (2 / 7 +
              z * (2 / 9 + z * (2 / 11 + z * (2 / 13 + z * (2 / 15 + z * (2 / 17 + z * (2 / 19 + z * (2 / 21))))))))))
  );
}

/** k·ln 2 + ln(1 + f) + low for 1 + f in [√½, √2): 2·artanh(s) = f − s·(f − tail). */
function logOfParts(k: number, f: number, low: number): number {
  const s = f / (2 + f);
  return k * ln2High + (f - (s * (f - artanhTail(s)) - (k * ln2Low + low)));
}

/** Natural logarithm. Within 1 ulp. NaN below 0, −∞ at 0. */
export function log(x: number): number {
  if (!(x > 0)) {
    return x === 0 ? Number.NEGATIVE_INFINITY : Number.NaN;
  }
  if (x === Number.POSITIVE_INFINITY) {
    return x;
  }
  let extra = 0;
  let y = x;
  if (y < 2.2250738585072014e-308) {
    y *= 18014398509481984;
    extra = -54;
  }
  let k = exponentOf(y);
  let m = y * powerOfTwo(-k);
  if (m > Math.SQRT2) {
    m *= 0.5;
    k++;
  }
  return logOfParts(k + extra, m - 1, 0);
}

/** ln(1 + x), accurate near 0 too. Within 2 ulp. NaN below −1, −∞ at −1. */
export function log1p(x: number): number {
  if (!(x > -1)) {
    return x === -1 ? Number.NEGATIVE_INFINITY : Number.NaN;
  }
  if (x < 1e-17 && x > -1e-17) {
    return x;
  }
  if (x > Math.SQRT1_2 - 1 && x < Math.SQRT2 - 1) {
    return logOfParts(0, x, 0);
  }
  if (x > 1e18) {
    return log(x);
  }
  const u = 1 + x;
  // The rounding error of 1 + x, relative to u.
  const lost = (x > 1 ? 1 - (u - x) : x - (u - 1)) / u;
  let k = exponentOf(u);
  let m = u * powerOfTwo(-k);
  if (m > Math.SQRT2) {
    m *= 0.5;
    k++;
  }
  return logOfParts(k, m - 1, lost);
}

/** Hyperbolic tangent, sinh/cosh. Within 2 ulp. */
export function tanh(x: number): number {
  if (Number.isNaN(x)) {
    return x;
  }
  const a = x < 0 ? -x : x;
  if (a < 1e-9) {
    return x;
  }
  // From 19.1 on, 1 − tanh is below half a unit in the last place of 1.
  if (a > 19.1) {
    return x < 0 ? -1 : 1;
  }
  const t = expm1(2 * a);
  const y = a < 1 ? t / (t + 2) : 1 - 2 / (t + 2);
  return x < 0 ? -y : y;
}

/** Hyperbolic sine, (e^x − e^−x)/2. Within 2 ulp. */
export function sinh(x: number): number {
  const a = x < 0 ? -x : x;
  if (a < 1) {
    const z = x * x;
    const series =
      1 / 6 +
      z *
        (1 / 120 +
          z *
            (1 / 5040 +
              z *
                (1 / 362880 +
                  z *
                    (1 / 39916800 +
                      z *
                        (1 / 6227020800 +
                          z * (1 / 1307674368000 + z * (1 / 355687428096000 + z / 121645100408832000)))))));
    return x + x * z * series;
  }
  const y = halfExp(a) - halfExp(-a);
  return x < 0 ? -y : y;
}

/** Hyperbolic cosine, (e^x + e^−x)/2. Within 2 ulp. */
export function cosh(x: number): number {
  const a = x < 0 ? -x : x;
  return halfExp(a) + halfExp(-a);
}

/** e^x/2, also where e^x alone would overflow. */
function halfExp(x: number): number {
  if (x > 711) {
    return Number.POSITIVE_INFINITY;
  }
  if (x < -746) {
    return 0;
  }
  if (Number.isNaN(x)) {
    return x;
  }
  return expScaled(x, 0, -1);
}
