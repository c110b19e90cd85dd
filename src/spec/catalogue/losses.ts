/** Losses; each is a mean over the batch of the formula, t the target, o or p the output of K units, z the logits. */
import { positive, real, unsupported } from './parameters';
import type { CatalogueEntry } from './types';

type Facts = Omit<CatalogueEntry, 'kind' | 'name' | 'aliases' | 'parameters'> &
  Partial<Pick<CatalogueEntry, 'parameters'>>;

const smoothing = real('label_smoothing', 0, { minimum: 0, exclusiveMaximum: 1, ...unsupported });

export const losses: readonly CatalogueEntry[] = [
  loss('mean_squared_error', ['mse', 'l2', 'l2_loss', 'quadratic'], {
    formula: '(1/K)·Σ_k (o_k-t_k)²',
    derivative: '∂L/∂o_k = (2/K)·(o_k-t_k)',
    latex: 'L=\\frac1K\\sum_k (o_k-t_k)^2',
    latexDerivative: '\\frac{\\partial L}{\\partial o_k}=\\frac2K\\,(o_k-t_k)',
    range: '[0, ∞)',
    pytorch: 'torch.nn.MSELoss()',
    keras: 'keras.losses.MeanSquaredError()',
  }),
  loss('half_mean_squared_error', ['half_mse', 'half_squared_error', 'sum_squared_error', 'sse'], {
    formula: '½·Σ_k (t_k-o_k)²',
    derivative: '∂L/∂o_k = o_k-t_k',
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
      formula: '-(1/K)·Σ_k (t_k·log p_k+(1-t_k)·log(1-p_k))',
      derivative: '∂L/∂p_k = (1/K)·(p_k-t_k)/(p_k·(1-p_k)); ∂L/∂z_k = (1/K)·(p_k-t_k)',
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
      formula: '-Σ_k t_k·log p_k',
      derivative: '∂L/∂p_k = -t_k/p_k; ∂L/∂z_k = p_k-t_k',
      latex: 'L=-\\sum_k t_k\\log p_k',
      latexDerivative: '\\frac{\\partial L}{\\partial z_k}=p_k-t_k',
      range: '[0, ∞)',
      parameters: [smoothing],
      pytorch: 'torch.nn.CrossEntropyLoss()',
      keras: 'keras.losses.CategoricalCrossentropy()',
    },
  ),
  later('mean_absolute_error', ['mae', 'l1'], {
    formula: '(1/K)·Σ_k |o_k-t_k|',
    range: '[0, ∞)',
    pytorch: 'torch.nn.L1Loss()',
    keras: 'keras.losses.MeanAbsoluteError()',
  }),
  later('huber', [], {
    formula: '(1/K)·Σ_k h(o_k-t_k), h(d) = ½d² for |d|≤delta, else delta·(|d|-delta/2)',
    range: '[0, ∞)',
    parameters: [real('delta', 1, { primary: true, ...positive })],
    pytorch: 'torch.nn.HuberLoss(delta=1.0)',
    keras: 'keras.losses.Huber(delta=1.0)',
  }),
  later('smooth_l1', [], {
    formula: '(1/K)·Σ_k h(o_k-t_k), h(d) = ½d²/beta for |d|<beta, else |d|-beta/2',
    range: '[0, ∞)',
    parameters: [real('beta', 1, { primary: true, ...positive })],
    pytorch: 'torch.nn.SmoothL1Loss(beta=1.0)',
  }),
  later('log_cosh', [], {
    formula: '(1/K)·Σ_k log(cosh(o_k-t_k))',
    range: '[0, ∞)',
    keras: 'keras.losses.LogCosh()',
  }),
  later('negative_log_likelihood', ['nll'], {
    formula: '-Σ_k t_k·o_k',
    range: '[0, ∞)',
    pytorch: 'torch.nn.NLLLoss()',
  }),
  later('hinge', [], {
    formula: '(1/K)·Σ_k max(0, 1-t_k·o_k), t_k ∈ {-1, 1}',
    range: '[0, ∞)',
    keras: 'keras.losses.Hinge()',
  }),
  later('squared_hinge', [], {
    formula: '(1/K)·Σ_k max(0, 1-t_k·o_k)², t_k ∈ {-1, 1}',
    range: '[0, ∞)',
    keras: 'keras.losses.SquaredHinge()',
  }),
  later('categorical_hinge', [], {
    formula: 'max(0, 1+max_{k≠c} o_k-o_c), t_c = 1',
    range: '[0, ∞)',
    keras: 'keras.losses.CategoricalHinge()',
  }),
  later('kl_divergence', ['kld', 'kl_div', 'kullback_leibler_divergence', 'kl'], {
    formula: 'Σ_k t_k·log(t_k/p_k)',
    range: '[0, ∞)',
    pytorch: "torch.nn.KLDivLoss(reduction='batchmean')",
    keras: 'keras.losses.KLDivergence()',
  }),
  later('poisson', ['poisson_nll'], {
    formula: '(1/K)·Σ_k (p_k-t_k·log p_k)',
    range: '(-∞, ∞)',
    pytorch: 'torch.nn.PoissonNLLLoss(log_input=False)',
    keras: 'keras.losses.Poisson()',
  }),
  later('gaussian_nll', ['gaussian_negative_log_likelihood'], {
    formula: '½·(log σ²+(t-μ)²/σ²), outputs are μ and log σ² in halves',
    range: '(-∞, ∞)',
    pytorch: 'torch.nn.GaussianNLLLoss()',
  }),
  later('focal', ['binary_focal_crossentropy', 'categorical_focal_crossentropy'], {
    formula: '-alpha·(1-p_t)^gamma·log p_t',
    range: '[0, ∞)',
    parameters: [real('alpha', 0.25, { minimum: 0, maximum: 1 }), real('gamma', 2, { minimum: 0 })],
    keras: 'keras.losses.BinaryFocalCrossentropy(alpha=0.25, gamma=2.0)',
  }),
  later('cosine_similarity', ['cosine', 'cosine_proximity'], {
    formula: '1-cos(o, t)',
    range: '[0, 2]',
    pytorch: '1 - torch.nn.functional.cosine_similarity(o, t, dim=1)',
    keras: 'keras.losses.CosineSimilarity()',
  }),
];

function loss(name: string, aliases: readonly string[], facts: Facts): CatalogueEntry {
  return { kind: 'loss', name, aliases, parameters: [], ...facts };
}

function later(name: string, aliases: readonly string[], facts: Facts): CatalogueEntry {
  return { ...loss(name, aliases, facts), unsupported: true };
}
