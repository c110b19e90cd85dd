import { type FunctionBuilder, f32x4, type Local, type V128 } from '../assembler';

/**
 * c₀·xⁿ + … + cₙ, coefficients of the highest power first; a NaN goes through. Neighbours are joined in pairs with x, the pairs with x²
 * and so on (Estrin, 1960), so that few operations wait for one another:
 *
 * ```
 *   (c₀) · x⁴  +  ((c₁·x + c₂) · x²  +  (c₃·x + c₄))
 * ```
 */
export function polynomial(f: FunctionBuilder, x: Local<'v128'>, coefficients: readonly number[]): V128 {
  let terms: V128[] = coefficients.map((coefficient) => f32x4.const(coefficient)).reverse();
  for (let power = x; terms.length > 1; ) {
    const joined: V128[] = [];
    for (let i = 0; i < terms.length; i += 2) {
      joined.push(i + 1 < terms.length ? f32x4.add(f32x4.mul(terms[i + 1], power), terms[i]) : terms[i]);
    }
    terms = joined;
    if (terms.length > 1) power = f.let(f32x4.mul(power, power));
  }
  return terms[0];
}
