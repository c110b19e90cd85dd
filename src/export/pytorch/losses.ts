/** Losses in PyTorch: the loss of each sample, and the mean where PyTorch has it in one call. */

import type { LossHead } from '../lossHead';
import { numberLiteral } from '../python/source';

interface TorchLoss {
  /** Lines before the result. */
  readonly lines?: readonly string[];
  /** The loss of each sample: `[batch]`. */
  readonly each: string;
  /** The mean over the batch, where one call gives it. */
  readonly mean?: string;
}

type Source = (number: (name: string) => string, head: LossHead) => TorchLoss;

/** A loss that is a mean over the outputs. */
const perOutput = (expression: string, mean?: string): TorchLoss => ({
  each: `(${expression}).mean(dim=1)`,
  ...(mean !== undefined && { mean }),
});

/** A call of PyTorch's own, whose reduction is a mean over all outputs. */
const ofLibrary = (name: string, rest = ''): TorchLoss => ({
  each: `F.${name}(o, t${rest}, reduction="none").mean(dim=1)`,
  mean: `F.${name}(o, t${rest})`,
});

const smoothed = (epsilon: string, share: string) =>
  epsilon === '0' ? [] : [`t = t * (1 - ${epsilon}) + ${epsilon} / ${share}`];
const boundedLog = 'torch.log(o).clamp(min=-100)';

/** The logits of softmax; those of softmin with the sign that makes them so. */
const logitsOf = ({ activation }: LossHead) => (activation === 'softmin' ? '-o' : 'o');

const sources: Readonly<Record<string, Source>> = {
  mean_squared_error: () => ofLibrary('mse_loss'),
  half_mean_squared_error: () => ({ each: '0.5 * ((o - t) ** 2).sum(dim=1)' }),
  mean_absolute_error: () => ofLibrary('l1_loss'),
  huber: (number) => ofLibrary('huber_loss', `, delta=${number('delta')}`),
  smooth_l1: (number) => ofLibrary('smooth_l1_loss', `, beta=${number('beta')}`),
  log_cosh: () => ({ ...perOutput('d + F.softplus(-2 * d) - np.log(2)'), lines: ['d = o - t'] }),
  binary_crossentropy: (number, { fused }) => ({
    lines: smoothed(number('label_smoothing'), '2'),
    ...ofLibrary(fused ? 'binary_cross_entropy_with_logits' : 'binary_cross_entropy'),
  }),
  categorical_crossentropy: (number, head) => {
    const epsilon = number('label_smoothing');
    const smoothing = epsilon === '0' ? '' : `, label_smoothing=${epsilon}`;
    const call = (rest: string) => `F.cross_entropy(${logitsOf(head)}, t${smoothing}${rest})`;
    return head.fused
      ? { each: call(', reduction="none"'), mean: call('') }
      : { lines: smoothed(epsilon, 't.shape[1]'), each: `-(t * ${boundedLog}).sum(dim=1)` };
  },
  negative_log_likelihood: () => ({ each: '-(t * o).sum(dim=1)' }),
  kl_divergence: (_, head) => {
    const cross = head.fused
      ? `F.cross_entropy(${logitsOf(head)}, t, reduction="none")`
      : `-(t * ${boundedLog}).sum(dim=1)`;
    return { each: `torch.xlogy(t, t).sum(dim=1) + ${cross}`.replace('+ -', '- ') };
  },
  hinge: () => perOutput('F.relu(1 - (2 * t - 1) * o)'),
  squared_hinge: () => perOutput('F.relu(1 - (2 * t - 1) * o) ** 2'),
  categorical_hinge: () => ({
    lines: ['right, rival = (t * o).sum(dim=1), ((1 - t) * o).max(dim=1).values'],
    each: 'F.relu(1 + rival - right)',
  }),
  poisson: () => perOutput('o - t * torch.log(o + 1e-8)'),
  gaussian_nll: () => ({
    ...perOutput('0.5 * (log_variance + (t - mean) ** 2 * torch.exp(-log_variance))'),
    lines: ['mean, log_variance = o.chunk(2, dim=1)'],
  }),
  focal: (number, { fused, activation }) => {
    const [alpha, gamma] = [number('alpha'), number('gamma')];
    if (activation === 'softmax') {
      const logs = fused ? 'F.log_softmax(o, dim=1)' : boundedLog;
      return {
        lines: [`log_p = ${logs}`],
        each: `-(${alpha} * t * (1 - torch.exp(log_p)) ** ${gamma} * log_p).sum(dim=1)`,
      };
    }
    const entropy = fused ? 'binary_cross_entropy_with_logits' : 'binary_cross_entropy';
    return {
      lines: [
        `p = ${fused ? 'torch.sigmoid(o)' : 'o'}`,
        'missed = p * (1 - t) + (1 - p) * t',
        `weight = ${alpha} * t + (1 - ${alpha}) * (1 - t)`,
      ],
      ...perOutput(`weight * missed ** ${gamma} * F.${entropy}(o, t, reduction="none")`),
    };
  },
  cosine_similarity: () => ({ each: '1 - F.cosine_similarity(o, t, dim=1)' }),
};

/** The function `loss_of(o, t)`, with weights `loss_of(o, t, w)`. */
export function lossSource(head: LossHead, weighted: boolean): string {
  const { name, parameters } = head.loss;
  const source = sources[name];
  if (!source) {
    throw new Error(`No export has the loss ${name}: add it to losses.ts.`);
  }
  const { lines = [], each, mean } = source((key) => numberLiteral(parameters[key] as number), head);
  const result = weighted
    ? [`losses = ${each}`, 'return (w * losses).sum() / w.sum().clamp(min=1e-30)']
    : [`return ${mean ?? `(${each}).mean()`}`];
  return [`def loss_of(o, t${weighted ? ', w' : ''}):`, ...[...lines, ...result].map((line) => `    ${line}`), ''].join(
    '\n',
  );
}
