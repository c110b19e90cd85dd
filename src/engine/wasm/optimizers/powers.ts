import { type Expr, type F64, type FunctionBuilder, f64, i32, type Local, select } from '../../../assembler';
import { pow } from '../../../common/math';
import { emitWholePower } from '../math/power';

/** A smaller β^t does not change 1 − β^t. */
const negligible = 8.67e-19;

/**
 * β^t for a step t ≥ 1, in float64; where it is below 10⁻¹⁸ it may be 0. For a β that is known now, straight
 * code: a factor β^(2^i) for each bit i of t, multiplied in pairs.
 *
 * ```
 *   t = … 0 1 1:  (β · β²) · (1 · 1) · …
 * ```
 */
export function emitPowerOfStep(f: FunctionBuilder, beta: number | Local<'f64'>, t: Local<'f64'>): Local<'f64'> {
  if (typeof beta !== 'number') {
    return emitWholePower(f, beta, t);
  }
  const step = f.let(i32.trunc_sat_f64_s(t));
  let factors: F64[] = [];
  let bit = 1;
  for (let power = beta; power >= negligible && bit < 2 ** 30; power = pow(beta, bit)) {
    factors.push(select(f64.const(power), f64.const(1), i32.and(step, bit)));
    bit *= 2;
  }
  if (factors.length === 0) {
    return f.let(f64.const(0));
  }
  while (factors.length > 1) {
    const pairs: F64[] = [];
    for (let i = 0; i < factors.length; i += 2) {
      pairs.push(i + 1 < factors.length ? f64.mul(factors[i], factors[i + 1]) : factors[i]);
    }
    factors = pairs;
  }
  return f.let(select(f64.const(0), factors[0] as Expr<'f64'>, i32.ge_s(step, bit)));
}
