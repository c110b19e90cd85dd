/** The numbers of a network by name: to be read, and to be searched for the first that is not finite. */
import type { FloatArray } from '../backend';
import type { Suspect } from '../divergence';
import type { Network } from './network';

export interface NamedTensor {
  readonly values: FloatArray;
  /** Shape of one sample where `batched`, else of the whole tensor. */
  readonly shape: readonly number[];
  readonly batched: boolean;
}

/** Every tensor that `Program.read` knows; `inputShape` is that of a sample. */
export function nameTensors(
  { layers, input, target, targetSize }: Network,
  inputShape: readonly number[],
): ReadonlyMap<string, NamedTensor> {
  const named = new Map<string, NamedTensor>();
  const add = (name: string, values: FloatArray, shape: readonly number[], batched: boolean): void => {
    named.set(name, { values, shape, batched });
  };
  add('input', input, inputShape, true);
  add('target', target, [targetSize], true);
  layers.forEach(({ plan, passes, output, tensors }, i) => {
    const { z, delta, zShape, winner, state } = passes;
    for (const { learned, memory } of tensors) {
      add(learned.plan.name, learned.values, learned.plan.shape, false);
      add(`${learned.plan.name}.gradient`, learned.gradient, learned.plan.shape, false);
      for (const { name, values, shape } of memory) {
        add(name, values, shape, false);
      }
    }
    for (const stored of state ?? []) {
      add(stored.plan.name, stored.values, stored.plan.shape, false);
    }
    if (z && delta && zShape) {
      add(`${plan.name}.z`, z, zShape, true);
      add(`${plan.name}.delta`, delta, zShape, true);
    }
    add(`${plan.name}.a`, output, plan.outputShape, true);
    if (winner) {
      add(`${plan.name}.winner`, winner.values, winner.shape, true);
    }
    if (i > 0) {
      add(`${plan.name}.dInput`, layers[i - 1].dOutput, plan.inputShape, true);
    }
  });
  return named;
}

/**
 * All numbers of a step in the order in which they are computed; `batch` cuts a buffer to the current batch.
 */
export function suspectsOf(
  { layers }: Network,
  loss: number,
  batch: (values: FloatArray) => FloatArray,
): readonly Suspect[] {
  const suspects: Suspect[] = [];
  for (const { plan, passes, output, tensors } of layers) {
    const layer = plan.name;
    for (const { learned } of tensors) {
      suspects.push({ layer, tensor: learned.plan.name, values: learned.values });
    }
    if (passes.z) {
      suspects.push({ layer, tensor: `${layer}.z`, values: batch(passes.z) });
    }
    suspects.push({ layer, tensor: `${layer}.a`, values: batch(output) });
  }
  suspects.push({ layer: layers[layers.length - 1].plan.name, tensor: 'loss', values: Float64Array.of(loss) });
  for (const { plan, passes, tensors } of layers.toReversed()) {
    const layer = plan.name;
    if (passes.delta) {
      suspects.push({ layer, tensor: `${layer}.delta`, values: batch(passes.delta) });
    }
    for (const { learned, memory } of tensors) {
      suspects.push({ layer, tensor: `${learned.plan.name}.gradient`, values: learned.gradient });
      suspects.push(...memory.map(({ name, values }) => ({ layer, tensor: name, values })));
    }
  }
  return suspects;
}
