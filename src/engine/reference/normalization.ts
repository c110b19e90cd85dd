/**
 * Normalisation: shifts and scales a set of N numbers to mean 0 and variance 1, then by a learned scale γ and
 * shift β.
 *
 *   forward    μ = mean x,  σ² = mean (x − μ)²,  x̂ = (x − μ)/√(σ² + ε),  y = γ·x̂ + β
 *   backward   dγ = Σ dL/dy·x̂,  dβ = Σ dL/dy
 *              dL/dx = (g − mean g − x̂·mean(g·x̂))/√(σ² + ε)  with g = dL/dy·γ
 *
 * The tensors are named as in PyTorch: γ is `weight`, β is `bias`.
 */
import { sizeOf } from '../shape';
import { floats, type Layer, type LayerContext, makeLearned, requireLearned, type Stored } from './layer';

/**
 * Batch normalisation (Ioffe and Szegedy, 2015): x [B, C, …], each channel over the batch and all its
 * positions; γ, β [C]. Evaluation uses the running mean and variance instead. A training step moves them by
 * `momentum` towards those of its batch, with the unbiased variance (divided by N − 1).
 */
export function makeBatchNormalization(context: LayerContext): Layer {
  const { plan, precision, input: x, output: y, dInput: dx, dOutput: dy } = context;
  const channels = plan.inputShape[0];
  const positions = sizeOf(plan.inputShape) / channels;
  const learned = makeLearned(context);
  const { values: gamma, gradient: dGamma } = requireLearned(context, learned, 'weight');
  const { values: beta, gradient: dBeta } = requireLearned(context, learned, 'bias');
  const state: readonly Stored[] = (plan.state ?? []).map((tensor) => ({
    plan: tensor,
    values: floats(precision, sizeOf(tensor.shape)),
  }));
  const [runningMean, runningVariance] = state.map(({ values }) => values);
  const epsilon = plan.parameters.epsilon as number;
  const momentum = plan.parameters.momentum as number;
  /** For each channel; `inverse` is 1/√(σ² + ε). */
  const mean = new Float64Array(channels);
  const variance = new Float64Array(channels);
  const inverse = new Float64Array(channels);

  /** Index of number k of a channel: its positions in the first sample, then in the second, and so on. */
  const at = (c: number, k: number): number => (Math.floor(k / positions) * channels + c) * positions + (k % positions);

  /** Mean and variance of the n numbers of a channel. */
  function measure(c: number, n: number): void {
    let sum = 0;
    for (let k = 0; k < n; k++) {
      sum += x[at(c, k)];
    }
    mean[c] = sum / n;
    let squares = 0;
    for (let k = 0; k < n; k++) {
      const d = x[at(c, k)] - mean[c];
      squares += d * d;
    }
    variance[c] = squares / n;
  }

  return {
    learned,
    state,
    z: y,
    delta: dy,
    zShape: plan.inputShape,
    kept: [mean, variance, inverse],

    forward(count, training) {
      const n = count * positions;
      if (training && n === 1) {
        throw new Error(`${plan.name} cannot normalise a batch of one number: make the batch larger.`);
      }
      for (let c = 0; c < channels; c++) {
        if (training) {
          measure(c, n);
        } else {
          mean[c] = runningMean[c];
          variance[c] = runningVariance[c];
        }
        inverse[c] = 1 / Math.sqrt(variance[c] + epsilon);
        for (let k = 0; k < n; k++) {
          const i = at(c, k);
          y[i] = gamma[c] * ((x[i] - mean[c]) * inverse[c]) + beta[c];
        }
      }
    },

    backward(count) {
      const n = count * positions;
      for (let c = 0; c < channels; c++) {
        let sum = 0;
        let product = 0;
        for (let k = 0; k < n; k++) {
          const i = at(c, k);
          sum += dy[i];
          product += dy[i] * ((x[i] - mean[c]) * inverse[c]);
        }
        dBeta[c] = sum;
        dGamma[c] = product;
        const factor = gamma[c] * inverse[c];
        if (dx) {
          for (let k = 0; k < n; k++) {
            const i = at(c, k);
            const normalised = (x[i] - mean[c]) * inverse[c];
            dx[i] = factor * (dy[i] - sum / n - (normalised * product) / n);
          }
        }
      }
    },

    commit(count) {
      const n = count * positions;
      for (let c = 0; c < channels; c++) {
        runningMean[c] = (1 - momentum) * runningMean[c] + momentum * mean[c];
        runningVariance[c] = (1 - momentum) * runningVariance[c] + (momentum * (variance[c] * n)) / (n - 1);
      }
    },
  };
}

/** Layer normalisation (Ba et al., 2016): x [B, …], each sample over all its numbers; γ, β have its shape. */
export function makeLayerNormalization(context: LayerContext): Layer {
  const { plan, maxBatch, input: x, output: y, dInput: dx, dOutput: dy } = context;
  const n = sizeOf(plan.inputShape);
  const learned = makeLearned(context);
  const { values: gamma, gradient: dGamma } = requireLearned(context, learned, 'weight');
  const { values: beta, gradient: dBeta } = requireLearned(context, learned, 'bias');
  const epsilon = plan.parameters.epsilon as number;
  /** For each sample; `inverse` is 1/√(σ² + ε). */
  const mean = new Float64Array(maxBatch);
  const inverse = new Float64Array(maxBatch);
  const gammaSums = new Float64Array(n);
  const betaSums = new Float64Array(n);

  return {
    learned,
    z: y,
    delta: dy,
    zShape: plan.inputShape,
    kept: [mean, inverse],

    forward(count) {
      for (let s = 0; s < count; s++) {
        let sum = 0;
        for (let i = 0; i < n; i++) {
          sum += x[s * n + i];
        }
        mean[s] = sum / n;
        let squares = 0;
        for (let i = 0; i < n; i++) {
          const d = x[s * n + i] - mean[s];
          squares += d * d;
        }
        inverse[s] = 1 / Math.sqrt(squares / n + epsilon);
        for (let i = 0; i < n; i++) {
          y[s * n + i] = gamma[i] * ((x[s * n + i] - mean[s]) * inverse[s]) + beta[i];
        }
      }
    },

    backward(count) {
      gammaSums.fill(0);
      betaSums.fill(0);
      for (let s = 0; s < count; s++) {
        let sum = 0;
        let product = 0;
        for (let i = 0; i < n; i++) {
          const error = dy[s * n + i];
          const normalised = (x[s * n + i] - mean[s]) * inverse[s];
          gammaSums[i] += error * normalised;
          betaSums[i] += error;
          sum += error * gamma[i];
          product += error * gamma[i] * normalised;
        }
        if (dx) {
          for (let i = 0; i < n; i++) {
            const normalised = (x[s * n + i] - mean[s]) * inverse[s];
            dx[s * n + i] = inverse[s] * (dy[s * n + i] * gamma[i] - sum / n - (normalised * product) / n);
          }
        }
      }
      dGamma.set(gammaSums);
      dBeta.set(betaSums);
    },
  };
}
