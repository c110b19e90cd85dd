/**
 * A small WebAssembly assembler. Kernels are written as functions that build functions:
 *
 * ```ts
 * const f = module.function('scale', { parameters: { x: 'i32', n: 'i32' } });
 * const { x, n } = f.p;
 * f.repeat(i32.shr_u(n, 2), () => {
 *   f.storeV128(x, f32x4.mul(v128.load(x), 0.5));
 *   f.increase(x, 16);
 * });
 * ```
 */
export { atomicAdd, call, FunctionBuilder, threadNumber } from './functionBuilder';
export { f32, f32x4, f64, f64x2, i8x16, i16x8, i32, i32x4, i64, i64x2, select, v128 } from './instructions';
export { ModuleBuilder, pageSize } from './moduleBuilder';
export type { Expr, F32, F32x4, F64, I32, Local, V128 } from './types';
