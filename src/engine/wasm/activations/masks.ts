/** Choices between numbers, lane by lane. */
import { f32x4, type Local, type V128, v128 } from '../../../assembler';

/** `value` where the mask is set, else 0. */
export const where = (mask: V128, value: number): V128 => v128.and(mask, f32x4.const(value));

/** `above` where x > bound, else (of a NaN too) `below`. */
export const aboveElse = (x: Local<'v128'>, bound: number, above: V128, below: V128): V128 =>
  v128.bitselect(above, below, f32x4.gt(x, bound));

/** x brought into [low, high]; a NaN stays. */
export const clip = (x: V128, low: number, high: number): V128 => f32x4.pmin(f32x4.pmax(x, low), high);

/** 1 where low < x < high, else 0. */
export const inside = (x: Local<'v128'>, low: number, high: number): V128 =>
  v128.and(where(f32x4.gt(x, low), 1), f32x4.lt(x, high));
