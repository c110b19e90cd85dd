/** Exact scaling by powers of two, and the exponent of a float64, read from its bits. */

const float = new Float64Array(1);
const words = new Uint32Array(float.buffer);
float[0] = 1;
/** Index of the word that holds sign and exponent: 1 on little-endian machines. */
const high = words[1] === 0 ? 0 : 1;

const smallestExponent = -1074;
const powersOfTwo = new Float64Array(1023 - smallestExponent + 1);
for (let k = 0, up = 1; k <= 1023; k++, up *= 2) {
  powersOfTwo[k - smallestExponent] = up;
}
for (let k = 0, down = 1; k >= smallestExponent; k--, down /= 2) {
  powersOfTwo[k - smallestExponent] = down;
}

/** 2^k for an integer k in −1074..1023. */
export function powerOfTwo(k: number): number {
  return powersOfTwo[k - smallestExponent];
}

/** y·2^k for y in [½, 2), rounded once. It overflows and underflows as the exact value would. */
export function scale(y: number, k: number): number {
  if (k > 1023) {
    return k === 1024 ? y * 2 * powerOfTwo(1023) : Number.POSITIVE_INFINITY;
  }
  if (k < smallestExponent) {
    return k < -1076 ? 0 : y * powerOfTwo(k - smallestExponent) * powerOfTwo(smallestExponent);
  }
  return y * powersOfTwo[k - smallestExponent];
}

/** The integer e with 2^e ≤ |x| < 2^(e+1), for a normal x. */
export function exponentOf(x: number): number {
  float[0] = x;
  return ((words[high] >>> 20) & 0x7ff) - 1023;
}
