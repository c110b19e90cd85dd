/**
 * The gradient check: backpropagation against central differences, in float64, on a sample of the train part. The training
 * forward pass is used; its random draws are functions of the step and so the same in every pass.
 */
import { below, permutationSteps, purposes } from '../common/random';
import type { GradientReport, GradientVerdict, TensorCheck } from '../spec/measurements';
import type { LayerPlan, NetworkPlan, TensorPlan } from '../spec/plan';
import type { Backend, FloatArray, Program, ProgramData } from './backend';
import { differenceQuotient, type Quotient } from './differenceQuotient';
import { Kinks } from './kinks';
import {
  backwardLayer,
  beginBatch,
  compilePieces,
  complete,
  forwardLayer,
  lossPieces,
  type Pieces,
  pieceWork,
  readTensor,
  writeTensor,
} from './pieces';
import { sizeOf } from './shape';
import type { Trainer } from './trainer';

/** How much is checked: learned numbers at most, and multiplications at most, roughly. */
export interface GradientBudget {
  readonly numbers: number;
  readonly work: number;
}

/** For an expectation: a moment. */
const brief: GradientBudget = { numbers: 256, work: 5e8 };
/** For a person who asked for it: seconds. */
export const thorough: GradientBudget = { numbers: 4096, work: 1.5e9 };

/** Samples in the check at most. */
const mostSamples = 32;
/** Gradients below this size are compared by their difference over it: 1e−11 of noise is no error. */
const floor = 1e-4;
/** Of the largest error: up to the first gradients are right, beyond the second one they are wrong. */
const bounds = { right: 1e-5, wrong: 1e-3 };

export interface CheckProgress {
  readonly done: number;
  readonly total: number;
}

/** The largest error of all; NaN where nothing could be compared, 0 where nothing is learned. */
export function gradientCheck(trainer: Trainer, backend: Backend): number {
  return complete(largestError(trainer, backend));
}

/** `gradientCheck` in pieces. */
export function* largestError(trainer: Trainer, backend: Backend): Pieces<number> {
  if (trainer.plan.network.parameterCount === 0) {
    return 0;
  }
  const work = checkGradients(trainer, backend, brief);
  for (;;) {
    const { done, value } = work.next();
    if (!done) {
      yield;
      continue;
    }
    const errors = value.tensors.filter(({ checked }) => checked > 0).map((each) => each.largestError);
    if (errors.some(Number.isNaN)) {
      return Number.NaN;
    }
    return errors.length === 0 ? Number.NaN : errors.reduce((a, b) => Math.max(a, b));
  }
}

/**
 * Checks the gradients at the trainer's weights, tensor by tensor; yields after each number, and within the work on one where that takes
 * long. The weights may be given, where they were read in pieces. Small tensors are checked whole, of large ones a sample drawn by the seed.
 * A number is passed over where the difference steps over a kink of an activation: no derivative is approximated there; and where the loss
 * is so large that its rounding alone may make quotient and gradient differ.
 */
export function* checkGradients(
  trainer: Trainer,
  backend: Backend,
  budget: GradientBudget,
  weights = trainer.weights(),
): Generator<CheckProgress, GradientReport> {
  const { plan, position } = trainer;
  const { network, seed } = plan;
  const tensors = network.layers.flatMap((layer) => layer.tensors.map((tensor) => ({ layer: layer.index, tensor })));
  let done = 0;
  let total = 0;
  const isLarge =
    mostSamples * workOf(network) + network.parameterCount > pieceWork || trainer.parts.train.length > pieceWork;
  function* told<Result>(work: Pieces<Result>): Generator<CheckProgress, Result> {
    // Of a small network a number is a moment.
    if (!isLarge) {
      return complete(work);
    }
    for (;;) {
      const piece = work.next();
      if (piece.done) {
        return piece.value;
      }
      yield { done, total };
    }
  }
  const { program, rows } = yield* told(float64Program(trainer, backend, budget.work, weights));
  const chosen = choose(
    tensors.map(({ tensor }) => sizeOf(tensor.shape)),
    numbersWithin(budget, network, rows.length),
    seed,
  );
  total = chosen.reduce((sum, { length }) => sum + length, 0);

  const loss = yield* told(lossAfterForward(program, rows));
  const gradients = yield* told(gradientsOf(program));

  const growth = errorGrowth(network, rows.length);
  const kinks = new Kinks(network);
  const lossAt = (): Pieces<number> => lossAfterForward(program, rows);
  const checks: TensorCheck[] = [];
  for (const [t, { layer, tensor }] of tensors.entries()) {
    const { values } = yield* told(readTensor(program, tensor.name));
    const tally = new Tally(layer, tensor);
    for (const i of chosen[t]) {
      const write = (): Pieces<void> => writeTensor(program, tensor.name, values);
      const gradient = gradients[t][i];
      const quotient = yield* told(
        differenceQuotient(
          { weights: values, i, write, lossAt, sides: () => kinks.sides(program) },
          growth,
          tensor.regularizer,
          (found) => errorOf(gradient, found) <= bounds.right || isDrowned(gradient, found),
        ),
      );
      tally.take(i, gradient, quotient);
      done++;
      yield { done, total };
    }
    yield* told(writeTensor(program, tensor.name, values));
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

/** Of the two, relative to their size. */
function errorOf(gradient: number, { value }: Quotient): number {
  return Math.abs(gradient - value) / Math.max(Math.abs(gradient) + Math.abs(value), floor);
}

/** Whether the quotient's own noise may be all the difference. */
function isDrowned(gradient: number, { value, noise }: Quotient): boolean {
  return noise === Number.POSITIVE_INFINITY || Math.abs(gradient - value) <= noise;
}

/** What is known of one tensor so far. */
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

  /** `quotient` is undefined at a kink. */
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
 * How many times the relative error of one operation a loss may have: rounding goes up as well as down, so that the errors of n operations in
 * a row make about √n of one (Higham and Mary, 2019), and hardly ever four times that.
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

/** A program in float64 at such weights, with the data of the samples alone. */
function* float64Program(
  trainer: Trainer,
  backend: Backend,
  work: number,
  initial: ReadonlyMap<string, FloatArray>,
): Pieces<{ program: Program; rows: Int32Array }> {
  const { plan, data, parts } = trainer;
  const affordable = Math.floor(work / (workOf(plan.network) * 16));
  // A batch of one sample has no variance to normalise by.
  const samples = Math.min(parts.train.length, Math.max(2, Math.min(mostSamples, affordable)));
  const order = yield* permutationSteps(plan.seed, purposes.probe, 0, parts.train.length);
  const chosen = order.subarray(0, samples).map((i) => parts.train[i]);
  // Clipped gradients are not the loss's own.
  const training = { ...plan.training, clipValue: undefined, clipNorm: undefined };
  const program = yield* compilePieces(backend, { ...plan, training }, samplesOf(data, chosen), {
    precision: 'float64',
    maxBatch: samples,
    initial,
  });
  return { program, rows: Int32Array.from({ length: samples }, (_, i) => i) };
}

function samplesOf(data: ProgramData, rows: Int32Array): ProgramData {
  const pick = (values: FloatArray): Float64Array => {
    const size = values.length / data.samples;
    const picked = new Float64Array(rows.length * size);
    rows.forEach((row, s) => {
      picked.set(values.subarray(row * size, (row + 1) * size), s * size);
    });
    return picked;
  };
  return {
    inputs: pick(data.inputs),
    targets: pick(data.targets),
    samples: rows.length,
    targetSize: data.targetSize,
    sampleWeights: data.sampleWeights && pick(data.sampleWeights),
  };
}

/** Numbers that can be checked: each takes two forward passes, and its tensor is written twice. */
function numbersWithin({ numbers, work }: GradientBudget, network: NetworkPlan, samples: number): number {
  return Math.max(1, Math.min(numbers, Math.floor(work / (2 * samples * workOf(network)))));
}

/** Multiplications of a sample's forward pass; what is done to each output counts as 16. */
function workOf({ layers }: NetworkPlan): number {
  return layers.reduce((sum, layer) => sum + sizeOf(layer.outputShape) * 16 + usesOf(layer), 0);
}

/** How often a sample's forward pass multiplies by a learned number: a convolution does at each place of its output. */
function usesOf({ tensors, outputShape }: LayerPlan): number {
  return tensors.reduce(
    (sum, { shape }) => sum + sizeOf(shape) * (shape.length > 2 ? sizeOf(outputShape.slice(1)) : 1),
    0,
  );
}

/**
 * Which numbers of each tensor are checked, in order: all, or as many as is its share of `most` (tensors that need less leave theirs to the
 * others), drawn by the seed; at least one.
 */
function choose(sizes: readonly number[], most: number, seed: number): readonly (readonly number[])[] {
  const shares = new Map<number, number>();
  let left = most;
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

function* lossAfterForward(program: Program, rows: Int32Array): Pieces<number> {
  yield* beginBatch(program, rows, 0, rows.length, 'training');
  for (let layer = 0; layer < program.plan.network.layers.length; layer++) {
    yield* forwardLayer(program, layer);
  }
  return yield* lossPieces(program);
}

/** After the loss: of every learned tensor. */
function* gradientsOf(program: Program): Pieces<FloatArray[]> {
  const { layers } = program.plan.network;
  for (let layer = layers.length - 1; layer >= 0; layer--) {
    yield* backwardLayer(program, layer);
  }
  const gradients: FloatArray[] = [];
  for (const { name } of layers.flatMap(({ tensors }) => tensors)) {
    gradients.push((yield* readTensor(program, `${name}.gradient`)).values);
  }
  return gradients;
}
