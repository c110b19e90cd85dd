/**
 * All that can be measured of a network, by name. A panel asks for what its views show, the host passes it
 * on, and the engine measures. A new measurement is an entry and its check here, and its maker in
 * `server/measure.ts`.
 */
import { isCount } from '../common/isCount';
import { isRecord } from '../common/isRecord';
import type { Verdict } from '../common/verdict/verdict';
import type {
  ActivationProbe,
  GradientProbe,
  Mistakes,
  MistakesQuestion,
  Surface,
  ThresholdCounts,
  UnitsProbe,
  UnitsQuestion,
} from '../spec/measurements';
import type { Part } from '../spec/spec';

/** A question and its answer for each measurement. */
export interface Measurements {
  /** Distribution of every pre-activation over a fixed sample of the train part, in evaluation mode. */
  activations: { question: object; answer: ActivationProbe };
  /** Outputs of the network over a grid (2 inputs) or a line (1 input); refused for other input sizes. */
  surface: { question: { readonly resolution: number }; answer: Surface };
  /** The network as a picture: units with their weights, and what they make of a sample. */
  units: { question: UnitsQuestion; answer: UnitsProbe };
  /** Gradient norms of every layer, of one batch at the current weights. */
  gradients: { question: object; answer: GradientProbe };
  /** The judgement on a run that is not over, always of the present; null where there is none yet. */
  verdict: { question: object; answer: Verdict | null };
  /** Gradient norms of every layer at each frame of the film. The moment does not matter. */
  gradientHistory: { question: object; answer: GradientHistory };
  /** Refused for a part without rows. */
  confusion: { question: { readonly part: Part }; answer: Confusion };
  /** Refused for a part without rows. */
  mistakes: { question: MistakesQuestion; answer: Mistakes };
}

export type Measurement = keyof Measurements;

export type Questions = { readonly [Name in Measurement]?: Measurements[Name]['question'] };

export type Answers = { readonly [Name in Measurement]?: Measurements[Name]['answer'] };

/** Norms of the gradients over a training. */
export interface GradientHistory {
  /** Epochs that were done at each frame; a fraction within an epoch. */
  readonly epochs: Float64Array;
  /** One for each layer that learns: Euclidean norm of dL/dW over the whole layer at each frame. */
  readonly layers: readonly { readonly layer: number; readonly norms: Float64Array }[];
}

export interface Confusion {
  /** The part of the data that was counted. */
  readonly part: Part;
  readonly classNames: readonly string[];
  /** `[target, predicted]` counts, row-major. */
  readonly counts: Float64Array;
  /** Only where the network gives the probability of one of two classes. */
  readonly thresholds?: ThresholdCounts;
}

function isPart(value: unknown): value is Part {
  return value === 'train' || value === 'validation' || value === 'test';
}

const checks: { readonly [Name in Measurement]: (question: Readonly<Record<string, unknown>>) => boolean } = {
  activations: () => true,
  surface: ({ resolution }) => isCount(resolution),
  units: ({ layers, units, resolution, sample, inputs }) =>
    Array.isArray(layers) &&
    layers.every(isCount) &&
    [units, resolution, sample].every(isCount) &&
    (inputs === undefined || (Array.isArray(inputs) && inputs.every((input) => typeof input === 'number'))),
  gradients: () => true,
  gradientHistory: () => true,
  verdict: () => true,
  confusion: ({ part }) => isPart(part),
  mistakes: ({ part, cell, threshold, from }) =>
    isPart(part) &&
    isCount(from) &&
    (cell === undefined || (isRecord(cell) && isCount(cell.target) && isCount(cell.predicted))) &&
    (threshold === undefined || Number.isFinite(threshold)),
};

export const measurements = Object.keys(checks) as readonly Measurement[];

export function isMeasurement(name: string): name is Measurement {
  return Object.hasOwn(checks, name);
}

/** True for questions that can be asked. */
export function areQuestions(value: unknown): value is Questions {
  return (
    isRecord(value) &&
    Object.entries(value).every(
      ([name, question]) => isMeasurement(name) && isRecord(question) && checks[name](question),
    )
  );
}
