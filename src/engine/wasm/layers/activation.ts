/** An activation as a layer of its own: z is the layer's input, delta its error. */
import { sizeOf } from '../../shape';
import { makeActivationPass } from '../activations/pass';
import { type LayerBuild, rangeParameters, type WasmLayer } from '../layer';
import type { BatchBuffer } from '../memory/arena';
import { makeTensor } from '../tensors/tensor';
import { copySamples, rangeKernel } from './range';

export function makeActivationLayer(build: LayerBuild): WasmLayer {
  const { plan, module, arena, maxRows, input: z, output, dOutput, fused } = build;
  const size = sizeOf(plan.inputShape);
  // No other layer needs the error of the first one, but it can be read.
  const delta: BatchBuffer = build.dInput ?? { address: arena.floats(maxRows * size).address, size };
  const tensors = plan.tensors.map((tensor) => makeTensor(build, tensor));
  const preActivation = { z, delta, shape: plan.inputShape };
  if (build.activation === undefined || build.activation.name === 'linear') {
    const forward = rangeKernel(build, 'forward');
    copySamples(forward, size, output.address, z.address);
    const backward = rangeKernel(build, 'backward');
    copySamples(backward, size, delta.address, dOutput.address);
    return { tensors, preActivation, forward, backward };
  }
  const pass = makeActivationPass(build, preActivation, tensors);
  const forward = rangeKernel(build, 'forward');
  forward.do(pass.forward, forward.p);
  const backward = rangeKernel(build, 'backward');
  if (!fused) {
    backward.do(pass.backward, backward.p);
  }
  const layer = { tensors, preActivation, kept: pass.kept, forward, backward };
  if (!pass.gradients) {
    return layer;
  }
  const gradients = module.function(`${plan.name}.gradients`, { parameters: rangeParameters });
  gradients.do(pass.gradients, {});
  return { ...layer, learning: { gradients, slices: 1 } };
}
