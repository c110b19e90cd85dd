/** Layers. `name` is every layer's and not listed; shapes leave out the batch axis. */
import { flag, integer, positive, real, unsupported } from './parameters';
import type { CatalogueEntry, ParameterEntry } from './types';

type Facts = Pick<CatalogueEntry, 'formula' | 'pytorch' | 'keras'>;

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
  ...unsupported,
};
const biasInitializer: ParameterEntry = {
  name: 'bias_initializer',
  type: 'initializer',
  default: 'torch_default',
  aliases: ['bias_init'],
  ...unsupported,
};
const kernelRegularizer: ParameterEntry = {
  name: 'kernel_regularizer',
  type: 'regularizer',
  default: null,
  aliases: ['regularizer', 'weight_regularizer'],
  ...unsupported,
};
const epsilon = real('epsilon', 1e-5, { ...positive, aliases: ['eps'] });
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
      pytorch: 'torch.nn.ReLU()',
      keras: "keras.layers.Activation('relu')",
    },
  ),
  layer('dropout', ['drop_out'], [rate], {
    formula: 'in training x·m/(1-rate), m 0 with probability rate, else 1; later x',
    pytorch: 'torch.nn.Dropout(p=0.5)',
    keras: 'keras.layers.Dropout(rate=0.5)',
  }),
  layer('flatten', [], [], {
    formula: '[C, H, W] → [C·H·W]',
    pytorch: 'torch.nn.Flatten()',
    keras: 'keras.layers.Flatten()',
  }),
  later('alpha_dropout', [], [rate], {
    formula: 'dropout that keeps the mean and variance of selu',
    pytorch: 'torch.nn.AlphaDropout(p=0.5)',
    keras: 'keras.layers.AlphaDropout(rate=0.5)',
  }),
  later(
    'gaussian_noise',
    ['noise'],
    [real('stddev', undefined, { primary: true, minimum: 0, aliases: ['std', 'sigma'] })],
    {
      formula: 'in training x+N(0, stddev²); later x',
      keras: 'keras.layers.GaussianNoise(stddev)',
    },
  ),
  later('reshape', ['unflatten', 'view'], [{ name: 'shape', type: 'text', primary: true, aliases: ['target_shape'] }], {
    formula: '[n] → shape',
    pytorch: 'torch.nn.Unflatten(1, shape)',
    keras: 'keras.layers.Reshape(shape)',
  }),
  later(
    'batch_normalization',
    ['batch_norm', 'batchnorm', 'batch_norm1d', 'batch_norm2d', 'bn', 'batch_normalisation'],
    [real('momentum', 0.1, { minimum: 0, maximum: 1 }), epsilon],
    {
      formula: 'γ·(x-μ)/√(σ²+ε)+β over the batch, for each entry of axis 1',
      pytorch: 'torch.nn.BatchNorm1d(features, eps=1e-05, momentum=0.1)',
      keras: 'keras.layers.BatchNormalization(axis=1, momentum=0.9, epsilon=1e-05)',
    },
  ),
  later('layer_normalization', ['layer_norm', 'layernorm', 'ln', 'layer_normalisation'], [epsilon], {
    formula: 'γ·(x-μ)/√(σ²+ε)+β over all axes of a sample',
    pytorch: 'torch.nn.LayerNorm(shape, eps=1e-05)',
    keras: 'keras.layers.LayerNormalization(epsilon=1e-05)',
  }),
  later('conv1d', ['convolution1d', 'conv_1d'], convolution(), {
    formula: 'activation(W ⋆ x+b) along one axis',
    pytorch: 'torch.nn.Conv1d(in_channels, filters, kernel_size)',
    keras: 'keras.layers.Conv1D(filters, kernel_size)',
  }),
  later('conv2d', ['convolution2d', 'conv', 'conv_2d', 'convolution'], convolution(), {
    formula: 'activation(W ⋆ x+b) over two axes',
    pytorch: 'torch.nn.Conv2d(in_channels, filters, kernel_size)',
    keras: "keras.layers.Conv2D(filters, kernel_size, data_format='channels_first')",
  }),
  later('max_pooling2d', ['max_pool2d', 'maxpool', 'max_pool', 'max_pooling', 'maxpooling2d'], pooling(), {
    formula: 'largest value of each window',
    pytorch: 'torch.nn.MaxPool2d(pool_size)',
    keras: "keras.layers.MaxPooling2D(pool_size, data_format='channels_first')",
  }),
  later('average_pooling2d', ['avg_pool2d', 'avg_pool', 'average_pooling', 'avgpool', 'avg_pooling2d'], pooling(), {
    formula: 'mean of each window',
    pytorch: 'torch.nn.AvgPool2d(pool_size)',
    keras: "keras.layers.AveragePooling2D(pool_size, data_format='channels_first')",
  }),
  later('global_average_pooling2d', ['global_avg_pool2d', 'adaptive_avg_pool2d', 'gap'], [], {
    formula: '[C, H, W] → [C], the mean of each channel',
    pytorch: 'torch.nn.AdaptiveAvgPool2d(1)',
    keras: "keras.layers.GlobalAveragePooling2D(data_format='channels_first')",
  }),
  later(
    'residual',
    ['skip', 'res_block', 'residual_block', 'shortcut'],
    [{ name: 'layers', type: 'text', primary: true }],
    {
      formula: 'x+block(x)',
    },
  ),
  later('embedding', [], [], {
    formula: 'row W[i] for the integer i',
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

function convolution(): readonly ParameterEntry[] {
  return [
    size('filters', { primary: true, aliases: ['out_channels', 'channels'] }),
    size('kernel_size', { aliases: ['kernel'] }),
    size('strides', { aliases: ['stride'] }, 1),
    { name: 'padding', type: 'text', default: 'valid', aliases: ['pad'] },
    size('dilation_rate', { aliases: ['dilation'] }, 1),
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
    size('pool_size', { primary: true, aliases: ['kernel_size', 'size'] }),
    { name: 'strides', type: 'integer', default: null, minimum: 1, aliases: ['stride'] },
    integer('padding', 0, { minimum: 0, aliases: ['pad'] }),
  ];
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
