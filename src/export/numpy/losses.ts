/** Losses in NumPy, with the error at the output: the derivative of each sample's loss. */

import type { LossHead } from '../lossHead';
import { numberLiteral } from '../python/source';

/** o: outputs; z: the logits of a fused loss; t: targets. */
export interface NumpyLoss {
  /** `[batch]`. */
  readonly each: string;
  /** dL/do, of a fused loss dL/dz: `[batch, outputs]`. */
  readonly error: string;
}

/** The loss is a mean over the outputs. */
const perOutput = (each: string, error: string): NumpyLoss => ({
  each: `(${each}).mean(axis=1)`,
  error: `${error} / t.shape[1]`,
});

/** Undefined where the format does not have the loss. */
export function numpyLoss({ loss: { name, parameters }, fused, activation }: LossHead): NumpyLoss | undefined {
  const number = (key: string) => numberLiteral(parameters[key] as number);
  const isSmoothed = (parameters.label_smoothing ?? 0) !== 0;
  switch (name) {
    case 'mean_squared_error':
      return perOutput('(o - t) ** 2', '2 * (o - t)');
    case 'half_mean_squared_error':
      return { each: '((o - t) ** 2).sum(axis=1) / 2', error: 'o - t' };
    case 'mean_absolute_error':
      return perOutput('np.abs(o - t)', 'np.sign(o - t)');
    case 'huber': {
      const delta = number('delta');
      const d = 'np.abs(o - t)';
      return perOutput(
        `np.where(${d} <= ${delta}, (o - t) ** 2 / 2, ${delta} * (${d} - ${delta} / 2))`,
        `np.clip(o - t, -${delta}, ${delta})`,
      );
    }
    case 'log_cosh':
      return perOutput('np.logaddexp(o - t, t - o) - np.log(2)', 'np.tanh(o - t)');
    case 'hinge':
      return perOutput('np.maximum(0, 1 - (2 * t - 1) * o)', '(1 - 2 * t) * ((2 * t - 1) * o < 1)');
    case 'squared_hinge':
      return perOutput(
        'np.maximum(0, 1 - (2 * t - 1) * o) ** 2',
        '2 * (1 - 2 * t) * np.maximum(0, 1 - (2 * t - 1) * o)',
      );
    case 'poisson':
      return perOutput('o - t * np.log(o + 1e-8)', '(1 - t / (o + 1e-8))');
    case 'negative_log_likelihood':
      return { each: '-(t * o).sum(axis=1)', error: '-t' };
    case 'binary_crossentropy':
      return fused && !isSmoothed ? perOutput('np.logaddexp(0, z) - z * t', '(o - t)') : undefined;
    case 'categorical_crossentropy': {
      const logSum = 'np.log(np.exp(z - z.max(axis=1, keepdims=True)).sum(axis=1)) + z.max(axis=1)';
      return fused && !isSmoothed && activation === 'softmax'
        ? { each: `${logSum} - (t * z).sum(axis=1)`, error: 'o - t' }
        : undefined;
    }
    default:
      return undefined;
  }
}
