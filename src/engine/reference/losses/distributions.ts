/** Negative log-likelihoods of counts and of measured values. */
import { exp, log } from '../../../common/math';
import { type LossBuffers, type LossKernel, meanOverOutputs } from './kernel';

/** Keeps the logarithm finite at a rate of 0 (PyTorch's value). */
const poissonEpsilon = 1e-8;

/**
 * Poisson: the output is the rate p of a count t.
 *   L = mean_k p − t·ln(p + ε),  dL/dp = (1 − t/(p + ε))/K
 */
export function poisson(buffers: LossBuffers): LossKernel {
  return meanOverOutputs(
    buffers,
    (p, t) => p - t * log(p + poissonEpsilon),
    (p, t) => 1 - t / (p + poissonEpsilon),
  );
}

/**
 * Gaussian: for H targets t the outputs are H means μ, then H logarithms s of the variance.
 *   L = mean_h ½·(s + (t − μ)²·e^(−s))
 *   dL/dμ = (μ − t)·e^(−s)/H,  dL/ds = ½·(1 − (t − μ)²·e^(−s))/H
 */
export function gaussianLikelihood({ outputs, targets, error, size }: LossBuffers): LossKernel {
  const half = size / 2;
  return {
    add(total, first, divisor, withError) {
      for (let h = 0; h < half; h++) {
        const mean = first + h;
        const spread = mean + half;
        const d = outputs[mean] - targets[first / 2 + h];
        const precision = exp(-outputs[spread]);
        total += 0.5 * (outputs[spread] + d * d * precision);
        if (!withError) {
          continue;
        }
        error[mean] = (d * precision) / (divisor * half);
        error[spread] = (0.5 * (1 - d * d * precision)) / (divisor * half);
      }
      return total;
    },
    mean: (total, divisor) => total / (divisor * half),
  };
}
