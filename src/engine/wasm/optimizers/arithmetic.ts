/** Steps that several rules share, for four weights at once. */
import { type FunctionBuilder, f32x4, type Local, type V128, v128 } from '../assembler';
import type { Cell } from '../lanes';

/** 2⁻¹⁰⁰ */
const settling = 7.888609052210118e-31;

/**
 * Stores what is remembered from step to step, to a multiple of 2⁻¹²³. Without that a mean of gradients that have become 0 would shrink for
 * ever among the subnormal numbers, with which processors compute a hundred times slower.
 */
export function remember(f: FunctionBuilder, memory: Cell, value: V128): Local<'v128'> {
  const settled = f.let(f32x4.sub(f32x4.add(value, settling), settling));
  memory.set(settled);
  return settled;
}

/**
 * mean ← β mean + (1 − β) value, and gives it; `rest` holds 1 − β, and `beta` is about β. Moving the mean by its distance to the value
 * keeps it right where 1 − β is not exact in float32; but with a small β that would cancel what is small in the value against what is
 * large in the mean.
 */
export function runningMean(
  f: FunctionBuilder,
  mean: Cell,
  value: V128,
  rest: Local<'v128'>,
  beta: number,
): Local<'v128'> {
  const old = f.let(mean.get());
  const now =
    beta >= 0.5
      ? f32x4.add(old, f32x4.mul(rest, f32x4.sub(value, old)))
      : f32x4.add(f32x4.sub(old, f32x4.mul(rest, old)), f32x4.mul(rest, value));
  return remember(f, mean, now);
}

/** The same of a value's square. */
export function runningSquare(
  f: FunctionBuilder,
  mean: Cell,
  value: Local<'v128'>,
  rest: Local<'v128'>,
  beta: number,
): Local<'v128'> {
  return runningMean(f, mean, f32x4.mul(value, value), rest, beta);
}

/**
 * a/b, where b ends in a sum with ε. Without an ε a weight that never had a gradient divides 0 by 0; it stays where it is, and so do the
 * places of a tensor's layout that belong to no weight.
 */
export function quotient(f: FunctionBuilder, a: V128, b: V128, epsilon: number): V128 {
  if (epsilon >= smallestEpsilon) return f32x4.div(a, b);
  const numerator = f.let(a);
  return v128.and(f32x4.div(numerator, b), f32x4.ne(numerator, 0));
}

/** A smaller one may round to 0. */
const smallestEpsilon = 1e-30;
