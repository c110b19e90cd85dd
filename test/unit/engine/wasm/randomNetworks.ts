/**
 * Random legal experiments: networks of every kind of layer with data and training options, written as files
 * and planned as in the product.
 */
import assert from 'node:assert/strict';
import { below, normal, purposes, uniform } from '../../../../src/common/random';
import type { ProgramData } from '../../../../src/engine';
import { sizeOf } from '../../../../src/engine/shape';
import { parseSpec } from '../../../../src/language';
import { activations } from '../../../../src/spec/catalogue';
import { optimizers } from '../../../../src/spec/catalogue/optimizers';
import { schedules } from '../../../../src/spec/catalogue/schedules';
import type { CatalogueEntry } from '../../../../src/spec/catalogue/types';
import { targetKindOf } from '../../../../src/spec/lossRules';
import type { TrainingPlan } from '../../../../src/spec/plan';
import { planNetwork } from '../../../../src/spec/planNetwork';

/** Draws that are the same for the same seed. */
export class Dice {
  readonly #seed: number;
  #next = 0;

  constructor(seed: number) {
    this.#seed = seed;
  }

  /** A whole number from 0 to `limit` − 1. */
  below(limit: number): number {
    return below(this.#seed, purposes.generate, 0, this.#next++, limit);
  }

  between(least: number, most: number): number {
    return least + this.below(most - least + 1);
  }

  real(least: number, most: number): number {
    return least + (most - least) * uniform(this.#seed, purposes.generate, 0, this.#next++);
  }

  normal(): number {
    return normal(this.#seed, purposes.generate, 0, this.#next++);
  }

  chance(probability: number): boolean {
    return this.real(0, 1) < probability;
  }

  oneOf<T>(values: readonly T[]): T {
    return values[this.below(values.length)];
  }
}

export interface Experiment {
  /** The file, for messages: JSON is YAML. */
  readonly text: string;
  readonly plan: TrainingPlan;
  readonly data: ProgramData;
  readonly classNames?: readonly string[];
}

/** `vast`: layers so large that threads divide their columns. */
export type Size = 'tiny' | 'small' | 'wide' | 'vast';

type Written = string | { readonly [key: string]: unknown };

/** The same seed gives the same experiment. */
export function randomExperiment(seed: number, size: Size): Experiment {
  const dice = new Dice(seed);
  for (let attempt = 0; attempt < 100; attempt++) {
    const found = attemptExperiment(dice, size);
    if (found) {
      return found;
    }
  }
  throw new Error(`No legal experiment was found from the seed ${seed}: let the generator fit its windows better.`);
}

function attemptExperiment(dice: Dice, size: Size): Experiment | undefined {
  const head = dice.oneOf(heads);
  const outputs = head.outputs(dice);
  const picture = size === 'small' && dice.chance(0.6);
  const inputShape = picture
    ? dice.oneOf([
        [dice.between(1, 3), dice.between(1, 9), dice.between(1, 9)],
        [dice.between(1, 4), dice.between(1, 20)],
      ])
    : [
        {
          tiny: dice.between(1, 9),
          small: dice.between(1, 9),
          wide: dice.between(1, 150),
          vast: dice.between(520, 700),
        }[size],
      ];
  const body = picture ? pictureLayers(dice, inputShape.length - 1) : stack(dice, size);
  const halves = halvesFeatures(head.activation) ? 2 : 1;
  const units = (outputs * halves * (head.loss === 'gaussian_nll' ? 2 : 1)) as number;
  const plainHead = { units, use_bias: dice.chance(0.9), ...penalty(dice, size) };
  const layers: Written[] = [
    ...body,
    ...(head.activation === undefined
      ? [{ dense: plainHead }]
      : dice.chance(0.6)
        ? [{ dense: { ...plainHead, activation: head.activation } }]
        : [{ dense: plainHead }, { activation: head.activation }]),
  ];
  const samples = dice.between(1, size === 'wide' ? 90 : 30);
  const zeros = size === 'vast' ? dice.real(0, 1) : 0;
  const training = {
    loss: head.parameters ? { [head.loss]: head.parameters(dice) } : head.loss,
    optimizer: thing(dice, dice.oneOf(optimizers)),
    batch_size: dice.chance(0.2) ? 1 : dice.between(1, samples + 3),
    epochs: dice.between(1, 3),
    shuffle: dice.chance(0.7),
    ...(dice.chance(0.4) ? { schedule: schedule(dice) } : {}),
    ...(size !== 'tiny' && dice.chance(0.2) ? { clip_value: dice.real(0.001, 0.5) } : {}),
    ...(size !== 'tiny' && dice.chance(0.3) ? { clip_norm: dice.real(0.01, 2) } : {}),
    ...(head.classWeights && dice.chance(0.4)
      ? { class_weight: { 0: dice.real(0, 3), 1: dice.chance(0.2) ? 0 : 2 } }
      : {}),
  };
  const text = JSON.stringify({ data: { source: 'moons' }, model: { layers }, training });
  const { spec, problems } = parseSpec(text, { fileName: 'random.nnspec' });
  // Some combinations are illegal: adagrad has no momentum that a cycle could move.
  if (!spec && problems.every(({ code }) => code === 'conflict')) {
    return undefined;
  }
  assert.ok(spec, `${text}\n${JSON.stringify(problems)}`);
  const targetKind = targetKindOf(head.loss, spec.layers);
  const classNames = targetKind === 'classes' ? Array.from({ length: outputs }, (_, k) => String(k)) : undefined;
  const { plan } = planNetwork(spec, { inputShape, targetSize: outputs, targetKind, classNames });
  if (!plan || plan.parameterCount > (size === 'vast' ? 1_200_000 : 60_000)) {
    return undefined;
  }
  // Statistics of a single sample are refused.
  const rest = samples % spec.training.batchSize;
  const normalised = plan.layers.some(({ type }) => type === 'batch_normalization');
  if (normalised && (spec.training.batchSize === 1 || rest === 1 || samples === 1)) {
    return undefined;
  }
  return {
    text,
    plan: { network: plan, training: spec.training, seed: dice.below(1000) },
    data: {
      inputs: Float32Array.from({ length: samples * sizeOf(inputShape) }, () =>
        dice.chance(zeros) ? 0 : dice.normal(),
      ),
      targets: Float32Array.from(Array.from({ length: samples }, () => head.target(dice, outputs)).flat()),
      samples,
      targetSize: outputs,
    },
    classNames: classNames ?? (targetKind === 'binary' && outputs === 1 ? ['0', '1'] : undefined),
  };
}

/** Outputs: a loss, an activation that suits it, and its targets. */
interface Head {
  readonly loss: string;
  readonly activation?: Written;
  readonly parameters?: (dice: Dice) => Written;
  readonly classWeights?: boolean;
  outputs(dice: Dice): number;
  target(dice: Dice, outputs: number): number[];
}

const some = (dice: Dice): number => (dice.chance(0.3) ? 1 : dice.between(1, 7));
const several = (dice: Dice): number => dice.between(2, 7);
const numbers = (dice: Dice, outputs: number): number[] => Array.from({ length: outputs }, () => dice.normal());
const counts = (dice: Dice, outputs: number): number[] => Array.from({ length: outputs }, () => dice.below(4));
const labels = (dice: Dice, outputs: number): number[] => Array.from({ length: outputs }, () => dice.below(2));
const signs = (dice: Dice, outputs: number): number[] => Array.from({ length: outputs }, () => 2 * dice.below(2) - 1);
const oneHot = (dice: Dice, outputs: number): number[] => {
  const answer = dice.below(outputs);
  return Array.from({ length: outputs }, (_, k) => Number(k === answer));
};
const distribution = (dice: Dice, outputs: number): number[] => {
  const parts = Array.from({ length: outputs }, () => dice.real(0, 1));
  return parts.map((part) => part / parts.reduce((sum, each) => sum + each, 0));
};

const smoothing = (dice: Dice) => ({ label_smoothing: dice.chance(0.5) ? 0 : dice.real(0, 0.4) });
const ofNumbers = { outputs: some, target: numbers };
const ofClasses = { outputs: several, target: oneHot, classWeights: true };
const one = { outputs: () => 1, target: labels, classWeights: true };

const heads: readonly Head[] = [
  { loss: 'mean_squared_error', ...ofNumbers },
  { loss: 'mean_squared_error', activation: 'swiglu', ...ofNumbers },
  { loss: 'half_mean_squared_error', activation: 'tanh', ...ofNumbers },
  { loss: 'mean_absolute_error', ...ofNumbers },
  { loss: 'huber', parameters: (dice) => ({ delta: dice.real(0.2, 2) }), activation: 'gelu', ...ofNumbers },
  { loss: 'smooth_l1', parameters: (dice) => ({ beta: dice.real(0.2, 2) }), ...ofNumbers },
  { loss: 'log_cosh', activation: { prelu: 0.1 }, ...ofNumbers },
  { loss: 'cosine_similarity', outputs: several, target: numbers },
  { loss: 'gaussian_nll', ...ofNumbers },
  { loss: 'poisson', activation: 'softplus', outputs: some, target: counts },
  { loss: 'hinge', outputs: some, target: signs },
  { loss: 'squared_hinge', activation: 'tanh', outputs: some, target: signs },
  { loss: 'binary_crossentropy', activation: 'sigmoid', parameters: smoothing, ...one },
  { loss: 'binary_crossentropy', activation: 'sigmoid', outputs: several, target: labels },
  { loss: 'binary_crossentropy', activation: 'hard_sigmoid', ...one },
  { loss: 'focal', activation: 'sigmoid', parameters: (dice) => ({ gamma: dice.real(0, 3) }), ...one },
  { loss: 'focal', activation: 'softmax', ...ofClasses },
  { loss: 'categorical_crossentropy', activation: 'softmax', parameters: smoothing, ...ofClasses },
  { loss: 'categorical_crossentropy', activation: 'softmin', ...ofClasses },
  { loss: 'negative_log_likelihood', activation: 'log_softmax', ...ofClasses },
  { loss: 'categorical_hinge', ...ofClasses },
  { loss: 'kl_divergence', activation: 'softmax', outputs: several, target: distribution },
];

/** Hidden activations, those with required parameters written out. */
const hidden: readonly Written[] = [
  ...activations
    .filter(({ parameters }) => parameters.every(({ default: standard }) => standard !== undefined))
    .map(({ name }) => name),
  { threshold: { threshold: 0.2, value: -0.4 } },
  { custom: 'x * sigmoid(1.7 * x) + 0.1 * cos(x)' },
  { leaky_relu: 0.2 },
];

const gates = activations
  .filter((entry) => entry.shape === 'vector' && entry.outputSize?.(4) === 2)
  .map(({ name }) => name);
const halvesFeatures = (activation: Written | undefined): boolean =>
  typeof activation === 'string' && gates.includes(activation);

function penalty(dice: Dice, size: Size): object {
  if (size === 'tiny' || !dice.chance(0.2)) {
    return {};
  }
  return { kernel_regularizer: dice.oneOf([{ l2: 0.02 }, { l1: 0.01 }, { l1: 0.01, l2: 0.05 }]) };
}

/** Dense layers and what may stand between them. */
function stack(dice: Dice, size: Size): Written[] {
  const depth = size === 'vast' ? dice.between(1, 2) : dice.between(0, size === 'tiny' ? 3 : 4);
  const [narrowest, widest] = { tiny: [1, 10], small: [1, 30], wide: [1, 170], vast: [515, 640] }[size];
  return Array.from({ length: depth }, () => {
    const activation = dice.oneOf(hidden);
    const units = dice.between(narrowest, widest) * (halvesFeatures(activation) ? 2 : 1);
    const dense = { units, activation, use_bias: dice.chance(0.85), ...penalty(dice, size) };
    if (size === 'tiny') {
      return [{ dense }];
    }
    return [{ dense }, ...(dice.chance(0.4) ? [between(dice, units)] : [])];
  }).flat();
}

/** A layer that keeps the shape; `units` is given where samples are flat. */
function between(dice: Dice, units?: number): Written {
  const rate = dice.real(0, 0.6);
  return dice.oneOf<() => Written>([
    () => ({ dropout: rate }),
    () => ({ alpha_dropout: rate }),
    () => ({ gaussian_noise: dice.real(0, 0.3) }),
    () => ({ batch_normalization: { momentum: dice.real(0.01, 0.9) } }),
    () => ({ layer_normalization: {} }),
    () => ({ activation: dice.oneOf(hidden.filter((each) => !halvesFeatures(each))) }),
    () =>
      units === undefined
        ? 'flatten'
        : { residual: [{ activation: 'silu' }, { dense: { units, activation: 'tanh' } }] },
  ])();
}

function pictureLayers(dice: Dice, axes: number): Written[] {
  const extent = (least: number, most: number): unknown =>
    axes === 2 && dice.chance(0.4) ? [dice.between(least, most), dice.between(least, most)] : dice.between(least, most);
  const layers: Written[] = [];
  const depth = dice.between(1, 3);
  for (let i = 0; i < depth; i++) {
    const activation = dice.oneOf(hidden);
    const filters = dice.between(1, 4) * (halvesFeatures(activation) ? 2 : 1);
    if (dice.chance(0.7)) {
      layers.push({
        [`conv${axes}d`]: {
          filters,
          kernel_size: extent(1, 3),
          strides: dice.chance(0.6) ? 1 : extent(1, 2),
          padding: dice.oneOf<() => unknown>([() => 'valid', () => extent(0, 2)])(),
          dilation_rate: dice.chance(0.8) ? 1 : extent(1, 2),
          activation,
          use_bias: dice.chance(0.8),
          ...penalty(dice, 'small'),
        },
      });
    } else if (axes === 2) {
      const pool = { pool_size: extent(1, 3), ...(dice.chance(0.5) ? { strides: extent(1, 2) } : {}) };
      layers.push({ [dice.oneOf(['max_pooling2d', 'average_pooling2d'])]: pool });
    }
    if (dice.chance(0.4)) {
      layers.push(between(dice));
    }
    if (dice.chance(0.2)) {
      const same = { kernel_size: 3, padding: 'same', activation: 'tanh' };
      const before = layers.findLast((layer) => typeof layer === 'object' && `conv${axes}d` in layer);
      if (before && layers.at(-1) === before && !halvesFeatures(activation)) {
        layers.push({ residual: [{ [`conv${axes}d`]: { filters, ...same } }] });
      }
    }
  }
  const end = axes === 2 && dice.chance(0.3) ? 'global_average_pooling2d' : 'flatten';
  return [...layers, end];
}

/** An entry with a random choice of its flags and sometimes of its numbers. */
function thing(dice: Dice, { name, parameters }: CatalogueEntry): Written {
  const given: Record<string, unknown> = {};
  for (const { name: key, type, default: standard } of parameters) {
    if (type === 'boolean' && dice.chance(0.4)) {
      given[key] = true;
    } else if (key === 'learning_rate') {
      given[key] = dice.oneOf([0.01, 0.03]) * (standard === 1 ? 10 : 1);
    } else if ((key === 'momentum' || key === 'dampening') && dice.chance(0.5)) {
      given[key] = dice.real(0.1, 0.9);
    } else if (key === 'weight_decay' && dice.chance(0.4)) {
      given[key] = dice.real(0, 0.1);
    } else if (key === 'initial_accumulator_value' && dice.chance(0.5)) {
      given[key] = 0.1;
    }
  }
  if (given.nesterov) {
    given.momentum = 0.8;
    given.dampening = 0;
  }
  return { [name]: given };
}

function schedule(dice: Dice): Written {
  const { name } = dice.oneOf(schedules.filter((each) => each.name !== 'reduce_on_plateau'));
  const warmup = dice.chance(0.3) ? { warmup: dice.between(1, 5) } : {};
  const required: Readonly<Record<string, object>> = {
    step: { every: dice.between(1, 3), gamma: 0.5 },
    multi_step: { at: [1, 3], gamma: 0.5 },
    exponential: { gamma: 0.8 },
    cosine_restarts: { first: dice.between(1, 3) },
    linear: { start: 1, end: 0.1 },
    one_cycle: { maximum: 0.05 },
    cyclic: { base: 0.001, maximum: 0.02, up: 2, down: 3 },
  };
  return { [name]: { ...required[name], ...warmup } };
}
