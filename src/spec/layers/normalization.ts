/** Layers that centre and scale their inputs, then scale and shift them by learned numbers. */
import { positive, real, trainable } from '../catalogue/parameters';
import { sizeOf } from '../shape';
import { layer } from './kind';
import { constantTensor } from './tensors';

const epsilon = real('epsilon', 1e-5, { ...positive, aliases: ['eps'], libraries: ['eps', 'epsilon'] });

export const batchNormalization = layer({
  name: 'batch_normalization',
  aliases: ['batch_norm', 'batchnorm', 'batch_norm1d', 'batch_norm2d', 'bn', 'batch_normalisation'],
  parameters: [
    real('momentum', 0.1, {
      minimum: 0,
      maximum: 1,
      // As in PyTorch, the weight of the newest batch; in Keras, that of the earlier ones.
      libraries: ['momentum', 'momentum'],
      kerasIsComplement: true,
    }),
    epsilon,
    trainable,
  ],
  formula: 'γ_c·(x-μ_c)/√(σ_c²+ε)+β_c, μ_c = E[x_{·c}], σ_c² = Var[x_{·c}]',
  latex: 'y=\\gamma_c\\,\\frac{x-\\mu_c}{\\sqrt{\\sigma_c^2+\\varepsilon}}+\\beta_c',
  letters: { '\\gamma': 'scale', '\\beta': 'shift', '\\mu': 'featureMean', '\\sigma': 'featureDeviation' },
  pytorch: 'torch.nn.BatchNorm1d(features, eps=1e-05, momentum=0.1)',
  keras: 'keras.layers.BatchNormalization(axis=1, momentum=0.9, epsilon=1e-05)',
  forward: 'normalize_batch',
  normalizesOver: 'batch',
  completionRank: 6,
  plan({ layer: { name }, input }) {
    const features = [input[0]];
    return {
      outputShape: input,
      tensors: [
        constantTensor(`${name}.weight`, 'scale', features, 1),
        constantTensor(`${name}.bias`, 'shift', features, 0),
      ],
      state: [
        constantTensor(`${name}.running_mean`, 'running_mean', features, 0),
        constantTensor(`${name}.running_var`, 'running_variance', features, 1),
      ],
    };
  },
  // Outside training the statistics are fixed: one multiplication and one addition per value.
  flops: ({ inputShape }) => 2 * sizeOf(inputShape),
});

export const layerNormalization = layer({
  name: 'layer_normalization',
  aliases: ['layer_norm', 'layernorm', 'ln', 'layer_normalisation'],
  parameters: [epsilon, trainable],
  formula: 'γ·(x-μ)/√(σ²+ε)+β, μ = E[x], σ² = Var[x]',
  latex: 'y=\\gamma\\,\\frac{x-\\mu}{\\sqrt{\\sigma^2+\\varepsilon}}+\\beta',
  letters: { '\\gamma': 'scale', '\\beta': 'shift', '\\mu': 'sampleMean', '\\sigma': 'sampleDeviation' },
  pytorch: 'torch.nn.LayerNorm(shape, eps=1e-05)',
  keras: 'keras.layers.LayerNormalization(epsilon=1e-05)',
  forward: 'normalize_sample',
  normalizesOver: 'sample',
  isNonlinear: true,
  plan: ({ layer: { name }, input }) => ({
    outputShape: input,
    tensors: [constantTensor(`${name}.weight`, 'scale', input, 1), constantTensor(`${name}.bias`, 'shift', input, 0)],
  }),
  // Per value: sum, difference, square, sum of squares, scale, γ, β.
  flops: ({ inputShape }) => 7 * sizeOf(inputShape),
});
