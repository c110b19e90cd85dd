/**
 * Losses as curves of one output with the target held fixed, and their gradients, in closed form; for
 * pictures only.
 */
import { cosh, exp, log, log1p, pow, tanh } from '../../common/math';
import { num } from './parameters';
import type { ParameterValues } from './types';

/** The variable on the horizontal axis, and the values that are held fixed. */
export type LossView = 'zero' | 'one' | 'logit' | 'classes' | 'logProbability' | 'mean' | 'pair';

export interface LossCurve {
  readonly view: LossView;
  /** The range of the curve: −5..5 unless the loss is defined on less. */
  readonly low: number;
  readonly high: number;
  /** The kinks and jumps of f and its slope. */
  readonly kinks: readonly number[];
  f(x: number): number;
  df(x: number): number;
}

/** Undefined for a name that is no loss. */
export function lossCurve(name: string, p: ParameterValues): LossCurve | undefined {
  switch (name) {
    case 'mean_squared_error':
      return curve(
        'zero',
        (d) => d * d,
        (d) => 2 * d,
      );
    case 'half_mean_squared_error':
      return curve(
        'zero',
        (d) => (d * d) / 2,
        (d) => d,
      );
    case 'gaussian_nll':
      return curve(
        'mean',
        (d) => (d * d) / 2,
        (d) => d,
      );
    case 'mean_absolute_error':
      return curve('zero', Math.abs, Math.sign, { kinks: [0] });
    case 'huber': {
      const delta = num(p, 'delta');
      const f = (d: number): number => (Math.abs(d) <= delta ? (d * d) / 2 : delta * (Math.abs(d) - delta / 2));
      return curve('zero', f, (d) => Math.max(-delta, Math.min(delta, d)), { kinks: [-delta, delta] });
    }
    case 'smooth_l1': {
      const beta = num(p, 'beta');
      const f = (d: number): number => (Math.abs(d) < beta ? (d * d) / (2 * beta) : Math.abs(d) - beta / 2);
      return curve('zero', f, (d) => Math.max(-1, Math.min(1, d / beta)), { kinks: [-beta, beta] });
    }
    case 'log_cosh':
      return curve('zero', (d) => log(cosh(d)), tanh);
    case 'binary_crossentropy':
      return crossEntropy('logit', 1 - num(p, 'label_smoothing') / 2);
    case 'categorical_crossentropy':
      return crossEntropy('classes', 1 - num(p, 'label_smoothing') / 2);
    case 'kl_divergence':
      return crossEntropy('classes', 1);
    case 'negative_log_likelihood':
      return curve(
        'logProbability',
        (o) => -o,
        () => -1,
        { high: 0 },
      );
    case 'hinge':
      return curve(
        'one',
        (o) => Math.max(0, 1 - o),
        (o) => (o < 1 ? -1 : 0),
        { kinks: [1] },
      );
    case 'categorical_hinge':
      return curve(
        'classes',
        (o) => Math.max(0, 1 - o),
        (o) => (o < 1 ? -1 : 0),
        { kinks: [1] },
      );
    case 'squared_hinge':
      return curve(
        'one',
        (o) => Math.max(0, 1 - o) * Math.max(0, 1 - o),
        (o) => -2 * Math.max(0, 1 - o),
        { kinks: [1] },
      );
    case 'poisson':
      return curve(
        'one',
        (o) => o - log(o),
        (o) => 1 - 1 / o,
        { low: 0.05 },
      );
    case 'focal':
      return focal(num(p, 'alpha'), num(p, 'gamma'));
    case 'cosine_similarity':
      return curve(
        'pair',
        (o) => 1 - o / Math.sqrt(o * o + 1),
        (o) => -1 / ((o * o + 1) * Math.sqrt(o * o + 1)),
      );
    default:
      return undefined;
  }
}

function curve(
  view: LossView,
  f: (x: number) => number,
  df: (x: number) => number,
  rest: Partial<Pick<LossCurve, 'low' | 'high' | 'kinks'>> = {},
): LossCurve {
  return { view, low: -5, high: 5, kinks: [], f, df, ...rest };
}

/** −t·log σ(z) − (1−t)·log(1−σ(z)) = log(1+e^z) − t·z; the same for two classes whose other logit is 0. */
function crossEntropy(view: LossView, t: number): LossCurve {
  return curve(
    view,
    (z) => log1p(exp(z)) - t * z,
    (z) => 1 / (1 + exp(-z)) - t,
  );
}

function focal(alpha: number, gamma: number): LossCurve {
  const f = (z: number): number => alpha * pow(1 / (1 + exp(z)), gamma) * log1p(exp(-z));
  const df = (z: number): number => {
    const q = 1 / (1 + exp(z));
    return alpha * pow(q, gamma) * (-gamma * (1 - q) * log1p(exp(-z)) - q);
  };
  return curve('logit', f, df);
}
