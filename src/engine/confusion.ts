/** The classes that a network chooses for the samples of a part. */
import { activation } from '../spec/catalogue';
import { decisionThreshold, targetKindOf } from '../spec/lossRules';
import type { ThresholdCounts } from '../spec/measurements';
import { outputActivation } from '../spec/outputActivation';
import type { NetworkPlan } from '../spec/plan';
import type { Part } from '../spec/spec';
import type { FloatArray } from './backend';
import type { Moment } from './film/moment';
import { forwardBatches } from './forwardAll';
import { classAt } from './metrics';
import { sizeOf } from './shape';

interface ConfusionCounts {
  readonly classes: number;
  /** `[target, predicted]`, row-major. */
  readonly counts: Float64Array;
  readonly thresholds?: ThresholdCounts;
}

/** Thresholds at which samples are counted, evenly from 0 to 1. */
const thresholdSteps = 1000;

/** How the catalogue begins the range of an activation whose values are probabilities. */
const ofProbabilities = /^[([]0, 1[)\]]/;

/** Whether the outputs lie between 0 and 1, whatever the weights are. */
export function givesProbabilities({ layers, loss }: NetworkPlan): boolean {
  const name = outputActivation(layers)?.thing.name;
  const range = name === undefined ? undefined : activation(name)?.range;
  return range !== undefined && ofProbabilities.test(range) && decisionThreshold(loss) > 0;
}

/** The probability of the second of two classes, by where the outputs of a sample begin. */
export function secondOfTwo(network: NetworkPlan): ((outputs: FloatArray, at: number) => number) | undefined {
  const size = sizeOf(network.outputShape);
  if (size > 2 || !givesProbabilities(network)) {
    return undefined;
  }
  switch (targetKindOf(network.loss.name, network.layers)) {
    case 'binary':
      return size === 1 ? (outputs, at) => outputs[at] : undefined;
    case 'classes':
      // Above one half just where the second output is the larger one.
      return size === 2 ? (outputs, at) => outputs[at + 1] / (outputs[at] + outputs[at + 1]) : undefined;
    case 'numbers':
      return undefined;
  }
}

/**
 * The confusion matrix of a part of the data, in evaluation mode; of two classes also what other thresholds
 * would give. The run is not changed.
 */
export function confusionOf(moment: Moment, part: Part): ConfusionCounts {
  const { plan, data, parts, maxBatch } = moment;
  const size = sizeOf(plan.network.outputShape);
  const classes = Math.max(size, 2);
  const counts = new Float64Array(classes * classes);
  const rows = parts[part];
  const program = moment.scratch();
  const threshold = decisionThreshold(plan.network.loss);
  const probability = secondOfTwo(plan.network);
  /** By target: the number of samples that are above a threshold, and not above the next one. */
  const highest = [0, 1].map(() => new Float64Array(thresholdSteps + 1));
  forwardBatches(program, rows, maxBatch, (from, count) => {
    const outputs = program.outputs();
    for (let s = 0; s < count; s++) {
      const target = classAt(data.targets, rows[from + s] * size, size, 0.5);
      counts[target * classes + classAt(outputs, s * size, size, threshold)]++;
      const step = probability ? highestBelow(probability(outputs, s * size)) : -1;
      if (step >= 0) {
        highest[target][step]++;
      }
    }
  });
  const [first, second] = highest.map(sumsFromEnd);
  return { classes, counts, ...(probability && { thresholds: { steps: thresholdSteps, first, second } }) };
}

/** The highest step whose threshold, step/steps, a probability is above; −1 if there is none. */
function highestBelow(probability: number): number {
  if (!(probability > 0)) {
    return -1;
  }
  let step = Math.min(thresholdSteps, Math.ceil(probability * thresholdSteps) - 1);
  // The product is rounded otherwise than the quotient.
  while (step < thresholdSteps && probability > (step + 1) / thresholdSteps) {
    step++;
  }
  while (step >= 0 && probability <= step / thresholdSteps) {
    step--;
  }
  return step;
}

function sumsFromEnd(counts: Float64Array): Float64Array {
  for (let step = counts.length - 2; step >= 0; step--) {
    counts[step] += counts[step + 1];
  }
  return counts;
}
