/** Memory for a learned tensor. */
import type { LayerPlan, TensorPlan } from '../../spec/plan';
import { type Pieces, pieceWeights } from '../pieces';
import { sizeOf } from '../shape';
import { control } from './control';
import type { LayerBuild, Layout, WasmTensor } from './layer';

/**
 * Values first, then the optimizer's memories, then the gradient: so that a kernel which holds the address of a value finds the
 * others at constant positive offsets. The gradient comes last, since a fused update never touches it.
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

/** A tensor's numbers out of the memory, row-major. */
export function* readTensor(stored: Float32Array, shape: readonly number[], layout?: Layout): Pieces<Float32Array> {
  const values = new Float32Array(sizeOf(shape));
  yield* eachRow(values.length, layout, (from, to, start, step) => {
    if (step === 1) {
      values.set(stored.subarray(start, start + to - from), from);
    } else {
      for (let i = from, at = start; i < to; i++, at += step) {
        values[i] = stored[at];
      }
    }
  });
  return values;
}

/** Rounds to float32. */
export function* writeTensor(stored: Float32Array, values: ArrayLike<number>, layout?: Layout): Pieces<void> {
  yield* eachRow(values.length, layout, (from, to, start, step) => {
    for (let i = from, at = start; i < to; i++, at += step) {
      stored[at] = values[i];
    }
  });
}

/** Entries `[from, to)` of a row after those of another, and where they stand in the memory. */
function* eachRow(
  size: number,
  layout: Layout | undefined,
  copy: (from: number, to: number, start: number, step: number) => void,
): Pieces<void> {
  const { row, step } = layout ?? { row: Math.min(size, pieceWeights), step: 1 };
  let left = pieceWeights;
  for (let from = 0; from < size; from += row) {
    if (left <= 0) {
      yield;
      left = pieceWeights;
    }
    copy(from, Math.min(from + row, size), layout ? layout.place(from) : from, step);
    left -= row;
  }
}
