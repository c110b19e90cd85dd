/** What dense layers and convolutions make of their sums z: a = f(z). */
import { sizeOf } from '../../shape';
import { activationKernel } from '../activations';
import type { ElementwiseKernel } from '../activations/kernel';
import { makeActivationPass } from '../activations/pass';
import type { ActivationPass, LayerBuild, WasmTensor } from '../layer';
import type { BatchBuffer } from '../memory/arena';

export interface LayerOutput {
  /** Without an activation z is the output itself, and delta its error. */
  readonly z: BatchBuffer;
  readonly delta: BatchBuffer;
  readonly activation?: ActivationPass;
}

export function makeOutput(build: LayerBuild, zShape: readonly number[], tensors: readonly WasmTensor[]): LayerOutput {
  const { activation, arena, maxRows, output, dOutput } = build;
  if (activation === undefined || activation.name === 'linear') {
    return { z: output, delta: dOutput };
  }
  const size = sizeOf(zShape);
  const z = { address: arena.floats(maxRows * size).address, size };
  const delta = { address: arena.floats(maxRows * size).address, size };
  return { z, delta, activation: makeActivationPass(build, zShape, z, delta, tensors) };
}

/** An activation of so few instructions that it comes right behind the sums, still in registers; the same bits as its pass. */
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
