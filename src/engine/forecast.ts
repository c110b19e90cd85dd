/** The forecast: one batch forward and backward at the initial weights, before any training. */
import { permutation, purposes } from '../common/random';
import type { Forecast, LayerForecast } from '../spec/measurements';
import type { TrainingPlan } from '../spec/plan';
import { countOf } from '../spec/planNetwork';
import type { Backend, Program, ProgramData } from './backend';
import { backwardAll, forwardAll } from './forwardAll';
import { deadShare, elementwiseLayers, saturatedShare } from './health';
import { norm } from './norm';
import { sizeOf } from './shape';
import { samplesOf } from './trainingData';

/** Enough samples to tell a dead unit from one that is seldom active, and few enough to be quick. */
const maxSamples = 128;
/** A batch needs at least this many samples: variances and the output spread are measured over it. */
const minSamples = 8;
/** Most multiplications of a forecast: about a tenth of a second in the reference backend. */
const maxWork = 1.2e7;

/**
 * Measures one batch drawn by the seed. Undefined where the network is too large for that. In training mode:
 * batch normalisation takes the batch's own statistics, as the first step will.
 */
export function forecast(
  plan: TrainingPlan,
  data: ProgramData,
  train: Int32Array,
  backend: Backend,
): Forecast | undefined {
  const affordable = Math.floor(maxWork / workOf(plan));
  const samples = Math.min(train.length, maxSamples, affordable);
  if (samples < Math.min(minSamples, train.length)) {
    return undefined;
  }
  const order = permutation(plan.seed, purposes.probe, 2, train.length);
  const rows = order.subarray(0, samples).map((i) => train[i]);
  // Nothing here reads the gradients that clipping limits.
  const training = { ...plan.training, clipValue: undefined, clipNorm: undefined };
  const program = backend.compile({ ...plan, training }, samplesOf(data, rows, 'float32'), { maxBatch: samples });
  forwardAll(program, Int32Array.from(rows.keys()), 0, samples, 'training');
  const loss = program.loss();
  backwardAll(program);
  return { samples, layers: layersOf(program, samples), loss, outputSpread: spreadOf(program, samples) };
}

/** Multiplications for one sample, forward and backward. A filter's weights are used at every position. */
function workOf({ network }: TrainingPlan): number {
  return network.layers.reduce((sum, layer) => {
    const places = layer.outputShape.slice(1).reduce((product, length) => product * length, 1);
    return sum + 3 * (countOf(layer) * places + sizeOf(layer.outputShape));
  }, 1);
}

function layersOf(program: Program, samples: number): LayerForecast[] {
  const { layers, fusedLayer } = program.plan.network;
  const elementwise = new Map(elementwiseLayers(layers).map((layer) => [layer.index, layer]));
  const names = new Set(program.tensors());
  return layers.map(({ index, name, tensors }) => {
    const layer = elementwise.get(index);
    const z = names.has(`${name}.z`) ? program.read(`${name}.z`).values : undefined;
    const learns = tensors.length > 0 && names.has(`${name}.delta`);
    return {
      layer: index,
      delta: learns ? norm([program.read(`${name}.delta`).values]) : undefined,
      saturated:
        z && layer?.entry.saturation === 'saturated' && index !== fusedLayer ? saturatedShare(layer, z) : undefined,
      dead: z && layer?.entry.saturation === 'dead' ? deadShare(layer, z, samples) : undefined,
      units: z && z.length / samples,
    };
  });
}

/**
 * The largest difference between two samples in one output. Where the output's activation is computed
 * together with the loss, its logits are compared: probabilities near 0 hide differences.
 */
function spreadOf(program: Program, samples: number): number {
  const { layers, fusedLayer } = program.plan.network;
  const { name } = layers[layers.length - 1];
  const { values } = program.read(fusedLayer === undefined ? `${name}.a` : `${name}.z`);
  const size = values.length / samples;
  let spread = 0;
  for (let k = 0; k < size; k++) {
    let low = Number.POSITIVE_INFINITY;
    let high = Number.NEGATIVE_INFINITY;
    for (let s = 0; s < samples; s++) {
      low = Math.min(low, values[s * size + k]);
      high = Math.max(high, values[s * size + k]);
    }
    spread = Math.max(spread, high - low);
  }
  return spread;
}
