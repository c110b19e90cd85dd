/** Copies the rows of a batch from all samples. */
import { type FunctionBuilder, i32, type Local, v128 } from '../../../assembler';
import type { BatchBuffer } from '../memory/arena';
import type { Range } from '../range';

/** Longer rows are copied by the memory-copy instruction, shorter ones vector by vector. */
const longRow = 64;

/**
 * batch[s] = all[order[s]] for s in `[from, to)`. Writes nothing beyond a row, since the next may be another
 * thread's.
 */
export function emitGather(
  f: FunctionBuilder,
  { from, to }: Range,
  { order, all, batch }: { order: Local<'i32'>; all: number; batch: BatchBuffer },
): void {
  const { size } = batch;
  const row = f.local('i32');
  const source = f.local('i32');
  const vector = f.local('v128');
  const target = f.let(i32.add(i32.mul(from, size * 4), batch.address));
  const index = f.let(i32.add(i32.shl(from, 2), order));
  f.range(row, from, to, 1, () => {
    f.set(source, i32.add(i32.mul(i32.load(index), size * 4), all));
    if (size > longRow) {
      f.copyMemory(target, source, size * 4);
    } else {
      for (let at = 0; at < size; at += 4) {
        f.set(vector, v128.load(source, at * 4));
        f.storeLanes(target, vector, Math.min(4, size - at), at * 4);
      }
    }
    f.increase(index, 4);
    f.increase(target, size * 4);
  });
}
