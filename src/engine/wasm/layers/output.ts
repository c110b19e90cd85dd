/** The output a = f(z) of dense layers and convolutions. */
import { sizeOf } from '../../shape';
import { activationKernel } from '../activations';
import type { ElementwiseKernel } from '../activations/kernel';
import { makeActivationPass } from '../activations/pass';
import type { ActivationPass, LayerBuild, PreActivation, WasmTensor } from '../layer';

export interface LayerOutput {
  /** Without an activation z is the output itself, and delta its error. */
  readonly preActivation: PreActivation;
  readonly activation?: ActivationPass;
}

export function makeOutput(build: LayerBuild, shape: readonly number[], tensors: readonly WasmTensor[]): LayerOutput {
  const { activation, arena, maxRows, output, dOutput } = build;
  if (activation === undefined || activation.name === 'linear') {
    return { preActivation: { z: output, delta: dOutput, shape } };
  }
  const size = sizeOf(shape);
  const z = { address: arena.floats(maxRows * size).address, size };
  const delta = { address: arena.floats(maxRows * size).address, size };
  const preActivation = { z, delta, shape };
  return { preActivation, activation: makeActivationPass(build, preActivation, tensors) };
}

/** The activation, if it is computed while z is in registers, with the same bits as its pass. */
export function cheapKernel({
  activation,
  plan,
}: Pick<LayerBuild, 'activation' | 'plan'>): ElementwiseKernel | undefined {
  if (activation?.shape !== 'elementwise' || activation.extra || activation.name === 'linear') {
    return undefined;
  }
  const kernel = activationKernel(activation, plan.activation?.parameters ?? {});
  return kernel.shape === 'elementwise' && kernel.cheap ? kernel : undefined;
}
