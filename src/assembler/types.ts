/**
 * Typed expressions of WebAssembly. The TypeScript compiler knows the type of an expression, so that
 * `f32x4.add(a, i)` with an integer `i` is a compile-time error.
 */
import type { Bytes } from './bytes';

export type ValueType = 'i32' | 'i64' | 'f32' | 'f64' | 'v128';

export const typeCodes: Readonly<Record<ValueType, number>> = {
  i32: 0x7f,
  i64: 0x7e,
  f32: 0x7d,
  f64: 0x7c,
  v128: 0x7b,
};

/** Code that leaves one value of type T on the stack. It is computed each time it is emitted. */
export interface Expr<T extends ValueType> {
  readonly type: T;
  emit(code: Bytes): void;
}

/** A parameter or local variable; as an expression, its value. */
export interface Local<T extends ValueType> extends Expr<T> {
  readonly index: number;
}

/** Scalar operands: a number stands for a constant of the type. */
type Scalar<T extends 'i32' | 'f32' | 'f64'> = Expr<T> | number;
export type I32 = Scalar<'i32'>;
export type F32 = Scalar<'f32'>;
export type F64 = Scalar<'f64'>;
/** Four lanes of float32; a number stands for itself in all of them. */
export type F32x4 = Expr<'v128'> | number;
/** Four lanes of int32; a number stands for itself in all of them. */
export type I32x4 = Expr<'v128'> | number;
/** Sixteen bytes; a number stands for itself in all of them. */
export type I8x16 = Expr<'v128'> | number;
/** Eight lanes of int16; a number stands for itself in all of them. */
export type I16x8 = Expr<'v128'> | number;
/** Two lanes of float64; a number stands for itself in both. */
export type F64x2 = Expr<'v128'> | number;
export type V128 = Expr<'v128'>;

export function expression<T extends ValueType>(type: T, emit: (code: Bytes) => void): Expr<T> {
  return { type, emit };
}
