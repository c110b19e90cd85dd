/**
 * Random draws as functions of (seed, purpose, step, index). They are counter-based, so that neither threads,
 * pauses nor a rewind change them. The generator is Philox4x32-10 (Salmon, Moraes, Dror, Shaw: "Parallel
 * Random Numbers: As Easy as 1, 2, 3", 2011). Counter: index (low, high word), step (low, high word). Key:
 * seed, purpose.
 */
import { cos, log } from './math';

/** The purpose of a draw. The numbers never change: runs could not be reproduced otherwise. */
export const purposes = {
  split: 1,
  shuffle: 2,
  initialise: 3,
  dropout: 4,
  noise: 5,
  generate: 6,
  slope: 7,
  probe: 8,
  permute: 9,
  sweep: 10,
} as const;
export type Purpose = (typeof purposes)[keyof typeof purposes];

const two32 = 4294967296;

/** A seed is an unsigned 32-bit integer. */
export const largestSeed = two32 - 1;

/** The latest block: four unsigned 32-bit words. Read them at once; the next draw overwrites them. */
export const block = new Uint32Array(4);

/** Fills `block` by ten rounds of Philox4x32 from a counter of four words and a key of two. */
export function philox(c0: number, c1: number, c2: number, c3: number, k0: number, k1: number): void {
  let w0 = c0 | 0;
  let w1 = c1 | 0;
  let w2 = c2 | 0;
  let w3 = c3 | 0;
  let key0 = k0 | 0;
  let key1 = k1 | 0;
  for (let round = 0; round < 10; round++) {
    const high0 = multiplyHigh(0xd251, 0x1f53, w0);
    const low0 = Math.imul(0xd2511f53, w0);
    const high1 = multiplyHigh(0xcd9e, 0x8d57, w2);
    const low1 = Math.imul(0xcd9e8d57, w2);
    w0 = high1 ^ w1 ^ key0;
    w1 = low1;
    w2 = high0 ^ w3 ^ key1;
    w3 = low0;
    key0 = (key0 + 0x9e3779b9) | 0;
    key1 = (key1 + 0xbb67ae85) | 0;
  }
  block[0] = w0;
  block[1] = w1;
  block[2] = w2;
  block[3] = w3;
}

/** The upper 32 bits of (aHigh·2¹⁶ + aLow)·b, all unsigned, from four products of 16-bit halves. */
function multiplyHigh(aHigh: number, aLow: number, b: number): number {
  const bHigh = b >>> 16;
  const bLow = b & 0xffff;
  const middle1 = Math.imul(aHigh, bLow);
  const middle2 = Math.imul(aLow, bHigh);
  const carry = (Math.imul(aLow, bLow) >>> 16) + (middle1 & 0xffff) + (middle2 & 0xffff);
  return (Math.imul(aHigh, bHigh) + (middle1 >>> 16) + (middle2 >>> 16) + (carry >>> 16)) | 0;
}

function draw(seed: number, purpose: Purpose, step: number, index: number): void {
  // Most indices and steps fit a word, and a remainder in float64 takes as long as a few rounds.
  if (index < two32 && step < two32) {
    philox(index, 0, step, 0, seed, purpose);
  } else {
    philox(index % two32, Math.floor(index / two32), step % two32, Math.floor(step / two32), seed, purpose);
  }
}

/** A number in [0, 1), a multiple of 2⁻⁵³, from two words. */
function unit(high: number, low: number): number {
  return ((high >>> 5) * 67108864 + (low >>> 6)) / 9007199254740992;
}

/**
 * Uniform in [0, 1), all 53 bits drawn. `seed` is an unsigned 32-bit number; `step` and `index` are integers
 * in [0, 2⁵³).
 */
export function uniform(seed: number, purpose: Purpose, step: number, index: number): number {
  draw(seed, purpose, step, index);
  return unit(block[0], block[1]);
}

/** Standard normal, by Box and Muller's transform of one block: no rejection, so one draw costs one block. */
export function normal(seed: number, purpose: Purpose, step: number, index: number): number {
  draw(seed, purpose, step, index);
  const radius = Math.sqrt(-2 * log(1 - unit(block[0], block[1])));
  return radius * cos(6.283185307179586 * unit(block[2], block[3]));
}

/**
 * A uniform integer in [0, n), n ≤ 2³². Draws words until one is below the largest multiple of n, since a
 * remainder of the others would favour small numbers.
 */
export function below(seed: number, purpose: Purpose, step: number, index: number, n: number): number {
  const safe = two32 - n;
  for (let attempt = 0; ; attempt++) {
    draw(seed, purpose, step, index + attempt * two32);
    // The exact bound costs a remainder, which only words above `safe` need.
    for (let i = 0; i < 4; i++) {
      if (block[i] <= safe || block[i] < two32 - (two32 % n)) {
        return block[i] % n;
      }
    }
  }
}

/** The numbers 0 … n−1 in random order; every order is equally likely. */
export function permutation(seed: number, purpose: Purpose, step: number, n: number): Int32Array {
  const order = new Int32Array(n);
  for (let i = 0; i < n; i++) {
    order[i] = i;
  }
  shuffle(order, seed, purpose, step);
  return order;
}

/** Fisher and Yates' shuffle, in place. */
export function shuffle(values: Int32Array, seed: number, purpose: Purpose, step: number): void {
  for (let i = values.length - 1; i > 0; i--) {
    const j = below(seed, purpose, step, i, i + 1);
    const kept = values[i];
    values[i] = values[j];
    values[j] = kept;
  }
}
