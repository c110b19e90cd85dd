import type { FunctionBuilder, Local } from '../../../assembler';
import { pendingCell } from '../lanes/lanes';
import type { WasmTensor } from '../layer';
import type { UpdateLanes } from './kernel';

/**
 * Updates neighbouring vectors of a tensor, unless it is frozen: `at` is a byte counted from the tensor's
 * beginning, and `offsets` are those of the vectors from there. All are computed before one is stored (see
 * `pendingCell`):
 *
 * ```
 *   rule on vector 0, rule on vector 1, …  ▸  store w 0, w 1, …  ▸  store first memory 0, 1, …
 * ```
 */
export function updateNeighbours(
  f: FunctionBuilder,
  update: UpdateLanes,
  { plan, values, memory }: Pick<WasmTensor, 'plan' | 'values' | 'memory'>,
  at: Local<'i32'>,
  offsets: readonly number[],
  gradients: readonly Local<'v128'>[],
): void {
  if (plan.isFrozen) {
    return;
  }
  const remembered = memory.filter(({ sketch }) => !sketch.single).map(({ region }) => region);
  const cells = [values, ...remembered].map(({ address }) =>
    offsets.map((offset) => pendingCell(f, at, address + offset)),
  );
  for (const [k, gradient] of gradients.entries()) {
    const [w, ...memories] = cells.map((ofRegion) => ofRegion[k]);
    update(w, gradient, memories);
  }
  for (const ofRegion of cells) {
    for (const cell of ofRegion) {
      cell.flush();
    }
  }
}
