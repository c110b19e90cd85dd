/** Which networks are tiny: their whole training fits into one function of straight code. */
import { activation } from '../../../spec/catalogue';
import { hasWeightMatrix } from '../../../spec/layers';
import type { LayerPlan, NetworkPlan, TrainingPlan } from '../../../spec/plan';
import type { SampleSource } from '../../backend';
import { sizeOf } from '../../shape';

/** With more weights, straight code for each of them would grow too long for the instruction cache. */
const maxParameters = 640;
/** Inputs or outputs of a layer at most: they are held in locals. */
const maxNumbers = 48;
/** Numbers of the data at most, since samples are copied whenever their order changes. */
const maxDataNumbers = 4_000_000;

export function isTiny({ network, training }: TrainingPlan, { samples, sampleWeights }: SampleSource): boolean {
  return (
    sampleWeights === undefined &&
    network.parameterCount <= maxParameters &&
    sizeOf(network.inputShape) <= maxNumbers &&
    samples * (sizeOf(network.inputShape) + sizeOf(network.outputShape)) <= maxDataNumbers &&
    training.clipNorm === undefined &&
    training.clipValue === undefined &&
    isPlainStack(network)
  );
}

/** Whether all layers are dense, without penalties, and activations neither learn nor draw. */
function isPlainStack({ layers }: NetworkPlan): boolean {
  return layers.every(
    (layer) =>
      hasWeightMatrix(layer.type) &&
      sizeOf(layer.outputShape) <= maxNumbers &&
      layer.tensors.every(({ role, regularizer }) => !regularizer && role !== 'slope') &&
      !drawsSlope(layer),
  );
}

/** Whether the layer's activation draws its slope in training, as rrelu does. */
function drawsSlope({ activation: thing }: LayerPlan): boolean {
  const entry = thing && activation(thing.name);
  return entry?.shape === 'elementwise' && entry.extra === 'random_slope';
}
