/** Hyperbolic sine and cosine in float32. */
import { type FunctionBuilder, f32x4, type Local, type V128, v128 } from '../../../assembler';
import { emitHalfExp } from './exponential';
import { polynomial } from './polynomial';
import { emitCopySign } from './sign';

/** (sinh x/x − 1)/x² in x² for |x| ≤ 1, a Chebyshev fit (error 2e−10). */
const tail = [2.8062802582276946e-6, 0.00019838101968683888, 0.00833333967591706, 0.1666666664684213] as const;

/** (e^x − e^−x)/2 for four numbers, nothing lost near 0. Less than 2 ulp from the exact value. */
export function emitSinh(f: FunctionBuilder, x: V128): Local<'v128'> {
  const input = f.let(x);
  const z = f.let(f32x4.mul(input, input));
  const near = f32x4.add(input, f32x4.mul(f32x4.mul(input, z), polynomial(z, tail)));
  const size = f.let(f32x4.abs(input));
  const far = emitCopySign(f32x4.sub(emitHalfExp(f, size), emitHalfExp(f, f32x4.neg(size))), input);
  return f.let(v128.bitselect(near, far, f32x4.lt(size, 1)));
}

/** (e^x + e^−x)/2 for four numbers. Less than 2 ulp from the exact value. */
export function emitCosh(f: FunctionBuilder, x: V128): Local<'v128'> {
  const size = f.let(f32x4.abs(x));
  return f.let(f32x4.add(emitHalfExp(f, size), emitHalfExp(f, f32x4.neg(size))));
}
