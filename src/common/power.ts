/**
 * x^y = e^(y·ln x), with ln x and y·ln x as unevaluated sums of two numbers. y·ln x reaches 700, and its
 * absolute error becomes the relative error of the result, so a single float64 would not be precise enough.
 */
import { expScaled, ln2High, ln2Low } from './exponential';
import { exponentOf, powerOfTwo } from './floatBits';

/** ln 2 − ln2High − ln2Low, and 2/3 − fl(2/3). */
const ln2Lowest = 1.1612227229362532e-26;
const twoThirdsLow = 3.700743415417188e-17;

/** The rounding error of `p` = fl(a·b): halves of 26 bits multiply exactly (Dekker, 1971). */
export function productError(a: number, b: number, p: number): number {
  const aSplit = a * 134217729;
  const aHigh = aSplit - (aSplit - a);
  const aLow = a - aHigh;
  const bSplit = b * 134217729;
  const bHigh = bSplit - (bSplit - b);
  const bLow = b - bHigh;
  return aLow * bLow - (p - aHigh * bHigh - aLow * bHigh - aHigh * bLow);
}

let logHigh = 0;
let logLow = 0;

/** ln x for a positive finite x as logHigh + logLow, to about 2⁻⁶⁵ of its size. */
function logInTwo(x: number): void {
  const subnormal = x < 2.2250738585072014e-308;
  const y = subnormal ? x * 18014398509481984 : x;
  let k = exponentOf(y);
  let m = y * powerOfTwo(-k);
  if (m > Math.SQRT2) {
    m *= 0.5;
    k++;
  }
  if (subnormal) {
    k -= 54;
  }
  // s = f/(2 + f) in two parts; ln m = s·(2 + s²·(2/3 + s²·tail)).
  const f = m - 1;
  const d = m + 1;
  const dLow = m < 1 ? m - (d - 1) : 1 - (d - m);
  const s = f / d;
  const q = s * d;
  const sLow = (f - q - productError(s, d, q) - s * dLow) / d;
  const z = s * s;
  const zLow = productError(s, s, z) + 2 * s * sLow;
  const tail =
    z *
    (2 / 5 +
      z *
        (2 / 7 +
          z * (2 / 9 + z * (2 / 11 + z * (2 / 13 + z * (2 / 15 + z * (2 / 17 + z * (2 / 19 + z * (2 / 21)))))))));
  const c = 2 / 3 + tail;
  const cLow = 2 / 3 - c + tail + twoThirdsLow;
  const zc = z * c;
  const zcLow = productError(z, c, zc) + z * cLow + zLow * c;
  const g = 2 + zc;
  const gLow = 2 - g + zc + zcLow;
  const sg = s * g;
  const sgLow = productError(s, g, sg) + s * gLow + sLow * g;
  // k·ln2High is exact and, unless k is 0, larger than sg.
  const kHigh = k * ln2High;
  const sum = kHigh + sg;
  const lost = k === 0 ? 0 : kHigh - sum + sg;
  const low = lost + (sgLow + k * ln2Low + k * ln2Lowest);
  logHigh = sum + low;
  logLow = sum - logHigh + low;
}

/** x^y as ECMAScript's `**` defines it (1^±∞ is NaN). Within 1 ulp. */
export function pow(x: number, y: number): number {
  if (y === 0) {
    return 1;
  }
  if (Number.isNaN(x) || Number.isNaN(y)) {
    return Number.NaN;
  }
  const a = x < 0 ? -x : x;
  if (y === Number.POSITIVE_INFINITY || y === Number.NEGATIVE_INFINITY) {
    if (a === 1) {
      return Number.NaN;
    }
    return a > 1 === y > 0 ? Number.POSITIVE_INFINITY : 0;
  }
  const integer = Math.floor(y) === y;
  const negative = (x < 0 || Object.is(x, -0)) && integer && y % 2 !== 0;
  let result: number;
  if (a === 0 || a === Number.POSITIVE_INFINITY) {
    result = (a === 0) === y > 0 ? 0 : Number.POSITIVE_INFINITY;
  } else if (x < 0 && !integer) {
    return Number.NaN;
  } else if (a === 1) {
    result = 1;
  } else {
    logInTwo(a);
    const product = y * logHigh;
    if (product > 710) {
      result = Number.POSITIVE_INFINITY;
    } else if (product < -746) {
      result = 0;
    } else {
      result = expScaled(product, productError(y, logHigh, product) + y * logLow, 0);
    }
  }
  return negative ? -result : result;
}
