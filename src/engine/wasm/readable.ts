/** The names under which a program's numbers can be read; see `Program.tensors`. */
import { layerKindOf } from '../../spec/layers';
import type { NetworkPlan } from '../../spec/plan';
import { control } from './control';
import type { Layout } from './layer';
import type { BatchBuffer, Region } from './memory';
import type { CompiledNetwork } from './network';

export type Readable =
  | { readonly kind: 'batch'; readonly buffer: BatchBuffer; readonly shape: readonly number[] }
  | { readonly kind: 'tensor'; readonly region: Region; readonly shape: readonly number[]; readonly layout?: Layout }
  /** One number in float64. */
  | { readonly kind: 'single'; readonly address: number };

export function nameBuffers(network: NetworkPlan, compiled: CompiledNetwork): ReadonlyMap<string, Readable> {
  const names = new Map<string, Readable>();
  const addBatch = (name: string, buffer: BatchBuffer, shape: readonly number[]): void => {
    names.set(name, { kind: 'batch', buffer, shape });
  };
  const { data, outputs, errors, layers } = compiled;
  addBatch('input', data.input, network.inputShape);
  addBatch('target', data.target, [data.target.size]);
  for (const [i, layer] of network.layers.entries()) {
    const { tensors, state, z, delta, zShape, winner } = layers[i].layer;
    for (const { plan, values, gradient, layout, memory } of tensors) {
      names.set(plan.name, { kind: 'tensor', region: values, shape: plan.shape, layout });
      names.set(`${plan.name}.gradient`, { kind: 'tensor', region: gradient, shape: plan.shape, layout });
      for (const { sketch, region } of memory) {
        const name = `${plan.name}.${sketch.name}`;
        if (sketch.single) {
          names.set(name, { kind: 'single', address: control.single });
        } else {
          names.set(name, { kind: 'tensor', region, shape: plan.shape, layout });
        }
      }
    }
    for (const { plan, values } of state ?? []) {
      names.set(plan.name, { kind: 'tensor', region: values, shape: plan.shape });
    }
    if (z && delta) {
      const shape = layerKindOf(layer).isActivation ? layer.inputShape : (zShape ?? [z.size]);
      addBatch(`${layer.name}.z`, z, shape);
      addBatch(`${layer.name}.delta`, delta, shape);
    }
    addBatch(`${layer.name}.a`, outputs[i], layer.outputShape);
    if (winner) {
      addBatch(`${layer.name}.winner`, winner, winner.shape);
    }
    if (i > 0) {
      addBatch(`${layer.name}.dInput`, errors[i - 1], layer.inputShape);
    }
  }
  return names;
}
