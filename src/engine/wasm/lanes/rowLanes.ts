/**
 * Lanes of four rows of a batch, gathered from memory and scattered back:
 *
 * ```
 *   row s      x x x k x x        lanes of k:
 *   row s+1    x x x k x x   ◀─▶  [k k k k]
 *   row s+2    x x x k x x
 *   row s+3    x x x k x x
 * ```
 */
import { type FunctionBuilder, f32x4, i32, i32x4, type Local, type V128, v128 } from '../../../assembler';
import type { BatchBuffer } from '../memory/arena';
import { eachIndex, type Index, isStraight, type Lanes } from './lanes';

/** `row` is the first of the four. All four rows must exist in memory, also behind the batch's end. */
export function rowLanes(f: FunctionBuilder, { address, size }: BatchBuffer, row: Local<'i32'>): Lanes {
  const first = f.let(i32.mul(row, size * 4));
  const rowAt = (lane: number): number => address + lane * size * 4;
  const gather = (at: Local<'i32'>, offset: number): V128 => {
    let vector: V128 = v128.load32_zero(at, rowAt(0) + offset);
    for (let lane = 1; lane < 4; lane++) {
      vector = v128.load32_lane(at, vector, lane, rowAt(lane) + offset);
    }
    return vector;
  };
  const scatter = (at: Local<'i32'>, offset: number, value: V128): void => {
    const vector = f.let(value);
    for (let lane = 0; lane < 4; lane++) {
      f.storeF32(at, f32x4.extract_lane(vector, lane), rowAt(lane) + offset);
    }
  };
  const place = (k: Index): readonly [at: Local<'i32'>, offset: number] =>
    typeof k === 'number' ? [first, k * 4] : [f.let(i32.add(first, i32.shl(k, 2))), 0];
  // Straight code reads a number once and holds it in a local.
  const straight = isStraight(size);
  const held = new Map<Index, Local<'v128'>>();
  return {
    size,
    each: (body) => eachIndex(f, size, body),
    get(k) {
      if (!straight) {
        return gather(...place(k));
      }
      const known = held.get(k) ?? f.let(gather(...place(k)));
      held.set(k, known);
      return known;
    },
    set(k, value) {
      const vector = f.let(value);
      if (straight) {
        held.set(k, vector);
      }
      scatter(...place(k), vector);
    },
  };
}

/** A mask of the lanes whose row comes before `end`, for four rows from `row` on. */
export function lanesBefore(f: FunctionBuilder, row: Local<'i32'>, end: Local<'i32'>): Local<'v128'> {
  return f.let(i32x4.lt_s(v128.const32([0, 1, 2, 3]), i32x4.splat(i32.sub(end, row))));
}
