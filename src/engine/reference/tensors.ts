/** The tensors of a network by name. */
import type { FloatArray } from '../backend';
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

/** The names of all tensors of a step in the order in which it computes them, each with its layer. */
export function namesInOrder({ layers }: Network): readonly { readonly layer: string; readonly tensor: string }[] {
  const forward = layers.map(({ plan, passes, tensors }) => ({
    layer: plan.name,
    tensors: [
      ...tensors.map(({ learned }) => learned.plan.name),
      ...(passes.z ? [`${plan.name}.z`] : []),
      `${plan.name}.a`,
    ],
  }));
  const loss = { layer: layers[layers.length - 1].plan.name, tensors: ['loss'] };
  const backward = layers.toReversed().map(({ plan, passes, tensors }) => ({
    layer: plan.name,
    tensors: [
      ...(passes.delta ? [`${plan.name}.delta`] : []),
      ...tensors.flatMap(({ learned, memory }) => [`${learned.plan.name}.gradient`, ...memory.map(({ name }) => name)]),
    ],
  }));
  return [...forward, loss, ...backward].flatMap(({ layer, tensors }) => tensors.map((tensor) => ({ layer, tensor })));
}
