import { type Expr, type F64, type FunctionBuilder, f64, type Local } from '../assembler';

/**
 * base^n in float64 for a finite whole n ≥ 0, by squaring: β^t of an optimizer's step t. The relative error is below n·2⁻⁵³, 1.2e−10 for
 * a million steps; by then β^t has long vanished.
 */
export function emitWholePower(f: FunctionBuilder, base: F64, n: Expr<'f64'>): Local<'f64'> {
  const result = f.let(f64.const(1));
  const square = f.let(typeof base === 'number' ? f64.const(base) : base);
  const left = f.let(n);
  f.while(f64.gt(left, 0), () => {
    const half = f.let(f64.floor(f64.mul(left, 0.5)));
    f.if(f64.gt(f64.sub(left, f64.add(half, half)), 0), () => f.set(result, f64.mul(result, square)));
    f.set(square, f64.mul(square, square));
    f.set(left, half);
  });
  return result;
}
