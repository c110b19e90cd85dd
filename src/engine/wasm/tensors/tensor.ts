/** The memory of a learned tensor, and how it is read and written. */
import type { LayerPlan, TensorPlan } from '../../../spec/plan';
import { sizeOf } from '../../shape';
import type { LayerBuild, Layout, WasmTensor } from '../layer';
import { control } from '../memory/control';

/**
 * Values first, then the optimizer's memories, then the gradient, so that a kernel that holds the address of
 * a value finds the others at constant positive offsets. The gradient comes last, since a fused update never
 * touches it.
 */
export function makeTensor(
  { arena, optimizer }: Pick<LayerBuild, 'arena' | 'optimizer'>,
  plan: TensorPlan,
  layout?: Layout,
): WasmTensor {
  const length = layout?.length ?? sizeOf(plan.shape);
  const values = arena.floats(length);
  const memory = optimizer.memories.map((sketch) => ({
    sketch,
    region: sketch.single ? { address: control.single, length: 1 } : arena.floats(length),
  }));
  return { plan, values, memory, gradient: arena.floats(length), layout };
}

/** Weight and bias of a dense layer or a convolution, whose other tensors belong to its activation. */
export function weightAndBias({ name }: Pick<LayerPlan, 'name'>, tensors: readonly WasmTensor[]) {
  const named = (suffix: string) => tensors.find(({ plan }) => plan.name === `${name}.${suffix}`);
  const weight = named('weight');
  if (!weight) {
    throw new Error(`The plan of ${name} has no weight tensor: plan the network again.`);
  }
  return { weight, bias: named('bias') };
}

/** A copy of a tensor's numbers, row-major. */
export function readTensor(stored: Float32Array, shape: readonly number[], layout?: Layout): Float32Array {
  const size = sizeOf(shape);
  if (!layout) {
    return stored.slice(0, size);
  }
  const values = new Float32Array(size);
  eachRow(size, layout, (from, to, start, step) => {
    for (let i = from, at = start; i < to; i++, at += step) {
      values[i] = stored[at];
    }
  });
  return values;
}

/** Writes row-major numbers, rounded to float32. */
export function writeTensor(stored: Float32Array, values: ArrayLike<number>, layout?: Layout): void {
  if (!layout) {
    stored.set(values);
    return;
  }
  eachRow(values.length, layout, (from, to, start, step) => {
    for (let i = from, at = start; i < to; i++, at += step) {
      stored[at] = values[i];
    }
  });
}

/** Calls `copy` for entries `[from, to)` of each row, which lie from `start` on, `step` numbers apart. */
function eachRow(
  size: number,
  { row, step, offsetOf }: Layout,
  copy: (from: number, to: number, start: number, step: number) => void,
): void {
  for (let from = 0; from < size; from += row) {
    copy(from, from + row, offsetOf(from), step);
  }
}
