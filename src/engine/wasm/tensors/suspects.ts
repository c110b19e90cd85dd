/** All numbers of a program that may not be finite, in the order in which they are computed. */
import type { NetworkPlan } from '../../../spec/plan';
import type { Suspect } from '../../divergence';
import type { BatchBuffer, Region } from '../memory/arena';
import type { CompiledNetwork } from '../network/network';

export function suspects(
  { layers: plans }: NetworkPlan,
  { layers, outputs }: CompiledNetwork,
  { count, loss }: { readonly count: number; readonly loss: number },
  view: (region: Region) => Float32Array,
): readonly Suspect[] {
  const batch = (layer: string, kind: string, { address, size }: BatchBuffer): Suspect => ({
    layer,
    tensor: `${layer}.${kind}`,
    values: view({ address, length: size * count }),
  });
  const found: Suspect[] = [];
  for (const [i, { layer: built }] of layers.entries()) {
    const layer = plans[i].name;
    for (const { plan, values } of built.tensors) {
      found.push({ layer, tensor: plan.name, values: view(values) });
    }
    if (built.preActivation) {
      found.push(batch(layer, 'z', built.preActivation.z));
    }
    found.push(batch(layer, 'a', outputs[i]));
  }
  found.push({ layer: plans[plans.length - 1].name, tensor: 'loss', values: Float64Array.of(loss) });
  for (const [i, { layer: built }] of [...layers.entries()].reverse()) {
    const layer = plans[i].name;
    if (built.preActivation) {
      found.push(batch(layer, 'delta', built.preActivation.delta));
    }
    for (const { plan, gradient, memory } of built.tensors) {
      found.push({ layer, tensor: `${plan.name}.gradient`, values: view(gradient) });
      for (const { sketch, region } of memory) {
        if (!sketch.single) {
          found.push({ layer, tensor: `${plan.name}.${sketch.name}`, values: view(region) });
        }
      }
    }
  }
  return found;
}
