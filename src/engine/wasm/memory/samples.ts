/** The samples of a program whose memory holds all of them. */
import type { ProgramData, SampleSource } from '../../backend';
import { withInputs } from '../../trainingData';
import type { DataBuffers } from '../network/kernels';

/** Views of the memory; the data themselves where batches are copied in from outside. */
export function samplesInside(memory: ArrayBufferLike, { all, input }: DataBuffers, data: SampleSource): ProgramData {
  if (!all) {
    return withInputs(data);
  }
  const inside = {
    ...data,
    inputs: new Float32Array(memory, all.inputs, data.samples * input.size),
    targets: new Float32Array(memory, all.targets, data.targets.length),
  };
  return all.sampleWeights === undefined || !data.sampleWeights
    ? inside
    : { ...inside, sampleWeights: new Float64Array(memory, all.sampleWeights, data.sampleWeights.length) };
}

/** Copies the data to where `samplesInside` says. */
export function copySamples(inside: ProgramData, data: SampleSource): void {
  const { inputs } = data;
  if (inputs === inside.inputs) {
    return;
  }
  if (typeof inputs === 'function') {
    inputs(inside.inputs as Float32Array);
  } else {
    inside.inputs.set(inputs);
  }
  inside.targets.set(data.targets);
  if (data.sampleWeights) {
    inside.sampleWeights?.set(data.sampleWeights);
  }
}
