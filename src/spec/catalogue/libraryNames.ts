/** The names of parameters in PyTorch and in Keras. */
import type { CatalogueEntry, Kind, LibraryNames } from './types';

export type Library = 'pytorch' | 'keras';

/**
 * By kind and parameter, or by `entry.parameter` where entries of a kind differ. A name is empty if the
 * library has none. For layers, the names are in the table of layer kinds.
 */
const names: Readonly<Record<Exclude<Kind, 'layer'>, Readonly<Record<string, LibraryNames>>>> = {
  optimizer: {
    learning_rate: ['lr', 'learning_rate'],
    momentum: ['momentum', 'momentum'],
    dampening: ['dampening', ''],
    nesterov: ['nesterov', 'nesterov'],
    // In Keras weight decay is always decoupled: it shrinks the weights themselves.
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

/** Omits a library that lacks the entry, or whose entry lacks the parameter. */
export function libraryNamesOf(entry: CatalogueEntry, parameter: string): Readonly<Partial<Record<Library, string>>> {
  const [pytorch, keras] = namesOf(entry, parameter) ?? ['', ''];
  return {
    ...(pytorch && entry.pytorch ? { pytorch } : {}),
    ...(keras && entry.keras ? { keras } : {}),
  };
}

function namesOf({ kind, name, parameters }: CatalogueEntry, parameter: string): LibraryNames | undefined {
  if (kind === 'layer') {
    return parameters.find((each) => each.name === parameter)?.libraries;
  }
  const table = names[kind];
  const key = [`${name}.${parameter}`, parameter].find((each) => Object.hasOwn(table, each));
  return key === undefined ? undefined : table[key];
}
