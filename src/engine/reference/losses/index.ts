/**
 * Losses: outputs o [B, K] and targets t → the batch's mean loss in float64, and the error at the output, dL/do, or dL/dz where
 * activation and loss are computed together on the logits z. The comments give the formulas of one sample.
 */
import type { Thing } from '../../../spec/spec';
import { type Pieces, rangePieces } from '../../pieces';
import { type UnitPass, unitPieces } from '../ranged';
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

export type { LossBuffers } from './kernel';

/** Mean loss of the first `count` samples; writes the error where it is asked for. */
export type Loss = (count: number, withError: boolean) => Pieces<number>;

/** What a network's last layer gives the loss. */
export interface Head {
  readonly fused: boolean;
  /** The function that the outputs have gone through. */
  readonly activation?: string;
}

/** `weights` holds a weight for each sample of the batch; left out, all count alike. */
export function makeLoss(loss: Thing, head: Head, buffers: LossBuffers, weights?: Float64Array): Loss {
  const kernel =
    head.fused && head.activation === 'softmin' ? onMirrored(loss, head, buffers) : makeKernel(loss, head, buffers);
  return weights ? weighted(kernel, buffers.size, weights) : plain(kernel, buffers.size);
}

function plain(kernel: LossKernel, size: number): Loss {
  return function* (count, withError) {
    // Where V8 would make an object of each sum.
    const total = new Float64Array(1);
    yield* outputPieces(kernel, count, size, (s, from, to) => {
      total[0] = kernel.add(total[0], s * size + from, s * size + to, count, withError);
    });
    return kernel.mean(total[0], count);
  };
}

/** The outputs of sample after sample, of a large one a part at a time where the kernel can take one. */
const outputPieces = ({ whole }: LossKernel, count: number, size: number, pass: UnitPass): Pieces<void> =>
  whole
    ? rangePieces(count, size, (from, to) => {
        for (let s = from; s < to; s++) {
          pass(s, 0, size);
        }
      })
    : unitPieces(count, size, pass);

/** L = Σ w ℓ / Σ w; samples of weight 0 have no part in it. A batch of nothing else has the loss 0. */
function weighted(kernel: LossKernel, size: number, weights: Float64Array): Loss {
  return function* (count, withError) {
    let mass = 0;
    for (let s = 0; s < count; s++) {
      mass += weights[s];
    }
    let total = 0;
    const terms = new Float64Array(1);
    yield* outputPieces(kernel, count, size, (s, from, to) => {
      const w = weights[s];
      const divisor = w === 0 ? Number.POSITIVE_INFINITY : mass / w;
      terms[0] = kernel.add(from === 0 ? 0 : terms[0], s * size + from, s * size + to, divisor, withError);
      if (to === size && w !== 0) {
        total += w * terms[0];
      }
    });
    return mass === 0 ? 0 : kernel.mean(total, mass);
  };
}

/** Softmin is the softmax of −z: the loss is given −z, and the error that it returns is turned. */
function onMirrored(loss: Thing, head: Head, buffers: LossBuffers): LossKernel {
  const { logits, error } = buffers;
  const mirrored = logits.slice();
  const { add, mean } = makeKernel(loss, head, { ...buffers, logits: mirrored });
  return {
    whole: true,
    add(total, from, to, divisor, withError) {
      for (let i = from; i < to; i++) {
        mirrored[i] = -logits[i];
      }
      const sum = add(total, from, to, divisor, withError);
      if (withError) {
        for (let i = from; i < to; i++) {
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
