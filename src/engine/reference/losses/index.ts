/**
 * Losses: from the outputs o [B, K] and the targets t to the mean loss of the batch, and the error at the
 * output. The error is dL/do, or dL/dz where the last activation and the loss are computed together on the
 * logits z (a "fused" loss). The comments give the formulas of one sample.
 */
import type { Thing } from '../../../spec/spec';
import {
  binaryOnLogits,
  binaryOnProbabilities,
  categoricalOnLogits,
  categoricalOnProbabilities,
  divergenceOnLogits,
  divergenceOnProbabilities,
  logLikelihood,
} from './crossEntropies';
import { absoluteError, huber, logCosh, smoothL1, squaredError } from './differences';
import { gaussianLikelihood, poisson } from './distributions';
import { binaryFocal, categoricalFocal } from './focal';
import type { LossBuffers, LossKernel } from './kernel';
import { categoricalHinge, cosineSimilarity, hinge, squaredHinge } from './margins';

/** Mean loss of the first `count` samples; with `withError` it also writes the error. */
export type Loss = (count: number, withError: boolean) => number;

/** Facts about the network's last layer that the loss needs. */
export interface Head {
  /** Whether the loss is computed together with the last activation, on the logits. */
  readonly fused: boolean;
  /** The activation of the outputs. */
  readonly activation?: string;
}

/**
 * L = Σ_s ℓ_s/B, or with a weight w for each sample of the batch L = Σ_s w_s ℓ_s/Σ_s w_s. A batch in which
 * every weight is 0 has the loss 0.
 */
export function makeLoss(loss: Thing, head: Head, buffers: LossBuffers, weights?: Float64Array): Loss {
  const kernel =
    head.fused && head.activation === 'softmin' ? onNegated(loss, head, buffers) : makeKernel(loss, head, buffers);
  const { size } = buffers;
  if (weights === undefined) {
    return (count, withError) => {
      let total = 0;
      for (let s = 0; s < count; s++) {
        total = kernel.add(total, s * size, count, withError);
      }
      return kernel.mean(total, count);
    };
  }
  return (count, withError) => {
    let weightSum = 0;
    for (let s = 0; s < count; s++) {
      weightSum += weights[s];
    }
    let total = 0;
    for (let s = 0; s < count; s++) {
      const w = weights[s];
      const divisor = w === 0 ? Number.POSITIVE_INFINITY : weightSum / w;
      const terms = kernel.add(0, s * size, divisor, withError);
      // A sample of weight 0 is ignored, even where its loss is not finite.
      if (w !== 0) {
        total += w * terms;
      }
    }
    return weightSum === 0 ? 0 : kernel.mean(total, weightSum);
  };
}

/** Softmin is the softmax of −z: the loss is computed on −z, and dL/dz = −dL/d(−z). */
function onNegated(loss: Thing, head: Head, buffers: LossBuffers): LossKernel {
  const { outputs: logits, error, size } = buffers;
  const negated = logits.slice();
  const { add, mean } = makeKernel(loss, head, { ...buffers, outputs: negated });
  return {
    add(total, first, divisor, withError) {
      for (let i = first; i < first + size; i++) {
        negated[i] = -logits[i];
      }
      const sum = add(total, first, divisor, withError);
      if (withError) {
        for (let i = first; i < first + size; i++) {
          error[i] = -error[i];
        }
      }
      return sum;
    },
    mean,
  };
}

function makeKernel(loss: Thing, { fused, activation }: Head, buffers: LossBuffers): LossKernel {
  const number = (name: string): number => loss.parameters[name] as number;
  switch (loss.name) {
    case 'mean_squared_error':
      return squaredError(buffers, 1 / buffers.size);
    case 'half_mean_squared_error':
      return squaredError(buffers, 0.5);
    case 'mean_absolute_error':
      return absoluteError(buffers);
    case 'huber':
      return huber(buffers, number('delta'));
    case 'smooth_l1':
      return smoothL1(buffers, number('beta'));
    case 'log_cosh':
      return logCosh(buffers);
    case 'binary_crossentropy': {
      const smoothing = number('label_smoothing');
      return fused ? binaryOnLogits(buffers, smoothing) : binaryOnProbabilities(buffers, smoothing);
    }
    case 'categorical_crossentropy': {
      const smoothing = number('label_smoothing');
      return fused ? categoricalOnLogits(buffers, smoothing) : categoricalOnProbabilities(buffers, smoothing);
    }
    case 'negative_log_likelihood':
      return logLikelihood(buffers);
    case 'kl_divergence':
      return fused ? divergenceOnLogits(buffers) : divergenceOnProbabilities(buffers);
    case 'hinge':
      return hinge(buffers);
    case 'squared_hinge':
      return squaredHinge(buffers);
    case 'categorical_hinge':
      return categoricalHinge(buffers);
    case 'poisson':
      return poisson(buffers);
    case 'gaussian_nll':
      return gaussianLikelihood(buffers);
    case 'focal':
      return activation === 'softmax'
        ? categoricalFocal(buffers, fused, number('alpha'), number('gamma'))
        : binaryFocal(buffers, fused, number('alpha'), number('gamma'));
    case 'cosine_similarity':
      return cosineSimilarity(buffers);
    default:
      throw new Error(`The reference backend has no loss ${loss.name}: check the spec before compiling it.`);
  }
}
