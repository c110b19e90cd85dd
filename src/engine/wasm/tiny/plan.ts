/** Which networks are tiny: small enough that their whole training is one function, with every number at a known place. */
import { activation } from '../../../spec/catalogue';
import { hasWeightMatrix } from '../../../spec/layers';
import type { LayerPlan, NetworkPlan, TrainingPlan } from '../../../spec/plan';
import type { ProgramData } from '../../backend';
import { sizeOf } from '../../shape';

/** Weights beyond which straight code for each of them grows too long for the instruction cache. */
const mostParameters = 640;
/** Numbers of a sample at any place of the network: they live in locals. */
const mostNumbers = 48;
/** Samples are laid out anew where their order changes: only worth it, and only affordable, for a small set. */
const mostNumbersOfData = 4_000_000;

export function isTiny({ network, training }: TrainingPlan, { samples, sampleWeights }: ProgramData): boolean {
  return (
    sampleWeights === undefined &&
    network.parameterCount <= mostParameters &&
    sizeOf(network.inputShape) <= mostNumbers &&
    samples * (sizeOf(network.inputShape) + sizeOf(network.outputShape)) <= mostNumbersOfData &&
    training.clipNorm === undefined &&
    training.clipValue === undefined &&
    isPlainStack(network)
  );
}

/** Dense layers one after another, whose activations learn and draw nothing. */
function isPlainStack({ layers }: NetworkPlan): boolean {
  return layers.every(
    (layer) =>
      hasWeightMatrix(layer.type) &&
      sizeOf(layer.outputShape) <= mostNumbers &&
      layer.tensors.every(({ role, regularizer }) => !regularizer && role !== 'slope') &&
      !drawsSlope(layer),
  );
}

/** Whether the layer's activation draws its slope in training, as rrelu does. */
function drawsSlope({ activation: thing }: LayerPlan): boolean {
  const entry = thing && activation(thing.name);
  return entry?.shape === 'elementwise' && entry.extra === 'random_slope';
}
