/**
 * Losses as code, with the formulas of `reference/losses` in float32: outputs o [K] and targets t of each
 * sample → its loss, and the error at the output, dL/do, or dL/dz where activation and loss are computed
 * together on the logits z.
 */
import { f32x4 } from '../../../assembler';
import type { Thing } from '../../../spec/spec';
import type { Lanes } from '../lanes/lanes';
import { binaryOnLogits, binaryOnProbabilities } from './binaryCrossEntropy';
import {
  categoricalOnLogits,
  categoricalOnProbabilities,
  divergenceOnLogits,
  divergenceOnProbabilities,
  logLikelihood,
} from './categoricalCrossEntropy';
import { absoluteError, halfSquaredError, huber, logCosh, smoothL1, squaredError } from './differences';
import { gaussianLikelihood, poisson } from './distributions';
import { binaryFocal, categoricalFocal } from './focal';
import type { LossKernel } from './kernel';
import { categoricalHinge, cosineSimilarity, hinge, squaredHinge } from './margins';

/** The network's last layer, as far as the loss depends on it. */
export interface Head {
  readonly fused: boolean;
  /** The activation of the outputs. */
  readonly activation?: string;
}

export function makeLossKernel(loss: Thing, head: Head): LossKernel {
  const kernel = kernelOf(loss, head);
  return head.fused && head.activation === 'softmin' ? onNegated(kernel) : kernel;
}

/** Softmin is the softmax of −z: the loss is given −z, and its error is negated. */
function onNegated(kernel: LossKernel): LossKernel {
  return {
    emit: (f, { logits, error, ...lanes }, withError) =>
      kernel.emit(f, { ...lanes, logits: negated(logits), error: negated(error) }, withError),
  };
}

function negated(lanes: Lanes): Lanes {
  return { ...lanes, get: (k) => f32x4.neg(lanes.get(k)), set: (k, value) => lanes.set(k, f32x4.neg(value)) };
}

function kernelOf({ name, parameters }: Thing, { fused, activation }: Head): LossKernel {
  const number = (key: string): number => parameters[key] as number;
  switch (name) {
    case 'mean_squared_error':
      return squaredError();
    case 'half_mean_squared_error':
      return halfSquaredError();
    case 'mean_absolute_error':
      return absoluteError();
    case 'huber':
      return huber(number('delta'));
    case 'smooth_l1':
      return smoothL1(number('beta'));
    case 'log_cosh':
      return logCosh();
    case 'binary_crossentropy':
      return fused ? binaryOnLogits(number('label_smoothing')) : binaryOnProbabilities(number('label_smoothing'));
    case 'categorical_crossentropy':
      return fused
        ? categoricalOnLogits(number('label_smoothing'))
        : categoricalOnProbabilities(number('label_smoothing'));
    case 'negative_log_likelihood':
      return logLikelihood();
    case 'kl_divergence':
      return fused ? divergenceOnLogits() : divergenceOnProbabilities();
    case 'hinge':
      return hinge();
    case 'squared_hinge':
      return squaredHinge();
    case 'categorical_hinge':
      return categoricalHinge();
    case 'poisson':
      return poisson();
    case 'gaussian_nll':
      return gaussianLikelihood();
    case 'focal': {
      const focus = { fused, alpha: number('alpha'), gamma: number('gamma') };
      return activation === 'softmax' ? categoricalFocal(focus) : binaryFocal(focus);
    }
    case 'cosine_similarity':
      return cosineSimilarity();
    default:
      throw new Error(`The wasm backend has no loss ${name}: check the spec before compiling it.`);
  }
}
