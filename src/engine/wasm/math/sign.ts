import { type FunctionBuilder, f32x4, i32x4, type Local, type V128, v128 } from '../../../assembler';

const signBit = i32x4.const(-0x80000000);

/** −1, 0 or 1 for four numbers, by their sign; a NaN stays one. */
export function emitSign(f: FunctionBuilder, x: V128): Local<'v128'> {
  const input = f.let(x);
  const one = v128.or(v128.and(input, signBit), f32x4.const(1));
  const signed = v128.and(one, f32x4.ne(input, 0));
  // All bits set are a NaN.
  return f.let(v128.or(signed, f32x4.ne(input, input)));
}

/** |x| with the sign of `of`, for four numbers. */
export function emitCopySign(x: V128, of: V128): V128 {
  return v128.bitselect(of, x, signBit);
}
