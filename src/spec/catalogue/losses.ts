/**
 * Losses: each is the mean of its formula over the batch. t is the target, o or p the output of K units, z
 * the logits.
 */
import { positive, real } from './parameters';
import type { LossEntry } from './types';

type Facts = Omit<LossEntry, 'kind' | 'name' | 'aliases' | 'parameters'> & Partial<Pick<LossEntry, 'parameters'>>;

const smoothing = real('label_smoothing', 0, { minimum: 0, exclusiveMaximum: 1 });

/** Activations whose outputs are above 0 and have no upper limit. */
const positiveOutputs = ['exponential', 'softplus', 'squareplus'];
/** Activations whose outputs reach as far below 0 as above it. */
const scores = ['linear', 'tanh', 'softsign', 'hard_tanh', 'lecun_tanh', 'tanh_shrink', 'sine'];
const shares = {
  fusedWith: ['softmax', 'softmin'],
  pairing: { right: ['softmax', 'softmin'], possible: ['sparsemax'], reason: 'probability' },
} as const;

export const losses: readonly LossEntry[] = [
  loss('mean_squared_error', ['mse', 'l2', 'l2_loss', 'quadratic'], {
    target: 'numbers',
    isSquaredError: true,
    formula: '(1/K)·Σ_k (o_k-t_k)²',
    derivative: '2·(o-t)/K',
    latex: 'L=\\frac1K\\sum_k (o_k-t_k)^2',
    latexDerivative: '\\frac{\\partial L}{\\partial o_k}=\\frac2K\\,(o_k-t_k)',
    range: '[0, ∞)',
    pytorch: 'torch.nn.MSELoss()',
    keras: 'keras.losses.MeanSquaredError()',
  }),
  loss('half_mean_squared_error', ['half_mse', 'half_squared_error', 'sum_squared_error', 'sse'], {
    target: 'numbers',
    isSquaredError: true,
    formula: '½·Σ_k (t_k-o_k)²',
    derivative: 'o-t',
    latex: 'L=\\frac12\\sum_k (t_k-o_k)^2',
    latexDerivative: '\\frac{\\partial L}{\\partial o_k}=o_k-t_k',
    range: '[0, ∞)',
    pytorch: '0.5 * ((o - t) ** 2).sum(dim=1).mean()',
    keras: '0.5 * keras.ops.mean(keras.ops.sum((o - t) ** 2, axis=1))',
  }),
  loss(
    'binary_crossentropy',
    [
      'bce',
      'binary_cross_entropy',
      'log_loss',
      'logistic_loss',
      'bce_with_logits',
      'bcewithlogitsloss',
      'sigmoid_cross_entropy',
    ],
    {
      target: 'binary',
      fusedWith: ['sigmoid'],
      pairing: {
        right: ['sigmoid'],
        possible: ['hard_sigmoid', 'softmax', 'softmin', 'sparsemax', 'gaussian', 'step'],
        reason: 'probability',
      },
      formula: '-(1/K)·Σ_k (t_k·log p_k+(1-t_k)·log(1-p_k))',
      derivative: '∂L/∂p = (p-t)/(p·(1-p))/K, ∂L/∂z = (p-t)/K',
      latex: 'L=-t\\log p-(1-t)\\log(1-p)',
      latexDerivative: '\\frac{\\partial L}{\\partial z}=p-t\\qquad p=\\sigma(z)',
      range: '[0, ∞)',
      parameters: [smoothing],
      pytorch: 'torch.nn.BCEWithLogitsLoss()',
      keras: 'keras.losses.BinaryCrossentropy()',
    },
  ),
  loss(
    'categorical_crossentropy',
    [
      'cross_entropy',
      'crossentropy',
      'categorical_cross_entropy',
      'sparse_categorical_crossentropy',
      'softmax_cross_entropy',
      'cce',
    ],
    {
      target: 'classes',
      ...shares,
      formula: '-Σ_k t_k·log p_k',
      derivative: '∂L/∂p = -t/p, ∂L/∂z = p-t',
      latex: 'L=-\\sum_k t_k\\log p_k',
      latexDerivative: '\\frac{\\partial L}{\\partial z_k}=p_k-t_k',
      range: '[0, ∞)',
      parameters: [smoothing],
      pytorch: 'torch.nn.CrossEntropyLoss()',
      keras: 'keras.losses.CategoricalCrossentropy()',
    },
  ),
  loss('mean_absolute_error', ['mae', 'l1'], {
    target: 'numbers',
    constant: 'median',
    formula: '(1/K)·Σ_k |o_k-t_k|',
    derivative: 'sign(o-t)/K',
    latex: 'L=\\frac1K\\sum_k |o_k-t_k|',
    latexDerivative: '\\frac{\\partial L}{\\partial o_k}=\\frac1K\\operatorname{sign}(o_k-t_k)',
    range: '[0, ∞)',
    pytorch: 'torch.nn.L1Loss()',
    keras: 'keras.losses.MeanAbsoluteError()',
  }),
  loss('huber', [], {
    target: 'numbers',
    constant: 'median',
    formula: '(1/K)·Σ_k h(o_k-t_k), h(d) = |d|≤delta ? ½d² : delta·(|d|-delta/2)',
    derivative: '|d|≤delta ? d/K : delta·sign(d)/K',
    latex:
      'L=\\begin{cases}\\frac12 d^2&|d|\\le\\delta\\\\ \\delta(|d|-\\frac\\delta2)&|d|>\\delta\\end{cases}\\qquad d=o-t',
    latexDerivative: '\\frac{\\partial L}{\\partial o}=\\max(-\\delta,\\min(\\delta,d))',
    range: '[0, ∞)',
    parameters: [real('delta', 1, { primary: true, ...positive })],
    pytorch: 'torch.nn.HuberLoss(delta=1.0)',
    keras: 'keras.losses.Huber(delta=1.0)',
  }),
  loss('smooth_l1', [], {
    target: 'numbers',
    constant: 'median',
    formula: '(1/K)·Σ_k h(o_k-t_k), h(d) = |d|<beta ? ½d²/beta : |d|-beta/2',
    derivative: '|d|<beta ? d/beta/K : sign(d)/K',
    latex:
      'L=\\begin{cases}\\frac{d^2}{2\\beta}&|d|<\\beta\\\\ |d|-\\frac\\beta2&|d|\\ge\\beta\\end{cases}\\qquad d=o-t',
    latexDerivative: '\\frac{\\partial L}{\\partial o}=\\max(-1,\\min(1,d/\\beta))',
    range: '[0, ∞)',
    parameters: [real('beta', 1, { primary: true, ...positive })],
    pytorch: 'torch.nn.SmoothL1Loss(beta=1.0)',
  }),
  loss('log_cosh', [], {
    target: 'numbers',
    constant: 'median',
    formula: '(1/K)·Σ_k log(cosh(o_k-t_k))',
    derivative: 'tanh(o-t)/K',
    latex: 'L=\\frac1K\\sum_k\\log\\cosh(o_k-t_k)',
    latexDerivative: '\\frac{\\partial L}{\\partial o_k}=\\frac1K\\tanh(o_k-t_k)',
    range: '[0, ∞)',
    keras: 'keras.losses.LogCosh()',
  }),
  loss('negative_log_likelihood', ['nll'], {
    target: 'classes',
    constant: 'log_mean',
    pairing: { right: ['log_softmax'], possible: [], reason: 'probability' },
    formula: '-Σ_k t_k·o_k',
    derivative: '∂L/∂o = -t, ∂L/∂z = p-t',
    latex: 'L=-\\sum_k t_k\\,o_k',
    latexDerivative: '\\frac{\\partial L}{\\partial o_k}=-t_k',
    range: '[0, ∞)',
    pytorch: 'torch.nn.NLLLoss()',
  }),
  loss('hinge', [], {
    target: 'binary',
    constant: 'majority',
    hasSignLabels: true,
    pairing: { right: scores, reason: 'sign' },
    formula: '(1/K)·Σ_k max(0, 1-t_k·o_k), t_k ∈ {-1, 1}',
    derivative: 't·o<1 ? -t/K : 0',
    latex: 'L=\\frac1K\\sum_k\\max(0,1-t_k o_k)',
    latexDerivative: '\\frac{\\partial L}{\\partial o_k}=-\\frac{t_k}K\\;[t_k o_k<1]',
    range: '[0, ∞)',
    keras: 'keras.losses.Hinge()',
  }),
  loss('squared_hinge', [], {
    target: 'binary',
    constant: 'majority',
    hasSignLabels: true,
    pairing: { right: scores, reason: 'sign' },
    formula: '(1/K)·Σ_k max(0, 1-t_k·o_k)², t_k ∈ {-1, 1}',
    derivative: 't·o<1 ? -2·t·(1-t·o)/K : 0',
    latex: 'L=\\max(0,1-to)^2',
    latexDerivative: '\\frac{\\partial L}{\\partial o}=-2t\\max(0,1-to)',
    range: '[0, ∞)',
    keras: 'keras.losses.SquaredHinge()',
  }),
  loss('categorical_hinge', [], {
    target: 'classes',
    constant: 'majority',
    formula: 'max(0, 1+max_k (1-t_k)·o_k-Σ_k t_k·o_k)',
    derivative: '∂L/∂o_k = L>0 ? -t_k+(1-t_k)·[k = argmax_j (1-t_j)·o_j] : 0',
    latex: 'L=\\max(0,1+\\max_k(1-t_k)o_k-t\\cdot o)',
    latexDerivative: '\\frac{\\partial L}{\\partial o_k}=[L>0]\\,\\bigl((1-t_k)[k=k^*]-t_k\\bigr)',
    range: '[0, ∞)',
    keras: 'keras.losses.CategoricalHinge()',
  }),
  loss('kl_divergence', ['kld', 'kl_div', 'kullback_leibler_divergence', 'kl'], {
    target: 'classes',
    ...shares,
    formula: 'Σ_k t_k·log(t_k/p_k)',
    derivative: '∂L/∂p = -t/p, ∂L/∂z = p-t',
    latex: 'L=\\sum_k t_k\\log\\frac{t_k}{p_k}',
    latexDerivative: '\\frac{\\partial L}{\\partial z_k}=p_k-t_k',
    range: '[0, ∞)',
    pytorch: "torch.nn.KLDivLoss(reduction='batchmean')",
    keras: 'keras.losses.KLDivergence()',
  }),
  loss('poisson', ['poisson_nll'], {
    target: 'numbers',
    pairing: {
      right: positiveOutputs,
      possible: ['relu', 'relu6', 'sigmoid', 'hard_sigmoid', 'softmax', 'softmin', 'sparsemax', 'gaussian'],
      reason: 'positive',
    },
    formula: '(1/K)·Σ_k (p_k-t_k·log p_k)',
    derivative: '(1-t/p)/K',
    latex: 'L=\\frac1K\\sum_k p_k-t_k\\log p_k',
    latexDerivative: '\\frac{\\partial L}{\\partial p_k}=\\frac1K\\Bigl(1-\\frac{t_k}{p_k}\\Bigr)',
    range: '(-∞, ∞)',
    pytorch: 'torch.nn.PoissonNLLLoss(log_input=False, full=False, eps=1e-08)',
    keras: 'keras.losses.Poisson()',
  }),
  loss('gaussian_nll', ['gaussian_negative_log_likelihood'], {
    target: 'numbers',
    constant: 'mean_and_log_variance',
    outputsPerTarget: 2,
    pairing: { right: ['linear'], reason: 'range' },
    formula: '½·(log σ²+(t-μ)²/σ²), o = [μ, log σ²]',
    derivative: '∂L/∂μ = (μ-t)/σ², ∂L/∂(log σ²) = ½·(1-(t-μ)²/σ²)',
    latex: 'L=\\frac12\\Bigl(\\log\\sigma^2+\\frac{(t-\\mu)^2}{\\sigma^2}\\Bigr)',
    latexDerivative: '\\frac{\\partial L}{\\partial\\mu}=\\frac{\\mu-t}{\\sigma^2}',
    range: '(-∞, ∞)',
    pytorch: 'torch.nn.GaussianNLLLoss()(mean, target, log_variance.exp())',
  }),
  loss('focal', ['binary_focal_crossentropy', 'categorical_focal_crossentropy'], {
    target: 'by_activation',
    fusedWith: ['sigmoid', 'softmax'],
    pairing: { right: ['sigmoid', 'softmax'], possible: ['hard_sigmoid'], reason: 'probability' },
    formula: '-alpha·(1-p_t)^gamma·log p_t',
    derivative: '∂L/∂p_t = alpha·(1-p_t)^(gamma-1)·(gamma·log p_t-(1-p_t)/p_t)',
    latex: 'L=-\\alpha\\,(1-p_t)^\\gamma\\log p_t',
    latexDerivative:
      '\\frac{\\partial L}{\\partial p_t}=\\alpha\\,(1-p_t)^{\\gamma-1}\\Bigl(\\gamma\\log p_t-\\frac{1-p_t}{p_t}\\Bigr)',
    range: '[0, ∞)',
    parameters: [real('alpha', 0.25, { exclusiveMinimum: 0, maximum: 1 }), real('gamma', 2, { minimum: 0 })],
    keras: 'keras.losses.BinaryFocalCrossentropy(apply_class_balancing=True, alpha=0.25, gamma=2.0)',
  }),
  loss('cosine_similarity', ['cosine', 'cosine_proximity'], {
    target: 'numbers',
    formula: '1-cos(o, t)',
    derivative: '(c·o/‖o‖-t/‖t‖)/‖o‖, c = cos(o, t)',
    latex: 'L=1-\\frac{o\\cdot t}{\\lVert o\\rVert\\lVert t\\rVert}',
    latexDerivative:
      '\\frac{\\partial L}{\\partial o}=\\frac1{\\lVert o\\rVert}\\Bigl(c\\,\\frac o{\\lVert o\\rVert}-\\frac t{\\lVert t\\rVert}\\Bigr)\\qquad c=1-L',
    range: '[0, 2]',
    pytorch: '1 - torch.nn.functional.cosine_similarity(o, t, dim=1)',
    keras: 'keras.losses.CosineSimilarity()',
  }),
];

function loss(name: string, aliases: readonly string[], facts: Facts): LossEntry {
  return { kind: 'loss', name, aliases, parameters: [], ...facts };
}

export function findLoss(name: string): LossEntry | undefined {
  return losses.find((entry) => entry.name === name);
}
