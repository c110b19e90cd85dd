import { type FunctionBuilder, f32x4, type Local, type V128 } from '../../../assembler';

/** c₀·xⁿ + … + cₙ by Horner's rule, coefficients of the highest power first; NaN for a NaN. */
export function polynomial(x: Local<'v128'>, coefficients: readonly [number, number, ...number[]]): V128 {
  const [highest, second, ...rest] = coefficients;
  let sum = f32x4.add(f32x4.mul(x, highest), second);
  for (const coefficient of rest) {
    sum = f32x4.add(f32x4.mul(sum, x), coefficient);
  }
  return sum;
}

/**
 * The same in pairs, for use where later operations wait for the result: the chain of dependent operations is
 * about half as long.
 *
 * ```
 *   (c₀·x² + (c₁·x + c₂)) · x² + (c₃·x + c₄)
 * ```
 *
 * Higher powers are not computed: those of a small x would soon be subnormal.
 */
export function polynomialInPairs(
  f: FunctionBuilder,
  x: Local<'v128'>,
  coefficients: readonly [number, number, ...number[]],
): V128 {
  const square = f.let(f32x4.mul(x, x));
  const pair = (i: number): V128 => f32x4.add(f32x4.mul(x, coefficients[i]), coefficients[i + 1]);
  const odd = coefficients.length % 2;
  let sum = odd === 1 ? f32x4.const(coefficients[0]) : pair(0);
  for (let i = 2 - odd; i < coefficients.length; i += 2) {
    sum = f32x4.add(f32x4.mul(sum, square), pair(i));
  }
  return sum;
}
