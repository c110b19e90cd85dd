/**
 * The gradient check: backpropagation against central differences, in float64, on a sample of the train part.
 * It uses the forward pass of training, whose random draws are functions of the step and so the same each
 * time.
 */
import { below, permutation, purposes } from '../common/random';
import type { GradientReport, GradientVerdict, TensorCheck } from '../spec/measurements';
import type { NetworkPlan, TensorPlan } from '../spec/plan';
import type { Backend, FloatArray, Program } from './backend';
import { differenceQuotient, type Quotient } from './differenceQuotient';
import { backwardAll, forwardAll } from './forwardAll';
import { forwardWork } from './forwardWork';
import { Kinks } from './kinks';
import { sizeOf } from './shape';
import type { Trainer } from './trainer';
import { samplesOf } from './trainingData';

/** Limits of a check. */
export interface GradientBudget {
  /** At most this many weights are checked. */
  readonly numbers: number;
  /** At most this many multiplications are done, roughly. */
  readonly work: number;
}

/** For an expectation: well under a second. */
const brief: GradientBudget = { numbers: 256, work: 5e8 };
/** For a person who asked for it: some seconds. */
export const thorough: GradientBudget = { numbers: 4096, work: 1.5e9 };

/** Most samples in the check. */
const maxSamples = 32;
/** Differences are divided by the gradient's size, but at least by this: noise of 1e−11 is no error. */
const floor = 1e-4;
/** Bounds of the largest error: up to the first one gradients are right, beyond the second one wrong. */
const bounds = { right: 1e-5, wrong: 1e-3 };

/** The largest error of all. NaN where nothing could be compared, 0 where nothing is learned. */
export function gradientCheck(trainer: Trainer, backend: Backend): number {
  if (trainer.plan.network.parameterCount === 0) {
    return 0;
  }
  const { tensors } = checkGradients(trainer, backend, brief);
  const errors = tensors.filter(({ checked }) => checked > 0).map((each) => each.largestError);
  if (errors.length === 0 || errors.some(Number.isNaN)) {
    return Number.NaN;
  }
  return errors.reduce((a, b) => Math.max(a, b));
}

/**
 * Checks the gradients at the trainer's weights, tensor by tensor. Small tensors are checked whole; in large
 * ones the seed draws the weights to check. `onProgress` is called after each weight. A weight is skipped
 * - where the difference steps over a kink of an activation: no derivative is approximated there
 * - where the loss is so large that its rounding alone may make quotient and gradient differ
 */
export function checkGradients(
  trainer: Trainer,
  backend: Backend,
  budget: GradientBudget,
  onProgress?: (done: number, total: number) => void,
): GradientReport {
  const { plan, position } = trainer;
  const { network, seed } = plan;
  const tensors = network.layers.flatMap((layer) => layer.tensors.map((tensor) => ({ layer: layer.index, tensor })));
  const { program, rows } = float64Program(trainer, backend, budget.work);
  const chosen = choose(
    tensors.map(({ tensor }) => sizeOf(tensor.shape)),
    numbersWithin(budget, network, rows.length),
    seed,
  );
  const total = chosen.reduce((sum, { length }) => sum + length, 0);
  let done = 0;

  const loss = lossAfterForward(program, rows);
  const gradients = gradientsOf(program);

  const growth = errorGrowth(network, rows.length);
  const kinks = new Kinks(network);
  const checks: TensorCheck[] = [];
  for (const [t, { layer, tensor }] of tensors.entries()) {
    const { values } = program.read(tensor.name);
    const tally = new Tally(layer, tensor);
    for (const i of chosen[t]) {
      const gradient = gradients[t][i];
      const quotient = differenceQuotient(
        {
          weights: values,
          i,
          lossAt() {
            program.write(tensor.name, values);
            return lossAfterForward(program, rows);
          },
          sides: () => kinks.sides(program),
        },
        growth,
        tensor.regularizer,
        (found) => errorOf(gradient, found) <= bounds.right || isDrowned(gradient, found),
      );
      tally.take(i, gradient, quotient);
      done++;
      onProgress?.(done, total);
    }
    program.write(tensor.name, values);
    checks.push(tally.check());
  }
  return {
    epoch: position.epoch,
    step: position.step,
    samples: rows.length,
    parameters: network.parameterCount,
    loss,
    tensors: checks,
  };
}

/** The difference of gradient and quotient, relative to their size. */
function errorOf(gradient: number, { value }: Quotient): number {
  return Math.abs(gradient - value) / Math.max(Math.abs(gradient) + Math.abs(value), floor);
}

/** Whether the quotient's own noise may explain the whole difference. */
function isDrowned(gradient: number, { value, noise }: Quotient): boolean {
  return noise === Number.POSITIVE_INFINITY || Math.abs(gradient - value) <= noise;
}

/** The result for one tensor so far. */
class Tally {
  readonly #layer: number;
  readonly #tensor: TensorPlan;
  #checked = 0;
  #kinks = 0;
  #unresolved = 0;
  #largest = Number.NaN;
  #worst: TensorCheck['worst'];

  constructor(layer: number, tensor: TensorPlan) {
    this.#layer = layer;
    this.#tensor = tensor;
  }

  /** `found` is undefined at a kink. */
  take(i: number, gradient: number, found: Quotient | undefined): void {
    if (found === undefined) {
      this.#kinks++;
      return;
    }
    const error = errorOf(gradient, found);
    if (isDrowned(gradient, found) && !(error <= bounds.right)) {
      this.#unresolved++;
      return;
    }
    // A NaN stays: nothing is worse.
    if (this.#checked === 0 || error > this.#largest || Number.isNaN(error)) {
      this.#largest = error;
      this.#worst = { at: placeOf(i, this.#tensor.shape), gradient, quotient: found.value };
    }
    this.#checked++;
  }

  check(): TensorCheck {
    return {
      layer: this.#layer,
      tensor: this.#tensor.name,
      shape: this.#tensor.shape,
      checked: this.#checked,
      kinks: this.#kinks,
      unresolved: this.#unresolved,
      largestError: this.#largest,
      worst: this.#worst,
      verdict: verdictOf(this.#checked, this.#largest),
    };
  }
}

/**
 * The relative error of a loss, as a multiple of that of one operation. Rounding goes up as well as down, so
 * that n operations in a row have about √n times the error of one (Higham and Mary, 2019), and hardly ever
 * four times that.
 */
function errorGrowth({ layers }: NetworkPlan, samples: number): number {
  const operations = layers.reduce(
    (sum, { tensors }) => sum + Math.max(1, ...tensors.map(({ fanIn }) => fanIn)),
    samples,
  );
  return 4 * Math.sqrt(operations);
}

function verdictOf(checked: number, error: number): GradientVerdict {
  if (checked === 0) {
    return 'unchecked';
  }
  if (error <= bounds.right) {
    return 'right';
  }
  return error <= bounds.wrong ? 'doubtful' : 'wrong';
}

/** The index along each axis of a row-major tensor. */
function placeOf(index: number, shape: readonly number[]): readonly number[] {
  const place: number[] = [];
  let rest = index;
  for (const length of [...shape].reverse()) {
    place.unshift(rest % length);
    rest = Math.floor(rest / length);
  }
  return place;
}

/** A program in float64 at the trainer's weights, with the data of the chosen samples alone. */
function float64Program(trainer: Trainer, backend: Backend, work: number): { program: Program; rows: Int32Array } {
  const { plan, data, parts } = trainer;
  const affordable = Math.floor(work / (forwardWork(plan.network) * 16));
  // A batch of one sample has no variance to normalise by.
  const samples = Math.min(parts.train.length, Math.max(2, Math.min(maxSamples, affordable)));
  const order = permutation(plan.seed, purposes.probe, 0, parts.train.length);
  const chosen = order.subarray(0, samples).map((i) => parts.train[i]);
  // Clipped gradients are not those of the loss.
  const training = { ...plan.training, clipValue: undefined, clipNorm: undefined };
  const program = backend.compile({ ...plan, training }, samplesOf(data, chosen, 'float64'), {
    precision: 'float64',
    maxBatch: samples,
    initial: trainer.weights(),
  });
  return { program, rows: Int32Array.from({ length: samples }, (_, i) => i) };
}

/** How many weights can be checked: each takes two forward passes. */
function numbersWithin({ numbers, work }: GradientBudget, network: NetworkPlan, samples: number): number {
  return Math.max(1, Math.min(numbers, Math.floor(work / (2 * samples * forwardWork(network)))));
}

/**
 * Indices of the weights to check in each tensor, in order: all, or as many as its share of `limit` allows,
 * drawn by the seed; at least one. Tensors that need less leave their share to the others.
 */
function choose(sizes: readonly number[], limit: number, seed: number): readonly (readonly number[])[] {
  const shares = new Map<number, number>();
  let left = limit;
  const bySize = sizes.map((size, t) => ({ size, t })).sort((a, b) => a.size - b.size);
  bySize.forEach(({ size, t }, i) => {
    const share = Math.min(size, Math.max(1, Math.floor(left / (bySize.length - i))));
    left = Math.max(0, left - share);
    shares.set(t, share);
  });
  return sizes.map((size, t) => {
    const share = shares.get(t) ?? 0;
    if (share === size) {
      return Array.from({ length: size }, (_, i) => i);
    }
    const drawn = new Set<number>();
    for (let i = 0; drawn.size < share; i++) {
      drawn.add(below(seed, purposes.probe, 1 + t, i, size));
    }
    return [...drawn].sort((a, b) => a - b);
  });
}

function lossAfterForward(program: Program, rows: Int32Array): number {
  forwardAll(program, rows, 0, rows.length, 'training');
  return program.loss();
}

/** Gradients of every learned tensor. Call it after the loss. */
function gradientsOf(program: Program): FloatArray[] {
  backwardAll(program);
  return program.plan.network.layers
    .flatMap(({ tensors }) => tensors)
    .map(({ name }) => program.read(`${name}.gradient`).values);
}
