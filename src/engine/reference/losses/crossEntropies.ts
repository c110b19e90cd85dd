/**
 * Cross-entropies and related losses: they compare the probabilities p that a network gives with the target
 * t. Logarithms are at least −100 and divisors at least 1e−12 (as in PyTorch): p = 0 gives finite numbers.
 */
import { exp, log, log1p } from '../../../common/math';
import { sigmoid } from '../../../spec/catalogue/numeric';
import { type LossBuffers, type LossKernel, meanOverOutputs } from './kernel';

/**
 * Binary cross-entropy on logits z, with p = σ(z). Label smoothing: t ← t·(1 − ε) + ε/2.
 *   L = mean_k −t·ln p − (1 − t)·ln(1 − p) = mean_k max(z, 0) − z·t + ln(1 + e^(−|z|)),  dL/dz = (p − t)/K
 */
export function binaryOnLogits(buffers: LossBuffers, smoothing: number): LossKernel {
  const smooth = (t: number): number => t * (1 - smoothing) + smoothing / 2;
  return meanOverOutputs(
    buffers,
    (z, t) => binaryEntropy(z, smooth(t)),
    (z, t) => sigmoid(z) - smooth(t),
  );
}

/** −t·ln p − (1 − t)·ln(1 − p) for p = σ(z). */
export function binaryEntropy(z: number, t: number): number {
  return Math.max(z, 0) - z * t + log1p(exp(-Math.abs(z)));
}

/**
 * Binary cross-entropy on probabilities:
 *   L = mean_k −t·ln p − (1 − t)·ln(1 − p),  dL/dp = (p − t)/(p·(1 − p))/K
 */
export function binaryOnProbabilities({ outputs, targets, error, size }: LossBuffers, smoothing: number): LossKernel {
  return {
    add(total, first, divisor, withError) {
      for (let i = first; i < first + size; i++) {
        const p = outputs[i];
        const t = targets[i] * (1 - smoothing) + smoothing / 2;
        total -= t * boundedLog(p) + (1 - t) * boundedLog(1 - p);
        if (withError) {
          error[i] = (p - t) / (Math.max(p * (1 - p), 1e-12) * divisor * size);
        }
      }
      return total;
    },
    mean: (total, divisor) => total / (divisor * size),
  };
}

/**
 * Categorical cross-entropy on logits z, with p = softmax(z). Label smoothing: t ← t·(1 − ε) + ε/K.
 *   L = −Σ_k t_k·ln p_k = Σ_k t_k·(ln Σ_j e^z_j − z_k)
 *   dL/dz_k = p_k·Σ_j t_j − t_k, which is p_k − t_k where the targets sum to 1
 * The largest logit is subtracted first: the result is the same, and no power overflows.
 */
export function categoricalOnLogits(buffers: LossBuffers, smoothing: number): LossKernel {
  const { outputs: logits, targets, error, size } = buffers;
  const powers = new Float64Array(size);
  return {
    add(total, first, divisor, withError) {
      let top = logits[first];
      for (let k = 1; k < size; k++) {
        top = Math.max(top, logits[first + k]);
      }
      let sum = 0;
      for (let k = 0; k < size; k++) {
        powers[k] = exp(logits[first + k] - top);
        sum += powers[k];
      }
      const logSum = log(sum);
      let mass = 0;
      for (let k = 0; k < size; k++) {
        const t = targets[first + k] * (1 - smoothing) + smoothing / size;
        mass += t;
        if (t !== 0) {
          total += t * (logSum - (logits[first + k] - top));
        }
      }
      if (withError) {
        for (let k = 0; k < size; k++) {
          const t = targets[first + k] * (1 - smoothing) + smoothing / size;
          error[first + k] = ((powers[k] / sum) * mass - t) / divisor;
        }
      }
      return Number.isNaN(sum) ? Number.NaN : total;
    },
    mean: (total, divisor) => total / divisor,
  };
}

/**
 * Categorical cross-entropy on probabilities:
 *   L = −Σ_k t·ln p,  dL/dp = −t/p
 */
export function categoricalOnProbabilities(
  { outputs, targets, error, size }: LossBuffers,
  smoothing: number,
): LossKernel {
  return {
    add(total, first, divisor, withError) {
      for (let i = first; i < first + size; i++) {
        const p = outputs[i];
        const t = targets[i] * (1 - smoothing) + smoothing / size;
        total -= t * boundedLog(p);
        if (withError) {
          error[i] = -t / (Math.max(p, 1e-12) * divisor);
        }
      }
      return total;
    },
    mean: (total, divisor) => total / divisor,
  };
}

/**
 * Negative log-likelihood, on log-probabilities o:
 *   L = −Σ_k t·o,  dL/do = −t
 */
export function logLikelihood({ outputs, targets, error, size }: LossBuffers): LossKernel {
  return {
    add(total, first, divisor, withError) {
      for (let i = first; i < first + size; i++) {
        // 0·(−∞) counts as 0: a class that is not the target adds no loss.
        if (targets[i] !== 0) {
          total -= targets[i] * outputs[i];
        } else if (Number.isNaN(outputs[i])) {
          total = Number.NaN;
        }
        if (withError) {
          error[i] = -targets[i] / divisor;
        }
      }
      return total;
    },
    mean: (total, divisor) => total / divisor,
  };
}

/** Σ_k t·ln t of a sample. */
function negativeEntropy({ targets, size }: LossBuffers, first: number): number {
  let sum = 0;
  for (let i = first; i < first + size; i++) {
    if (targets[i] > 0) {
      sum += targets[i] * log(targets[i]);
    }
  }
  return sum;
}

/**
 * Kullback–Leibler divergence on logits z, with p = softmax(z):
 *   L = Σ_k t·(ln t − ln p),  dL/dz as for the cross-entropy
 */
export function divergenceOnLogits(buffers: LossBuffers): LossKernel {
  return plusNegativeEntropy(categoricalOnLogits(buffers, 0), buffers);
}

/**
 * Kullback–Leibler divergence on probabilities:
 *   L = Σ_k t·(ln t − ln p),  dL/dp = −t/p
 */
export function divergenceOnProbabilities(buffers: LossBuffers): LossKernel {
  return plusNegativeEntropy(categoricalOnProbabilities(buffers, 0), buffers);
}

/** A cross-entropy plus Σ_k t·ln t, which does not depend on the outputs. */
function plusNegativeEntropy({ add, mean }: LossKernel, buffers: LossBuffers): LossKernel {
  return {
    add: (total, first, divisor, withError) => add(total, first, divisor, withError) + negativeEntropy(buffers, first),
    mean,
  };
}

export function boundedLog(p: number): number {
  return Math.max(log(p), -100);
}
