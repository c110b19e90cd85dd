/** Operations that several rules have in common, for four weights at once. */
import { type FunctionBuilder, f32x4, type Local, type V128, v128 } from '../../../assembler';
import type { Cell } from '../lanes/lanes';

/**
 * Units by which `settle` rounds numbers that are kept from step to step. They become multiples of 2⁻¹⁰⁰,
 * about 10⁻³⁰, or of 2⁻¹²³ where ε is so small that squares of tiny gradients matter.
 */
const [settling, fineSettling] = [6.6174449004242214e-24, 7.888609052210118e-31];
/** With at least this ε, gradients below 10⁻¹⁶ do not change √v + ε in float32. */
const coarseEpsilon = 1e-8;
/** Unit by which `settle` rounds gradients before they are squared. */
const squareSettling = 5.820766091346741e-11;

/** Rounds a number to the nearest multiple of `unit`·2⁻²³, if it is smaller than `unit`. */
const settle = (value: V128, unit: number): V128 => f32x4.sub(f32x4.add(value, unit), unit);

/**
 * Stores a number that is kept from step to step, rounded by `settle`. So a mean of gradients that have
 * become 0, or its product with a learning rate, does not shrink into the subnormal numbers, with which
 * processors compute up to a hundred times slower.
 */
export function remember(f: FunctionBuilder, memory: Cell, value: V128, unit = settling): Local<'v128'> {
  const settled = f.let(settle(value, unit));
  memory.set(settled);
  return settled;
}

/**
 * mean ← β mean + (1 − β) value. Returns the mean; `rest` holds 1 − β, and `beta` is about β. Moving the mean
 * by its distance to the value is accurate where 1 − β is not exact in float32. With a small β, however, the
 * small digits of the value would cancel against a large mean.
 */
export function runningMean(
  f: FunctionBuilder,
  mean: Cell,
  value: V128,
  rest: Local<'v128'>,
  beta: number,
  unit = settling,
): Local<'v128'> {
  const old = f.let(mean.get());
  const now =
    beta >= 0.5
      ? f32x4.add(old, f32x4.mul(rest, f32x4.sub(value, old)))
      : f32x4.add(f32x4.sub(old, f32x4.mul(rest, old)), f32x4.mul(rest, value));
  return remember(f, mean, now, unit);
}

/**
 * g² for a sum whose root ε is added to. Where rounding g costs the result no digit, the square is never
 * subnormal.
 */
export function squareOf(f: FunctionBuilder, g: Local<'v128'>, epsilon: number): V128 {
  const settled = epsilon >= coarseEpsilon ? f.let(settle(g, squareSettling)) : g;
  return f32x4.mul(settled, settled);
}

/** mean ← β mean + (1 − β) g². Returns the mean. */
export function runningSquare(
  f: FunctionBuilder,
  mean: Cell,
  g: Local<'v128'>,
  rest: Local<'v128'>,
  { beta, epsilon }: { readonly beta: number; readonly epsilon: number },
): Local<'v128'> {
  const unit = epsilon >= coarseEpsilon ? settling : fineSettling;
  return runningMean(f, mean, squareOf(f, g, epsilon), rest, beta, unit);
}

/**
 * a/b, where b is a sum with ε. With ε = 0 a weight that never had a gradient would divide 0 by 0: it keeps
 * its value, and so does the padding of a tensor's layout.
 */
export function quotient(f: FunctionBuilder, a: V128, b: V128, epsilon: number): V128 {
  if (epsilon >= smallestEpsilon) {
    return f32x4.div(a, b);
  }
  const numerator = f.let(a);
  return v128.and(f32x4.div(numerator, b), f32x4.ne(numerator, 0));
}

/** A smaller one may round to 0. */
const smallestEpsilon = 1e-30;
