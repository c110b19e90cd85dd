/**
 * Everything besides the weights that a step in progress depends on: the buffers that its phases write for
 * later ones.
 */
import type { BatchBuffer, Region } from '../memory/arena';
import type { CompiledNetwork } from './network';

export function stepRegions({ data, layers, errors, outputs, maxRows, branches }: CompiledNetwork): readonly Region[] {
  const regions = new Map<number, Region>();
  const add = (region: Region | undefined): void => {
    if (region) {
      regions.set(region.address, region);
    }
  };
  const batch = (buffer: BatchBuffer | undefined): void =>
    add(buffer && { address: buffer.address, length: buffer.size * maxRows });
  for (const buffer of [data.input, data.target, ...outputs, ...errors]) {
    batch(buffer);
  }
  for (const [i, { layer }] of layers.entries()) {
    for (const buffer of [layer.preActivation?.z, layer.preActivation?.delta, layer.winner, branches.errorOfInput(i)]) {
      batch(buffer);
    }
    for (const region of layer.kept ?? []) {
      add(region);
    }
  }
  if (data.sampleWeights !== undefined) {
    add({ address: data.sampleWeights, length: maxRows * 2 });
  }
  return [...regions.values()];
}
