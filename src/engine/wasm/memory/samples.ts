/** The samples of a program whose memory has room for all of them, as they lie there. */
import type { ProgramData } from '../../backend';
import type { DataBuffers } from '../network/kernels';

/** Views of the memory, or where it has no room the data themselves. */
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

/** Brings the data to where `samplesInside` says. */
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
