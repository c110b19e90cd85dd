/** Facts about a network and its data for the verdict on a run, measured on a sample of the train part. */
import { permutation, purposes } from '../common/random';
import type { LayerFacts, NetworkFacts } from '../common/verdict/facts';
import type { LayerPlan } from '../spec/plan';
import type { Program } from './backend';
import { forwardBatches } from './forwardAll';
import { deadByLayer } from './health';
import { classAt, metricContext } from './metrics';
import { gradientNorms } from './probes';
import { sizeOf } from './shape';
import type { Trainer } from './trainer';

const mostSamples = 1000;
/** Fewer samples are measured where they are wide: all inputs, or outputs, are at most so many numbers. */
const mostNumbers = 1 << 22;
/** Comparing each sample with each other takes the square of their number, times their width. */
const [mostNeighbours, mostComparisons] = [300, 1e8];
/** With fewer samples neighbours tell nothing. */
const fewSamples = 30;
/** Tensors with more numbers than this are not compared unit by unit. */
const mostWeights = 1 << 22;
const trialSteps = 20;
/** Numbers count as the same answer within this share of the targets' standard deviation. */
const sameWithin = 0.1;

/** `tries`: also tries a tenth of the learning rate. The run is not changed. */
export function measureNetwork(trainer: Trainer, linear: boolean, tries: boolean): NetworkFacts {
  const { plan, parts, maxBatch } = trainer;
  const order = permutation(plan.seed, purposes.probe, 3, parts.train.length);
  const outputSize = sizeOf(plan.network.outputShape);
  const width = Math.max(outputSize, sizeOf(plan.network.inputShape));
  const count = Math.min(mostSamples, Math.ceil(mostNumbers / width));
  const rows = order.subarray(0, count).map((i) => parts.train[i]);
  const program = trainer.scratch();
  const dead = deadByLayer(program, rows, maxBatch);
  const outputs = outputsOf(program, rows, maxBatch);
  const norms = new Map(gradientNorms(program, rows.subarray(0, maxBatch)).map((each) => [each.layer, each]));
  const layers = plan.network.layers.map(
    (layer): LayerFacts => ({
      name: layer.name,
      difference: differenceOf(trainer, layer),
      dead: shareOf(dead.get(layer.index)),
      delta: norms.get(layer.index)?.deltaNorm,
      gradient: norms.get(layer.index)?.gradientNorm,
    }),
  );
  const sample: Sample = { rows, outputs, outputSize };
  return {
    inputs: inputSizes(trainer, rows),
    target: targetSizeOf(trainer, rows),
    linear,
    ...(linear && { pattern: patternOf(trainer, sample) }),
    layers,
    sameAnswer: sameAnswerOf(trainer, sample),
    ...(tries && { trial: tryLowerRate(trainer) }),
  };
}

interface Sample {
  readonly rows: Int32Array;
  /** `[rows, outputSize]`. */
  readonly outputs: Float64Array;
  readonly outputSize: number;
}

function shareOf(counts: { readonly units: number; readonly dead: number } | undefined): number | undefined {
  return counts && counts.dead / counts.units;
}

function outputsOf(program: Program, rows: Int32Array, maxBatch: number): Float64Array {
  const size = sizeOf(program.plan.network.outputShape);
  const outputs = new Float64Array(rows.length * size);
  forwardBatches(program, rows, maxBatch, (from, count) => {
    outputs.set(program.outputs().subarray(0, count * size), from * size);
  });
  return outputs;
}

function square(value: number): number {
  return value * value;
}

/** Root mean squares of the columns. One that is always 0 does not count. */
function columnSizes({ data }: Trainer, rows: Int32Array): Float64Array {
  const size = data.inputs.length / data.samples;
  const sums = new Float64Array(size);
  for (const row of rows) {
    for (let k = 0; k < size; k++) {
      sums[k] += square(data.inputs[row * size + k]);
    }
  }
  return sums.map((sum) => Math.sqrt(sum / rows.length));
}

function inputSizes(trainer: Trainer, rows: Int32Array): NetworkFacts['inputs'] {
  const sizes = columnSizes(trainer, rows).filter((size) => size > 0);
  return {
    largest: sizes.reduce((a, b) => Math.max(a, b), 0),
    smallest: sizes.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY),
  };
}

function targetSizeOf({ plan, data }: Trainer, rows: Int32Array): number | undefined {
  if (metricContext(plan.network).kind !== 'numbers') {
    return undefined;
  }
  const { targets, targetSize } = data;
  const sums = new Float64Array(targetSize);
  for (const row of rows) {
    for (let k = 0; k < targetSize; k++) {
      sums[k] += square(targets[row * targetSize + k]);
    }
  }
  return sums.reduce((largest, sum) => Math.max(largest, Math.sqrt(sum / rows.length)), 0);
}

/** For a hidden layer: the largest difference between two units' weights and biases, over the largest one. */
function differenceOf(trainer: Trainer, layer: LayerPlan): number | undefined {
  const { layers } = trainer.plan.network;
  const weighted = layers.filter(({ tensors }) => tensors.some(({ role }) => role === 'weight' || role === 'filters'));
  if (!weighted.includes(layer) || layer === weighted.at(-1)) {
    return undefined;
  }
  const tensors = layer.tensors.filter(({ role }) => role === 'weight' || role === 'filters' || role === 'bias');
  const [units] = tensors[0].shape;
  if (units < 2 || tensors.some(({ shape }) => sizeOf(shape) > mostWeights)) {
    return undefined;
  }
  let difference = 0;
  let largest = 0;
  for (const { name } of tensors) {
    const { values } = trainer.read(name);
    const width = values.length / units;
    for (let i = 0; i < values.length; i++) {
      difference = Math.max(difference, Math.abs(values[i] - values[i % width]));
      largest = Math.max(largest, Math.abs(values[i]));
    }
  }
  return largest > 0 ? difference / largest : 0;
}

/** The share of the samples with the most frequent answer: the same classes, or nearly the same numbers. */
function sameAnswerOf({ plan, data }: Trainer, { rows, outputs, outputSize }: Sample): number {
  const { kind, targetSize, threshold } = metricContext(plan.network);
  if (kind === 'numbers') {
    let share = 1;
    for (let k = 0; k < targetSize; k++) {
      const answers = Float64Array.from(rows, (_row, s) => outputs[s * outputSize + k]);
      const targets = Float64Array.from(rows, (row) => data.targets[row * targetSize + k]);
      share = Math.min(share, nearMean(answers, targets));
    }
    return share;
  }
  const counts = new Map<string, number>();
  for (let s = 0; s < rows.length; s++) {
    const own = outputs.subarray(s * outputSize, (s + 1) * outputSize);
    const answer =
      kind === 'classes'
        ? String(classAt(own, 0, outputSize, threshold))
        : own.map((p) => Number(p > threshold)).join();
    counts.set(answer, (counts.get(answer) ?? 0) + 1);
  }
  return Math.max(...counts.values()) / rows.length;
}

/** The share of the answers that are close to their mean, as seen from the spread of the targets. */
function nearMean(answers: Float64Array, targets: Float64Array): number {
  const meanOf = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [mean, centre] = [meanOf(answers), meanOf(targets)];
  const spread = Math.sqrt(meanOf(targets.map((target) => square(target - centre))));
  return answers.filter((answer) => Math.abs(answer - mean) <= sameWithin * spread).length / answers.length;
}

/** How alike the errors of neighbouring samples are: the mean product over the mean square. */
function patternOf(trainer: Trainer, { rows, outputs, outputSize }: Sample): number {
  const { data } = trainer;
  const { targetSize } = metricContext(trainer.plan.network);
  const width = data.inputs.length / data.samples;
  const count = Math.min(rows.length, mostNeighbours, Math.ceil(Math.sqrt(mostComparisons / width)));
  const scales = columnSizes(trainer, rows);
  const errorOf = (s: number, k: number) => outputs[s * outputSize + k] - data.targets[rows[s] * targetSize + k];
  let [products, squares, twins] = [0, 0, 0];
  for (let s = 0; s < count; s++) {
    let nearest = -1;
    let least = Number.POSITIVE_INFINITY;
    for (let other = 0; other < count; other++) {
      let distance = 0;
      for (let k = 0; k < width && distance < least; k++) {
        const gap = data.inputs[rows[s] * width + k] - data.inputs[rows[other] * width + k];
        distance += scales[k] > 0 ? square(gap / scales[k]) : 0;
      }
      if (other !== s && distance < least) {
        [nearest, least] = [other, distance];
      }
    }
    twins += least === 0 ? 1 : 0;
    for (let k = 0; nearest >= 0 && k < targetSize; k++) {
      products += errorOf(s, k) * errorOf(nearest, k);
      squares += square(errorOf(s, k));
    }
  }
  if (count < fewSamples) {
    // Each of a few samples that all differ can be told from the others by a bend.
    return twins === 0 ? 1 : 0;
  }
  return squares > 0 ? products / squares : 0;
}

/** A batch's loss before and after some steps on it with a tenth of the learning rate. */
function tryLowerRate(trainer: Trainer): NonNullable<NetworkFacts['trial']> {
  const rows = trainer.nextRows();
  const program = trainer.scratch();
  program.learningRate /= 10;
  const losses = Array.from({ length: trialSteps }, () => program.trainStep(rows, 0, rows.length));
  return { before: losses[0], after: losses[trialSteps - 1] };
}
