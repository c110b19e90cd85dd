/** What parameters are called in PyTorch and in Keras. */
import type { CatalogueEntry, Kind } from './types';

export interface LibraryNames {
  readonly pytorch?: string;
  readonly keras?: string;
}

type Names = readonly [pytorch: string, keras: string];

/** By the name that both share with us, else by kind and, where a kind does not settle it, by the entry. An empty name: none. */
const names: Readonly<Record<Kind, Readonly<Record<string, Names>>>> = {
  layer: {
    units: ['out_features', 'units'],
    filters: ['out_channels', 'filters'],
    kernel_size: ['kernel_size', 'kernel_size'],
    strides: ['stride', 'strides'],
    padding: ['padding', 'padding'],
    dilation_rate: ['dilation', 'dilation_rate'],
    groups: ['groups', 'groups'],
    pool_size: ['kernel_size', 'pool_size'],
    activation: ['', 'activation'],
    use_bias: ['bias', 'use_bias'],
    kernel_initializer: ['', 'kernel_initializer'],
    bias_initializer: ['', 'bias_initializer'],
    kernel_regularizer: ['', 'kernel_regularizer'],
    rate: ['p', 'rate'],
    stddev: ['', 'stddev'],
    shape: ['unflattened_size', 'target_shape'],
    momentum: ['momentum', 'momentum'],
    epsilon: ['eps', 'epsilon'],
  },
  optimizer: {
    learning_rate: ['lr', 'learning_rate'],
    momentum: ['momentum', 'momentum'],
    dampening: ['dampening', ''],
    nesterov: ['nesterov', 'nesterov'],
    // Keras' shrinks the weights themselves, whatever the optimizer.
    weight_decay: ['weight_decay', ''],
    'adamw.weight_decay': ['weight_decay', 'weight_decay'],
    'lion.weight_decay': ['', 'weight_decay'],
    beta_1: ['betas[0]', 'beta_1'],
    beta_2: ['betas[1]', 'beta_2'],
    epsilon: ['eps', 'epsilon'],
    amsgrad: ['amsgrad', 'amsgrad'],
    rho: ['rho', 'rho'],
    'rmsprop.rho': ['alpha', 'rho'],
    centered: ['centered', 'centered'],
    initial_accumulator_value: ['initial_accumulator_value', 'initial_accumulator_value'],
    momentum_decay: ['momentum_decay', ''],
    eta_minus: ['etas[0]', ''],
    eta_plus: ['etas[1]', ''],
    step_min: ['step_sizes[0]', ''],
    step_max: ['step_sizes[1]', ''],
  },
  loss: {
    label_smoothing: ['label_smoothing', 'label_smoothing'],
    'binary_crossentropy.label_smoothing': ['', 'label_smoothing'],
    delta: ['delta', 'delta'],
    beta: ['beta', ''],
    alpha: ['', 'alpha'],
    gamma: ['', 'gamma'],
  },
  schedule: {
    every: ['step_size', 'decay_steps'],
    at: ['milestones', 'boundaries'],
    gamma: ['gamma', ''],
    'step.gamma': ['gamma', 'decay_rate'],
    'exponential.gamma': ['gamma', 'decay_rate'],
    steps: ['total_iters', 'decay_steps'],
    'cosine.steps': ['T_max', 'decay_steps'],
    minimum: ['eta_min', ''],
    first: ['T_0', 'first_decay_steps'],
    factor: ['T_mult', 't_mul'],
    'reduce_on_plateau.factor': ['factor', 'factor'],
    start: ['start_factor', ''],
    'linear.end': ['end_factor', ''],
    end: ['', 'end_learning_rate'],
    power: ['power', 'power'],
    maximum: ['max_lr', ''],
    share: ['pct_start', ''],
    div: ['div_factor', ''],
    final_div: ['final_div_factor', ''],
    cycle_momentum: ['cycle_momentum', ''],
    base: ['base_lr', ''],
    up: ['step_size_up', ''],
    down: ['step_size_down', ''],
    mode: ['mode', ''],
    patience: ['patience', 'patience'],
    threshold: ['threshold', ''],
    monitor: ['', 'monitor'],
  },
  initializer: {
    gain: ['gain', 'gain'],
    minimum: ['a', 'minval'],
    maximum: ['b', 'maxval'],
    mean: ['mean', 'mean'],
    stddev: ['std', 'stddev'],
    value: ['val', 'value'],
  },
  activation: {
    negative_slope: ['negative_slope', 'negative_slope'],
    init: ['init', 'alpha_initializer'],
    lower: ['lower', ''],
    upper: ['upper', ''],
    alpha: ['alpha', 'alpha'],
    approximate: ['approximate', 'approximate'],
    beta: ['beta', ''],
    threshold: ['threshold', 'threshold'],
    'softplus.threshold': ['threshold', ''],
    'hard_shrink.threshold': ['lambd', 'threshold'],
    'soft_shrink.threshold': ['lambd', 'threshold'],
    value: ['value', 'default_value'],
    b: ['', 'b'],
    min: ['min_val', ''],
    max: ['max_val', ''],
  },
  metric: { k: ['', 'k'] },
};

/** Left out where the library has no such thing, or the thing has no such parameter there. */
export function libraryNamesOf(entry: CatalogueEntry, parameter: string): LibraryNames {
  const table = names[entry.kind];
  const specific = `${entry.name}.${parameter}`;
  const key = Object.hasOwn(table, specific) ? specific : parameter;
  if (!Object.hasOwn(table, key)) {
    return {};
  }
  const [pytorch, keras] = table[key];
  return {
    ...(pytorch && entry.pytorch ? { pytorch } : {}),
    ...(keras && entry.keras ? { keras } : {}),
  };
}
