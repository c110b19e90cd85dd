/** Measurements of a network at a moment, on a scratch program: the run is not changed. */
import { permutation, purposes } from '../common/random';
import { activation } from '../spec/catalogue';
import type { ActivationProbe, GradientProbe, LayerDistribution } from '../spec/measurements';
import type { FloatArray, Program } from './backend';
import { knowsUpdate, type Moment } from './film/moment';
import { backwardAll, forwardAll } from './forwardAll';
import { deadShare, elementwiseLayers, saturatedShare } from './health';
import { norm } from './norm';

/** The range of the activation plots, in bins of a quarter. */
const histogramLow = -5;
const histogramHigh = 5;
const histogramBins = 40;
const probeSamples = 256;

/** Distribution of every activation over a sample of the train part drawn by the seed, in evaluation mode. */
export function probeActivations(moment: Moment): ActivationProbe {
  const { epoch, step } = moment.position;
  const { train } = moment.parts;
  const samples = Math.min(probeSamples, moment.maxBatch, train.length);
  const order = permutation(moment.plan.seed, purposes.probe, 2, train.length);
  const rows = order.subarray(0, samples).map((i) => train[i]);
  const program = moment.scratch();
  forwardAll(program, rows, 0, samples);

  const layers: LayerDistribution[] = [];
  for (const layer of elementwiseLayers(moment.plan.network.layers)) {
    const z = program.read(`${layer.plan.name}.z`).values;
    // With a NaN among the values the shares would be meaningless.
    const saturation = z.some(Number.isNaN) ? undefined : layer.entry.saturation;
    layers.push({
      layer: layer.index,
      histogram: histogramOf(z),
      saturated: saturation === 'saturated' ? saturatedShare(layer, z) : undefined,
      dead: saturation === 'dead' ? deadShare(layer, z, samples) : undefined,
    });
  }
  for (const plan of moment.plan.network.layers) {
    const entry = plan.activation && activation(plan.activation.name);
    if (entry?.shape !== 'vector' || !entry.sumsToOne) {
      continue;
    }
    const classes = plan.outputShape[0];
    layers.push({
      layer: plan.index,
      meanProbabilities: meanOfClasses(program.read(`${plan.name}.a`).values, classes, samples),
    });
  }
  layers.sort((a, b) => a.layer - b.layer);
  return { epoch, step, samples, layers };
}

/** Norms of the gradients for the next batch, in training mode, and of the update that they give. */
export function probeGradients(moment: Moment): GradientProbe {
  const { epoch, step } = moment.position;
  const program = moment.scratch();
  const layers = gradientNorms(program, moment.nextRows());
  if (!knowsUpdate(moment, program)) {
    return { epoch, step, layers };
  }
  return { epoch, step, layers: layers.map((each) => ({ ...each, updateNorm: updateNorm(program, each.layer) })) };
}

/** Updates a layer, after a backward pass; gives the norm of the change. */
function updateNorm(program: Program, layer: number): number {
  const names = program.plan.network.layers[layer].tensors.map(({ name }) => name);
  const before = names.map((name) => program.read(name).values.slice());
  program.update(layer);
  return norm(names.map((name, i) => program.read(name).values.map((value, k) => value - before[i][k])));
}

/** Norms of the gradients for a batch, in training mode. */
export function gradientNorms(program: Program, rows: Int32Array): GradientProbe['layers'] {
  forwardAll(program, rows, 0, rows.length, 'training');
  program.loss();
  backwardAll(program);
  const normOf = (names: readonly string[]): number => norm(names.map((name) => program.read(name).values));
  return program.plan.network.layers
    .filter(({ tensors }) => tensors.length > 0)
    .map(({ index, name, tensors }) => ({
      layer: index,
      gradientNorm: normOf(tensors.map((tensor) => `${tensor.name}.gradient`)),
      weightNorm: normOf(tensors.map((tensor) => tensor.name)),
      deltaNorm: normOf([`${name}.delta`]),
    }));
}

function histogramOf(z: FloatArray): LayerDistribution['histogram'] {
  const counts = new Float64Array(histogramBins);
  const width = (histogramHigh - histogramLow) / histogramBins;
  for (let i = 0; i < z.length; i++) {
    if (Number.isNaN(z[i])) {
      continue;
    }
    const bin = Math.floor((z[i] - histogramLow) / width);
    counts[Math.max(0, Math.min(histogramBins - 1, bin))]++;
  }
  return { low: histogramLow, high: histogramHigh, counts };
}

function meanOfClasses(values: FloatArray, classes: number, samples: number): Float64Array {
  const sums = new Float64Array(classes);
  const positions = values.length / samples / classes;
  for (let i = 0; i < values.length; i++) {
    sums[Math.floor(i / positions) % classes] += values[i];
  }
  return sums.map((sum) => sum / (samples * positions));
}
