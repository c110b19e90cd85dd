/** Layers. `name` is every layer's and not listed; shapes leave out the batch axis. */
import { flag, integer, positive, real } from './parameters';
import type { CatalogueEntry, ParameterEntry } from './types';

type Facts = Pick<CatalogueEntry, 'formula' | 'latex' | 'pytorch' | 'keras'>;

const activation: ParameterEntry = {
  name: 'activation',
  type: 'activation',
  default: 'linear',
  aliases: ['act', 'activation_fn'],
};
const useBias = flag('use_bias', true, { aliases: ['bias'] });
const kernelInitializer: ParameterEntry = {
  name: 'kernel_initializer',
  type: 'initializer',
  default: 'torch_default',
  aliases: ['weight_initializer', 'init', 'initializer', 'kernel_init'],
};
const biasInitializer: ParameterEntry = {
  name: 'bias_initializer',
  type: 'initializer',
  default: 'torch_default',
  aliases: ['bias_init'],
};
const kernelRegularizer: ParameterEntry = {
  name: 'kernel_regularizer',
  type: 'regularizer',
  default: null,
  standard: 'none',
  aliases: ['regularizer', 'weight_regularizer'],
};
const epsilon = real('epsilon', 1e-5, { ...positive, aliases: ['eps'] });
/** Far beyond any image; keeps every product of sizes exact. */
const largestExtent = 65_536;
const size = (name: string, rest: Partial<ParameterEntry> = {}, value?: number): ParameterEntry =>
  integer(name, value, { minimum: 1, ...rest });
const rate = real('rate', 0.5, {
  primary: true,
  minimum: 0,
  exclusiveMaximum: 1,
  aliases: ['p', 'prob', 'probability'],
});

export const layers: readonly CatalogueEntry[] = [
  layer(
    'dense',
    ['linear', 'fully_connected', 'fc', 'inner_product', 'affine'],
    [
      size('units', { primary: true, aliases: ['out_features', 'neurons', 'nodes', 'size', 'output_dim'] }),
      activation,
      useBias,
      kernelInitializer,
      biasInitializer,
      kernelRegularizer,
    ],
    {
      formula: 'activation(W·x+b)',
      latex: 'y=a(W x+b)',
      pytorch: 'torch.nn.Linear(in_features, units)',
      keras: 'keras.layers.Dense(units)',
    },
  ),
  layer(
    'activation',
    ['activation_layer', 'nonlinearity'],
    [{ name: 'activation', type: 'activation', primary: true, aliases: ['function'] }],
    {
      formula: 'activation(x)',
      latex: 'y=a(x)',
      keras: 'keras.layers.Activation(activation)',
    },
  ),
  layer('dropout', ['drop_out'], [rate], {
    formula: 'x·m/(1-rate), P(m = 0) = rate, P(m = 1) = 1-rate',
    latex: 'y=\\frac{x\\,m}{1-\\text{rate}}\\qquad P(m=0)=\\text{rate}',
    pytorch: 'torch.nn.Dropout(p=0.5)',
    keras: 'keras.layers.Dropout(rate=0.5)',
  }),
  layer('flatten', [], [], {
    formula: '[C, H, W] → [C·H·W]',
    pytorch: 'torch.nn.Flatten()',
    keras: 'keras.layers.Flatten()',
  }),
  layer('alpha_dropout', [], [rate], {
    formula: 'a·(x·m-1.7581·(1-m))+b, P(m = 0) = rate; a, b: E[y] = E[x], Var[y] = Var[x]',
    latex: 'y=a\\,(x\\,m-1.7581\\,(1-m))+b\\qquad m\\in\\{0,1\\}',
    pytorch: 'torch.nn.AlphaDropout(p=0.5)',
    keras: 'keras.layers.AlphaDropout(rate=0.5)',
  }),
  layer(
    'gaussian_noise',
    ['noise'],
    [real('stddev', undefined, { primary: true, minimum: 0, aliases: ['std', 'sigma'] })],
    {
      formula: 'x+n, n ~ N(0, stddev²)',
      latex: 'y=x+n\\qquad n\\sim N(0,\\,\\sigma^2)',
      keras: 'keras.layers.GaussianNoise(stddev)',
    },
  ),
  layer(
    'reshape',
    ['unflatten', 'view'],
    [{ name: 'shape', type: 'shape', primary: true, aliases: ['target_shape'] }],
    {
      formula: '[n] → shape',
      pytorch: 'torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Unflatten(1, shape))',
      keras: 'keras.layers.Reshape(shape)',
    },
  ),
  layer(
    'batch_normalization',
    ['batch_norm', 'batchnorm', 'batch_norm1d', 'batch_norm2d', 'bn', 'batch_normalisation'],
    [real('momentum', 0.1, { minimum: 0, maximum: 1 }), epsilon],
    {
      formula: 'γ_c·(x-μ_c)/√(σ_c²+ε)+β_c, μ_c = E[x_{·c}], σ_c² = Var[x_{·c}]',
      latex: 'y=\\gamma_c\\,\\frac{x-\\mu_c}{\\sqrt{\\sigma_c^2+\\varepsilon}}+\\beta_c',
      pytorch: 'torch.nn.BatchNorm1d(features, eps=1e-05, momentum=0.1)',
      keras: 'keras.layers.BatchNormalization(axis=1, momentum=0.9, epsilon=1e-05)',
    },
  ),
  layer('layer_normalization', ['layer_norm', 'layernorm', 'ln', 'layer_normalisation'], [epsilon], {
    formula: 'γ·(x-μ)/√(σ²+ε)+β, μ = E[x], σ² = Var[x]',
    latex: 'y=\\gamma\\,\\frac{x-\\mu}{\\sqrt{\\sigma^2+\\varepsilon}}+\\beta',
    pytorch: 'torch.nn.LayerNorm(shape, eps=1e-05)',
    keras: 'keras.layers.LayerNormalization(epsilon=1e-05)',
  }),
  layer('conv1d', ['convolution1d', 'conv_1d'], convolution(1), {
    formula: 'activation(W ⋆ x+b), (W ⋆ x)[f, i] = Σ_c Σ_u W[f, c, u]·x[c, s·i+d·u]',
    latex: 'y_{fi}=a\\,\\Bigl(\\sum_{cu}W_{fcu}\\,x_{c,\\,si+du}+b_f\\Bigr)',
    pytorch: 'torch.nn.Conv1d(in_channels, filters, kernel_size)',
    keras: "keras.layers.Conv1D(filters, kernel_size, data_format='channels_first')",
  }),
  layer('conv2d', ['convolution2d', 'conv', 'conv_2d', 'convolution'], convolution(2), {
    formula: 'activation(W ⋆ x+b), (W ⋆ x)[f, i, j] = Σ_c Σ_u Σ_v W[f, c, u, v]·x[c, s·i+d·u, s·j+d·v]',
    latex: 'y_{fi}=a\\,\\Bigl(\\sum_{cu}W_{fcu}\\,x_{c,\\,si+du}+b_f\\Bigr)',
    pytorch: 'torch.nn.Conv2d(in_channels, filters, kernel_size)',
    keras: "keras.layers.Conv2D(filters, kernel_size, data_format='channels_first')",
  }),
  layer('max_pooling2d', ['max_pool2d', 'maxpool', 'max_pool', 'max_pooling', 'maxpooling2d'], pooling(), {
    formula: 'max_{u, v} x[c, s·i+u, s·j+v]',
    latex: 'y_{cij}=\\max_{uv}\\,x_{c,\\,si+u,\\,sj+v}',
    pytorch: 'torch.nn.MaxPool2d(pool_size)',
    keras: "keras.layers.MaxPooling2D(pool_size, data_format='channels_first')",
  }),
  layer('average_pooling2d', ['avg_pool2d', 'avg_pool', 'average_pooling', 'avgpool', 'avg_pooling2d'], pooling(), {
    formula: '1/(h·w)·Σ_{u<h} Σ_{v<w} x[c, s·i+u, s·j+v]',
    latex: 'y_{cij}=\\frac1{hw}\\sum_{uv}x_{c,\\,si+u,\\,sj+v}',
    pytorch: 'torch.nn.AvgPool2d(pool_size)',
    keras: "keras.layers.AveragePooling2D(pool_size, data_format='channels_first')",
  }),
  layer('global_average_pooling2d', ['global_avg_pool2d', 'adaptive_avg_pool2d', 'gap'], [], {
    formula: '1/(H·W)·Σ_i Σ_j x[c, i, j]',
    latex: 'y_c=\\frac1{HW}\\sum_i\\sum_j x_{c,i,j}',
    pytorch: 'torch.nn.Sequential(torch.nn.AdaptiveAvgPool2d(1), torch.nn.Flatten())',
    keras: "keras.layers.GlobalAveragePooling2D(data_format='channels_first')",
  }),
  layer(
    'residual',
    ['skip', 'res_block', 'residual_block', 'shortcut'],
    [{ name: 'layers', type: 'layers', primary: true, aliases: ['block'] }],
    {
      formula: 'x+f(x)',
      latex: 'y=x+f(x)',
    },
  ),
  later('embedding', [], [], {
    formula: 'W[i]',
    pytorch: 'torch.nn.Embedding(num_embeddings, embedding_dim)',
    keras: 'keras.layers.Embedding(input_dim, output_dim)',
  }),
  later('simple_rnn', ['rnn'], [size('units', { primary: true })], {
    formula: 'h ← tanh(W·x+U·h+b)',
    pytorch: 'torch.nn.RNN(input_size, units)',
    keras: 'keras.layers.SimpleRNN(units)',
  }),
  later('lstm', [], [size('units', { primary: true })], {
    formula: 'c ← f·c+i·g; h ← o·tanh(c)',
    pytorch: 'torch.nn.LSTM(input_size, units)',
    keras: 'keras.layers.LSTM(units)',
  }),
  later('gru', [], [size('units', { primary: true })], {
    formula: 'h ← (1-z)·n+z·h',
    pytorch: 'torch.nn.GRU(input_size, units)',
    keras: 'keras.layers.GRU(units)',
  }),
];

function convolution(axes: number): readonly ParameterEntry[] {
  return [
    size('filters', { primary: true, aliases: ['out_channels', 'channels'] }),
    extent('kernel_size', axes, { aliases: ['kernel'] }),
    extent('strides', axes, { default: 1, aliases: ['stride'] }),
    extent('padding', axes, { default: 'valid', minimum: 0, choices: ['valid', 'same'], aliases: ['pad'] }),
    extent('dilation_rate', axes, { default: 1, aliases: ['dilation'] }),
    size('groups', {}, 1),
    activation,
    useBias,
    kernelInitializer,
    biasInitializer,
    kernelRegularizer,
  ];
}

function pooling(): readonly ParameterEntry[] {
  return [
    extent('pool_size', 2, { primary: true, aliases: ['kernel_size', 'size'] }),
    extent('strides', 2, { default: null, standard: 'pool_size', aliases: ['stride'] }),
    extent('padding', 2, { default: 0, minimum: 0, aliases: ['pad'] }),
  ];
}

/** A number for each axis, or one for all of them. */
function extent(name: string, axes: number, rest: Omit<ParameterEntry, 'name' | 'type' | 'axes'>): ParameterEntry {
  return { name, type: 'size', axes, minimum: 1, maximum: largestExtent, ...rest };
}

function layer(
  name: string,
  aliases: readonly string[],
  parameters: readonly ParameterEntry[],
  facts: Facts,
): CatalogueEntry {
  return { kind: 'layer', name, aliases, parameters, ...facts };
}

function later(...args: Parameters<typeof layer>): CatalogueEntry {
  return { ...layer(...args), unsupported: true };
}
