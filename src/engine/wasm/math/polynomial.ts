import { f32x4, type Local, type V128 } from '../assembler';

/** c₀·xⁿ + … + cₙ by Horner's rule, coefficients of the highest power first; a NaN goes through. */
export function polynomial(x: Local<'v128'>, coefficients: readonly [number, number, ...number[]]): V128 {
  const [highest, second, ...rest] = coefficients;
  let sum = f32x4.add(f32x4.mul(x, highest), second);
  for (const coefficient of rest) sum = f32x4.add(f32x4.mul(sum, x), coefficient);
  return sum;
}
