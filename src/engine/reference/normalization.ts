/**
 * Normalisation: y = γ·(x − μ)/√(σ² + ε) + β with mean μ and variance σ² (divided by the count) of a set of numbers.
 * With x̂ = (x − μ)/√(σ² + ε), g = dL/dy·γ and N numbers in the set: dL/dx = (g − mean g − x̂·mean(g·x̂))/√(σ² + ε);
 * dγ = Σ dL/dy·x̂, dβ = Σ dL/dy.
 */
import type { FloatArray } from '../backend';
import { complete, copyPieces, type Pieces, pieceValues, rangePieces } from '../pieces';
import { sizeOf } from '../shape';
import { findLearned, floats, type Layer, type LayerContext, type Learned, learnedOf, type Stored } from './layer';
import { clearPieces, type UnitPass, unitPieces } from './ranged';

/**
 * Batch normalisation (Ioffe and Szegedy, 2015): x [B, C, …], for each entry of axis 1 over the batch and all positions; γ, β [C].
 * Evaluation uses the running mean and variance, which a training step moves by `momentum` towards its batch's (the
 * variance unbiased, divided by N − 1) when its weights are updated.
 */
export function makeBatchNormalization(context: LayerContext): Layer {
  const { plan, precision, input: x, output: y, dInput, dOutput } = context;
  const channels = plan.inputShape[0];
  const positions = sizeOf(plan.inputShape) / channels;
  const { learned, scale, shift } = scaleAndShift(context);
  const state: readonly Stored[] = (plan.state ?? []).map((tensor) => ({
    plan: tensor,
    values: floats(precision, sizeOf(tensor.shape)),
  }));
  const [runningMean, runningVariance] = state.map(({ values }) => values);
  const epsilon = plan.parameters.epsilon as number;
  const momentum = plan.parameters.momentum as number;
  /** Of the current batch, by channel; the count of numbers in the last place. */
  const mean = new Float64Array(channels);
  const variance = new Float64Array(channels + 1);
  const inverse = new Float64Array(channels);

  /** A channel's numbers, a few samples at a time or a part of a large one. */
  const numbers = (count: number, pass: (block: Block) => void): Pieces<void> =>
    positions < pieceValues
      ? rangePieces(count, positions, (from, to) => pass({ from, to, first: 0, end: positions }))
      : unitPieces(count, positions, (s, first, end) => pass({ from: s, to: s + 1, first, end }));

  /** Σ x of a channel, and Σ (x − μ)², on top of a sum. */
  function addNumbers(sum: number, c: number, { from, to, first, end }: Block): number {
    let own = sum;
    for (let s = from; s < to; s++) {
      for (let p = first, at = (s * channels + c) * positions + first; p < end; p++, at++) {
        own += x[at];
      }
    }
    return own;
  }

  function addSquares(sum: number, c: number, { from, to, first, end }: Block): number {
    let own = sum;
    const mu = mean[c];
    for (let s = from; s < to; s++) {
      for (let p = first, at = (s * channels + c) * positions + first; p < end; p++, at++) {
        own += (x[at] - mu) * (x[at] - mu);
      }
    }
    return own;
  }

  function normalize(c: number, { from, to, first, end }: Block): void {
    for (let s = from; s < to; s++) {
      for (let p = first, at = (s * channels + c) * positions + first; p < end; p++, at++) {
        y[at] = scale.values[c] * ((x[at] - mean[c]) * inverse[c]) + shift.values[c];
      }
    }
  }

  function* forwardParts(count: number, training: boolean): Pieces<void> {
    const n = count * positions;
    if (training && n === 1) {
      throw new Error(`${plan.name} cannot normalise a batch of one number: make the batch larger.`);
    }
    variance[channels] = n;
    for (let c = 0; c < channels; c++) {
      let sum = 0;
      let squares = 0;
      if (training) {
        yield* numbers(count, (block) => {
          sum = addNumbers(sum, c, block);
        });
      }
      mean[c] = training ? sum / n : runningMean[c];
      if (training) {
        yield* numbers(count, (block) => {
          squares = addSquares(squares, c, block);
        });
      }
      variance[c] = training ? squares / n : runningVariance[c];
      inverse[c] = 1 / Math.sqrt(variance[c] + epsilon);
      yield* numbers(count, (block) => normalize(c, block));
    }
  }

  /** Adds a channel's dL/dy and dL/dy·x̂ to its sums. */
  function addErrors(sums: ErrorSums, c: number, { from, to, first, end }: Block): void {
    let { error, product } = sums;
    for (let s = from; s < to; s++) {
      for (let p = first, at = (s * channels + c) * positions + first; p < end; p++, at++) {
        error += dOutput[at];
        product += dOutput[at] * ((x[at] - mean[c]) * inverse[c]);
      }
    }
    sums.error = error;
    sums.product = product;
  }

  /** `n` is the count of the channel's numbers. */
  function returnErrors(target: FloatArray, { error, product }: ErrorSums, n: number, c: number, block: Block): void {
    const { from, to, first, end } = block;
    const factor = scale.values[c] * inverse[c];
    for (let s = from; s < to; s++) {
      for (let p = first, at = (s * channels + c) * positions + first; p < end; p++, at++) {
        const normal = (x[at] - mean[c]) * inverse[c];
        target[at] = factor * (dOutput[at] - error / n - (normal * product) / n);
      }
    }
  }

  function* backwardParts(count: number): Pieces<void> {
    const n = count * positions;
    for (let c = 0; c < channels; c++) {
      const sums = { error: 0, product: 0 };
      yield* numbers(count, (block) => addErrors(sums, c, block));
      shift.gradient[c] = sums.error;
      scale.gradient[c] = sums.product;
      if (dInput) {
        yield* numbers(count, (block) => returnErrors(dInput, sums, n, c, block));
      }
    }
  }

  return {
    learned,
    state,
    z: y,
    delta: dOutput,
    zSize: channels * positions,
    zShape: plan.inputShape,
    kept: [mean, variance, inverse],

    forward: (count, training) => complete(forwardParts(count, training)),
    backward: (count) => complete(backwardParts(count)),
    forwardParts,
    backwardParts,

    commit() {
      const n = variance[channels];
      for (let c = 0; c < channels; c++) {
        runningMean[c] = (1 - momentum) * runningMean[c] + momentum * mean[c];
        runningVariance[c] = (1 - momentum) * runningVariance[c] + (momentum * (variance[c] * n)) / (n - 1);
      }
    },
  };
}

/** Of a channel: Σ dL/dy and Σ dL/dy·x̂. */
interface ErrorSums {
  error: number;
  product: number;
}

/** Positions `[first, end)` of samples `[from, to)`. */
interface Block {
  readonly from: number;
  readonly to: number;
  readonly first: number;
  readonly end: number;
}

/** Layer normalisation (Ba, Kiros and Hinton, 2016): x [B, …], each sample over all its axes; γ, β of a sample's shape. */
export function makeLayerNormalization(context: LayerContext): Layer {
  const { plan, maxBatch, input: x, output: y, dInput, dOutput } = context;
  const n = sizeOf(plan.inputShape);
  const { learned, scale, shift } = scaleAndShift(context);
  const epsilon = plan.parameters.epsilon as number;
  const mean = new Float64Array(maxBatch);
  const inverse = new Float64Array(maxBatch);
  /** Of each sample: sums of its numbers and squares, or of its errors and their products. */
  const [sums, products] = [new Float64Array(maxBatch), new Float64Array(maxBatch)];
  const dScale = new Float64Array(n);
  const dShift = new Float64Array(n);

  // A sum over a sample is taken up where the last piece left it.
  const numbers = (count: number, pass: UnitPass): Pieces<void> => unitPieces(count, n, pass);

  function addNumbers(s: number, from: number, to: number): void {
    let sum = sums[s];
    for (let at = s * n + from; at < s * n + to; at++) {
      sum += x[at];
    }
    sums[s] = sum;
    mean[s] = sum / n;
  }

  function addSquares(s: number, from: number, to: number): void {
    let squares = products[s];
    const mu = mean[s];
    for (let at = s * n + from; at < s * n + to; at++) {
      squares += (x[at] - mu) * (x[at] - mu);
    }
    products[s] = squares;
    inverse[s] = 1 / Math.sqrt(squares / n + epsilon);
  }

  function normalize(s: number, from: number, to: number): void {
    const [mu, factor] = [mean[s], inverse[s]];
    for (let i = from, at = s * n + from; i < to; i++, at++) {
      y[at] = scale.values[i] * ((x[at] - mu) * factor) + shift.values[i];
    }
  }

  function addErrors(s: number, from: number, to: number): void {
    let [sum, product] = [sums[s], products[s]];
    const [mu, factor] = [mean[s], inverse[s]];
    for (let i = from, at = s * n + from; i < to; i++, at++) {
      const normal = (x[at] - mu) * factor;
      dScale[i] += dOutput[at] * normal;
      dShift[i] += dOutput[at];
      sum += dOutput[at] * scale.values[i];
      product += dOutput[at] * scale.values[i] * normal;
    }
    sums[s] = sum;
    products[s] = product;
  }

  function returnErrors(target: FloatArray, s: number, from: number, to: number): void {
    const [sum, product] = [sums[s], products[s]];
    const [mu, factor] = [mean[s], inverse[s]];
    for (let i = from, at = s * n + from; i < to; i++, at++) {
      const normal = (x[at] - mu) * factor;
      target[at] = factor * (dOutput[at] * scale.values[i] - sum / n - (normal * product) / n);
    }
  }

  function* forwardParts(count: number): Pieces<void> {
    for (const array of [sums, products]) {
      array.fill(0);
    }
    for (const pass of [addNumbers, addSquares, normalize]) {
      yield* numbers(count, pass);
    }
  }

  function* backwardParts(count: number): Pieces<void> {
    for (const array of [sums, products, dScale, dShift]) {
      yield* clearPieces(array);
    }
    yield* numbers(count, addErrors);
    if (dInput) {
      yield* numbers(count, (s, from, to) => returnErrors(dInput, s, from, to));
    }
    yield* copyPieces(scale.gradient, dScale);
    yield* copyPieces(shift.gradient, dShift);
  }

  return {
    learned,
    z: y,
    delta: dOutput,
    zSize: n,
    zShape: plan.inputShape,
    kept: [mean, inverse],

    forward: (count) => complete(forwardParts(count)),
    backward: (count) => complete(backwardParts(count)),
    forwardParts,
    backwardParts,
  };
}

function scaleAndShift(context: LayerContext): { learned: readonly Learned[]; scale: Learned; shift: Learned } {
  const learned = learnedOf(context);
  const scale = findLearned(context, learned, 'weight');
  const shift = findLearned(context, learned, 'bias');
  if (!scale || !shift) {
    throw new Error(`The plan of ${context.plan.name} lacks weight or bias: plan the network again.`);
  }
  return { learned, scale, shift };
}
