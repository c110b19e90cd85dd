/**
 * The S-shaped functions in float32: tanh and erf as x·P(x²)/Q(x²), which loses nothing near 0, with minimax
 * coefficients (all are positive, so that nothing cancels); the logistic sigmoid and its integral, softplus,
 * by e^−|x|, which loses nothing in the tails.
 */
import { type FunctionBuilder, f32x4, type Local, type V128, v128 } from '../../../assembler';
import { emitExp } from './exponential';
import { emitLog1pUnit } from './logarithm';
import { polynomialInPairs } from './polynomial';

interface Rational {
  /** From here on the function is ±1 in float32. */
  readonly end: number;
  readonly numerator: readonly [number, number, ...number[]];
  readonly denominator: readonly [number, number, ...number[]];
}

/** On [0, 9.02] within 2.1e−8 of its size. */
const tanh: Rational = {
  end: 9.02,
  numerator: [
    1.3319101923600117e-8, 2.0583506088134947e-5, 0.003494036206329059, 0.133797193725245, 0.9999999790154451,
  ],
  denominator: [7.762032655134409e-7, 0.0003283095435192167, 0.025871079606207666, 0.46713034614498294, 1],
};

/** On [0, 3.93] within 2e−8 of its size. */
const erf: Rational = {
  end: 3.93,
  numerator: [
    2.04196176586838e-6, 0.0002848082721630403, 0.003779619088162019, 0.052790319089787575, 0.19078413012472506,
    1.128379145363534,
  ],
  denominator: [
    3.800396330136004e-5, 0.0011652139852826027, 0.01499745925618112, 0.11425763954459284, 0.5024107527941576, 1,
  ],
};

function emitRational(f: FunctionBuilder, x: V128, { end, numerator, denominator }: Rational): Local<'v128'> {
  const input = f.let(x);
  const z = f.let(f32x4.pmin(f32x4.mul(input, input), end * end));
  const y = f32x4.div(f32x4.mul(input, polynomialInPairs(f, z, numerator)), polynomialInPairs(f, z, denominator));
  // Beyond the end P/Q is constant, and y grows with x. Before it rounding may carry y past 1, where 1 − y²
  // would be negative.
  return f.let(f32x4.pmin(f32x4.pmax(y, -1), 1));
}

/** tanh x for four numbers. Less than 7 ulp from the exact value, of any magnitude; never beyond ±1. */
export function emitTanh(f: FunctionBuilder, x: V128): Local<'v128'> {
  return emitRational(f, x, tanh);
}

/** erf x for four numbers. Less than 7 ulp from the exact value, of any magnitude; never beyond ±1. */
export function emitErf(f: FunctionBuilder, x: V128): Local<'v128'> {
  return emitRational(f, x, erf);
}

/** σ(x) = 1/(1 + e^−x) for four numbers. Less than 3 ulp from the exact value, in both tails too. */
export function emitSigmoid(f: FunctionBuilder, x: V128): Local<'v128'> {
  const input = f.let(x);
  const e = emitExp(f, f32x4.neg(f32x4.abs(input)), 'negative');
  const numerator = v128.bitselect(f32x4.const(1), e, f32x4.ge(input, 0));
  return f.let(f32x4.div(numerator, f32x4.add(e, 1)));
}

/** ln(1 + e^x) for four numbers. Less than 3 ulp from the exact value. */
export function emitSoftplus(f: FunctionBuilder, x: V128): Local<'v128'> {
  const input = f.let(x);
  const e = emitExp(f, f32x4.neg(f32x4.abs(input)), 'negative');
  return f.let(f32x4.add(f32x4.pmax(input, 0), emitLog1pUnit(f, e)));
}
