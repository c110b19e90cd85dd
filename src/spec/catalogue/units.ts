/** The units of numbers; their words are in the labels. */
export const units = [
  'samples',
  'epochs',
  'steps',
  'neurons',
  'channels',
  'cells',
  'classes',
  'share',
  'deviation',
  'rate',
] as const;
export type Unit = (typeof units)[number];

/** By the parameter's name, since a name means the same in every entry. */
const byName: Readonly<Record<string, Unit>> = {
  units: 'neurons',
  filters: 'channels',
  groups: 'channels',
  kernel_size: 'cells',
  strides: 'cells',
  padding: 'cells',
  dilation_rate: 'cells',
  pool_size: 'cells',
  rate: 'share',
  share: 'share',
  label_smoothing: 'share',
  stddev: 'deviation',
  noise: 'deviation',
  samples: 'samples',
  classes: 'classes',
  k: 'classes',
  learning_rate: 'rate',
  every: 'steps',
  at: 'steps',
  steps: 'steps',
  first: 'steps',
  up: 'steps',
  down: 'steps',
  warmup: 'steps',
  patience: 'epochs',
};

/** Undefined for a pure number: a factor, a decay, an exponent. */
export function unitOf(parameter: string): Unit | undefined {
  return Object.hasOwn(byName, parameter) ? byName[parameter] : undefined;
}
