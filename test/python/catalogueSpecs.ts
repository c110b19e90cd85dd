/** Small specs that hold, all together, the whole catalogue. */
import { activations } from '../../src/spec/catalogue';
import type { CatalogueEntry } from '../../src/spec/catalogue/types';

/** Required parameters, by entry. */
const required: Readonly<Record<string, string>> = { threshold: '{ threshold: 0.1, value: 0.2 }' };

function written({ name }: CatalogueEntry): string {
  return required[name] ? `{ ${name}: ${required[name]} }` : name;
}

function moons(activation: string): string {
  return `data: { source: { moons: { samples: 60, noise: 0.1 } } }
model: { layers: [{ dense: { units: 6, activation: ${activation} } }, { dense: { units: 1, activation: sigmoid } }] }
training: { optimizer: { sgd: 0.1 }, batch_size: 16, epochs: 2 }
`;
}

interface Flowers {
  readonly hidden?: string;
  readonly output?: string;
  readonly training?: string;
  readonly optimizer?: string;
}

function flowers({ hidden, output = 'softmax', training = '', optimizer = '{ sgd: 0.1 }' }: Flowers): string {
  return `data: { source: iris, scale: standard, split: { train: 0.6, validation: 0.2, test: 0.2 }, stratify: true }
model: { layers: [${hidden ?? '{ dense: { units: 6, activation: tanh } }'}, { dense: { units: 3, activation: ${output} } }] }
training: { optimizer: ${optimizer}, batch_size: 16, epochs: 3${training} }
`;
}

function measured(loss: string, { units = 1, activation = 'linear' } = {}): string {
  return `data: { source: sine, scale: standard, scale_target: minmax }
model: { layers: [{ dense: { units: 6, activation: tanh } }, { dense: { units: ${units}, activation: ${activation} } }] }
training: { loss: ${loss}, optimizer: { adam: 0.01 }, batch_size: 16, epochs: 2, metrics: [root_mean_squared_error, mean_absolute_error, mean_squared_error, r2] }
`;
}

function diagnosis(loss: string, activation: string): string {
  return `data: { source: breast_cancer, scale: robust }
model: { layers: [{ dense: { units: 1, activation: ${activation} } }] }
training: { loss: ${loss}, class_weight: balanced, optimizer: { sgd: 0.1 }, batch_size: 64, epochs: 2, metrics: [accuracy, precision, recall, f1, auc, average_precision, matthews] }
`;
}

function pictures(layers: string): string {
  return `data: { source: digits, scale: minmax, shape: [1, 8, 8] }
model: { layers: [${layers}, { dense: { units: 10, activation: softmax } }] }
training: { optimizer: { sgd: 0.05 }, batch_size: 64, epochs: 1 }
`;
}

const momentum = '{ sgd: { learning_rate: 0.1, momentum: 0.9 } }';
/** PyTorch 1.13 multiplies nadam's momentum twice, so that its nadam is another rule. */
const optimizers = ['{ sgd: { learning_rate: 0.1, momentum: 0.9, nesterov: true, weight_decay: 0.01 } }'].concat(
  ['{ sgd: { learning_rate: 0.1, momentum: 0.9, dampening: 0.3 } }', '{ adam: { amsgrad: true, weight_decay: 0.1 } }'],
  ['adamw', '{ rmsprop: { momentum: 0.5, centered: true } }', 'adagrad', 'adadelta', 'adamax', 'radam', 'rprop'],
  ['{ lion: { weight_decay: 0.1 } }'],
);
const schedules = ['{ step: { every: 5 } }', '{ multi_step: { at: [3, 9] } }', '{ exponential: 0.9 }', 'cosine'].concat(
  ['{ cosine_restarts: { first: 3, factor: 2 } }', '{ linear: { start: 1, end: 0.1, warmup: 4 } }'],
  ['{ polynomial: { power: 2 } }', '{ one_cycle: 0.1 }', '{ reduce_on_plateau: { patience: 0, threshold: 0.5 } }'],
  ['{ cyclic: { base: 0.01, maximum: 0.2, up: 3, down: 4, mode: triangular2 } }'],
);
const initializers = ['glorot_uniform', 'glorot_normal', 'he_uniform', 'he_normal', 'lecun_uniform'].concat(
  ['lecun_normal', 'orthogonal', '{ random_uniform: { minimum: -0.1, maximum: 0.2 } }', 'identity', 'ones'],
  ['{ random_normal: { mean: 0.1, stddev: 0.2 } }', '{ truncated_normal: { stddev: 0.3 } }', '{ constant: 0.1 }'],
);
const layers: Readonly<Record<string, string>> = {
  'dropout, alpha_dropout, gaussian_noise':
    '{ dense: { units: 8, activation: relu } }, { dropout: 0.3 }, { alpha_dropout: 0.2 }, { gaussian_noise: 0.1 }',
  'batch_normalization, layer_normalization, prelu':
    '{ dense: { units: 8, use_bias: false } }, batch_normalization, { activation: prelu }, layer_normalization',
  'nested residual blocks':
    '{ dense: { units: 8, activation: tanh } }, { residual: [{ dense: { units: 8, activation: relu } }, { residual: [{ dense: 8 }] }] }',
  'frozen layers, penalties and names that Python takes':
    '{ dense: { units: 8, trainable: false, name: type } }, { dense: { units: 8, activation: tanh, name: class, kernel_regularizer: { l1: 0.01, l2: 0.02 } } }',
};

function entries(
  names: readonly string[],
  prefix: string,
  make: (name: string) => string,
): (readonly [string, string])[] {
  return names.map((name) => [`${prefix} ${name}`, make(name)] as const);
}

export const catalogueSpecs: Readonly<Record<string, string>> = Object.fromEntries([
  ...entries(
    [...activations.map(written), '{ custom: "x^2 / (1 + abs(x)) + max(x, 0.1) + step(x)" }'],
    'the activation',
    moons,
  ),
  ...entries(optimizers, 'the optimizer', (optimizer) => flowers({ optimizer })),
  ...entries(schedules, 'the schedule', (schedule) =>
    flowers({ optimizer: momentum, training: `, schedule: ${schedule}` }),
  ),
  ...entries(initializers, 'the initializer', (name) =>
    flowers({ hidden: `{ dense: { units: 6, activation: tanh, kernel_initializer: ${name} } }` }),
  ),
  ...Object.entries(layers).map(([name, hidden]) => [name, flowers({ hidden, training: ', clip_norm: 1' })] as const),
  ...entries(
    [
      'mean_squared_error',
      'half_mean_squared_error',
      'mean_absolute_error',
      '{ huber: 0.5 }',
      '{ smooth_l1: 0.5 }',
      'log_cosh',
    ],
    'the loss',
    (loss) => measured(loss),
  ),
  ['the loss gaussian_nll', measured('gaussian_nll', { units: 2 })],
  ...entries(
    ['binary_crossentropy', 'focal', '{ binary_crossentropy: { label_smoothing: 0.1 } }'],
    'the loss',
    (loss) => diagnosis(loss, 'sigmoid'),
  ),
  ...entries(['hinge', 'squared_hinge'], 'the loss', (loss) => diagnosis(loss, 'tanh')),
  ['binary_crossentropy on probabilities', diagnosis('binary_crossentropy', 'hard_sigmoid')],
  ...(
    [
      ['categorical_crossentropy', 'softmin'],
      ['categorical_crossentropy', 'sparsemax'],
      ['{ categorical_crossentropy: { label_smoothing: 0.1 } }', 'softmax'],
      ['kl_divergence', 'softmax'],
      ['negative_log_likelihood', 'log_softmax'],
      ['categorical_hinge', 'linear'],
      ['focal', 'softmax'],
    ] as const
  ).map(([loss, output]) => {
    // Sparsemax gives exact zeros, and a zero that is rounded away is no tie any more.
    const order = output === 'sparsemax' ? '' : ', auc';
    const training = `, loss: ${loss}, class_weight: { setosa: 2 }, metrics: [accuracy, { top_k_accuracy: 2 }, f1, matthews${order}]`;
    return [`the loss ${loss} after ${output}`, flowers({ output, training })] as const;
  }),
  [
    'early stopping that restores the best weights',
    flowers({ training: ', early_stopping: { monitor: val_loss, patience: 1, min_delta: 0.2, restore_best: true }' }),
  ],
  ['rows in their own order, clipped values', flowers({ training: ', shuffle: false, clip_value: 0.05' })],
  [
    'conv2d, max_pooling2d, average_pooling2d',
    pictures(
      '{ conv2d: { filters: 4, kernel_size: 3, strides: 2, padding: 1, activation: relu } }, batch_normalization, { max_pooling2d: { pool_size: 3, strides: 1, padding: 1 } }, { average_pooling2d: { pool_size: 2, padding: 1 } }, flatten',
    ),
  ],
  [
    'even kernels, groups, dilation, global_average_pooling2d',
    pictures(
      '{ conv2d: { filters: 4, kernel_size: [2, 4], padding: same } }, { conv2d: { filters: 4, kernel_size: 3, groups: 2, use_bias: false, dilation_rate: 2 } }, layer_normalization, { activation: softmax }, global_average_pooling2d',
    ),
  ],
  [
    'reshape, conv1d, glu',
    pictures(
      '{ reshape: [4, 16] }, { conv1d: { filters: 6, kernel_size: 3, activation: glu } }, batch_normalization, flatten',
    ),
  ],
]);
