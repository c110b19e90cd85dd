/**
 * The random draws of `common/random` for four elements at once, one in each lane: ten rounds of Philox4x32
 * (Salmon, Moraes, Dror, Shaw, 2011) under the key (seed, purpose), of the counter (index low, index high,
 * step low, step high).
 *
 *   lane        0    1    2    3
 *   index low   i   i+1  i+2  i+3      →  words w0 w1 w2 w3, each for four elements
 */

import {
  type FunctionBuilder,
  f32x4,
  f64,
  type I32,
  i32,
  i32x4,
  i64,
  i64x2,
  type Local,
  type V128,
  v128,
} from '../../../assembler';
import type { Purpose } from '../../../common/random';
import { stepsDone } from '../memory/control';
import { emitLog } from './logarithm';
import { emitCosineOf } from './trigonometry';

/** Four words for each of four elements. */
export type Words = readonly [Local<'v128'>, Local<'v128'>, Local<'v128'>, Local<'v128'>];

export interface Draws {
  /** Emits the draw for the layer's elements `first` … `first` + 3. */
  emit(first: I32): Words;
}

/**
 * Prepares the draws of one layer for the current step, at the beginning of a kernel. They are those of
 * `common/random`'s functions at `drawOffset(layer) + index`.
 */
export function beginDraws(f: FunctionBuilder, seed: number, purpose: Purpose, layer: number): Draws {
  // The step is a whole number below 2⁵², so that its bits are the low ones of the sum.
  const step = f.let(i64.reinterpret_f64(f64.add(stepsDone(), 4503599627370496)));
  const low = f.let(i32x4.splat(i32.wrap_i64(step)));
  const high = f.let(i32x4.splat(i32.and(i32.wrap_i64(i64.shr_u(step, 32n)), 0xfffff)));
  return {
    emit(first) {
      const index = i32x4.add(i32x4.splat(first), v128.const32([0, 1, 2, 3]));
      return emitPhilox(f, [index, i32x4.const(layer), low, high], seed, purpose);
    },
  };
}

function emitPhilox(f: FunctionBuilder, counter: readonly V128[], seed: number, purpose: Purpose): Words {
  let [w0, w1, w2, w3] = counter.map((word) => f.let(word));
  let key0 = seed | 0;
  let key1: number = purpose;
  for (let round = 0; round < 10; round++) {
    const first = multiply(f, w0, 0xd2511f53);
    const second = multiply(f, w2, 0xcd9e8d57);
    w0 = f.let(v128.xor(v128.xor(second.high, w1), i32x4.const(key0)));
    w2 = f.let(v128.xor(v128.xor(first.high, w3), i32x4.const(key1)));
    w1 = f.let(second.low);
    w3 = f.let(first.low);
    key0 = (key0 + 0x9e3779b9) | 0;
    key1 = (key1 + 0xbb67ae85) | 0;
  }
  return [w0, w1, w2, w3];
}

/** The lower and the upper words of four products of 64 bits. */
function multiply(
  f: FunctionBuilder,
  word: Local<'v128'>,
  factor: number,
): { readonly low: V128; readonly high: V128 } {
  const lower = f.let(i64x2.extmul_low_i32x4_u(word, factor | 0));
  const upper = f.let(i64x2.extmul_high_i32x4_u(word, factor | 0));
  return { low: v128.shuffle32(lower, upper, [0, 2, 4, 6]), high: v128.shuffle32(lower, upper, [1, 3, 5, 7]) };
}

/** A mask of the lanes in which `uniform`, with all its 53 bits, is below a rate in [0, 1]. */
export function emitBelow(f: FunctionBuilder, words: Words, rate: number): Local<'v128'> {
  // u = (27 bits of the first word, 26 of the second)/2⁵³ < rate, as whole numbers.
  const bound = Math.ceil(rate * 9007199254740992);
  const boundHigh = Math.floor(bound / 67108864);
  const high = f.let(i32x4.shr_u(words[0], 5));
  const low = i32x4.lt_s(i32x4.shr_u(words[1], 6), bound % 67108864);
  return f.let(v128.or(i32x4.lt_s(high, boundHigh), v128.and(i32x4.eq(high, boundHigh), low)));
}

/** `uniform` as float32, cut to 24 bits: in [0, 1). */
export function emitUniform(f: FunctionBuilder, words: Words): Local<'v128'> {
  return f.let(f32x4.mul(f32x4.convert_i32x4_s(i32x4.shr_u(words[0], 8)), 1 / 16777216));
}

/** `normal` as float32: Box and Muller's √(−2 ln(1 − u))·cos 2πv. Error below 1e−6·max(1, |draw|). */
export function emitNormal(f: FunctionBuilder, words: Words): Local<'v128'> {
  const part = (word: V128, bits: number, unit: number): V128 =>
    f32x4.mul(f32x4.convert_i32x4_s(i32x4.shr_u(word, bits)), unit);
  const [low, lowest] = [1 / 134217728, 1 / 9007199254740992];
  // u and 1 − u each from its own bits: neither is rounded where it is small.
  const u = f.let(f32x4.add(part(words[0], 5, low), part(words[1], 6, lowest)));
  const rest = f.let(
    f32x4.add(part(v128.not(words[0]), 5, low), f32x4.add(part(v128.not(words[1]), 6, lowest), lowest)),
  );
  // ln(rest), and where u is the smaller one, the rounding error of rest.
  const lost = v128.and(f32x4.sub(f32x4.sub(1, rest), u), f32x4.lt(u, 0.5));
  const logarithm = f32x4.add(emitLog(f, rest), lost);
  const radius = f32x4.sqrt(f32x4.pmax(f32x4.mul(logarithm, -2), 0));
  // The angle, v·2⁻³² revolutions, as its nearest quarter and a signed remainder.
  const v = f.let(v128.or(v128.and(words[2], i32x4.const(-32)), i32x4.shr_u(words[3], 27)));
  const quarter = f.let(i32x4.shr_u(i32x4.add(v, 0x20000000), 30));
  const left = f32x4.convert_i32x4_s(i32x4.sub(v, i32x4.shl(quarter, 30)));
  const angle = f.let(f32x4.mul(left, 1.4629180792671596e-9));
  return f.let(f32x4.mul(radius, emitCosineOf(f, quarter, angle)));
}
