/** The samples of a program whose memory holds all of them. */
import type { ProgramData } from '../../backend';
import type { DataBuffers } from '../network/kernels';

/** Views of the memory; the data themselves where batches are copied in from outside. */
export function samplesInside(memory: ArrayBufferLike, { all }: DataBuffers, data: ProgramData): ProgramData {
  if (!all) {
    return data;
  }
  const inside = {
    ...data,
    inputs: new Float32Array(memory, all.inputs, data.inputs.length),
    targets: new Float32Array(memory, all.targets, data.targets.length),
  };
  return all.sampleWeights === undefined || !data.sampleWeights
    ? inside
    : { ...inside, sampleWeights: new Float64Array(memory, all.sampleWeights, data.sampleWeights.length) };
}

/** Copies the data to where `samplesInside` says. */
export function copySamples(inside: ProgramData, data: ProgramData): void {
  if (inside === data) {
    return;
  }
  inside.inputs.set(data.inputs);
  inside.targets.set(data.targets);
  if (data.sampleWeights) {
    inside.sampleWeights?.set(data.sampleWeights);
  }
}
