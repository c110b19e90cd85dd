/**
 * Values that people write, by the name of the key: what a form begins with, and what is offered where a
 * number belongs.
 */
const examples: Readonly<Record<string, readonly number[]>> = {
  units: [16, 8, 32, 64, 128],
  filters: [16, 8, 32, 64],
  kernel_size: [3, 5, 7],
  pool_size: [2, 3],
  strides: [1, 2],
  padding: [0, 1, 2],
  groups: [1, 2],
  dilation_rate: [1, 2],
  rate: [0.1, 0.2, 0.5],
  stddev: [0.1, 0.05],
  learning_rate: [0.01, 0.1, 0.001, 0.0001],
  momentum: [0.9, 0.99],
  weight_decay: [0.01, 0.001, 0.0001],
  label_smoothing: [0.1],
  every: [100, 1000],
  gamma: [0.1, 0.5, 0.999],
  first: [100],
  start: [1],
  end: [0.1],
  base: [0.001],
  maximum: [0.1],
  warmup: [100],
  value: [0, 1],
  threshold: [0],
  batch_size: [16, 32, 64, 128],
  epochs: [50, 100, 200, 500, 1000],
  seed: [0, 1, 42],
  patience: [5, 10, 20],
  min_delta: [0.001],
  clip_norm: [1],
  clip_value: [0.5, 1],
  train: [0.8, 0.7, 1],
  validation: [0.2, 0.15],
  test: [0.15, 0.2],
  samples: [200, 500, 1000, 5000],
  noise: [0, 0.1, 0.3],
  classes: [2, 3, 4],
  l1: [0.001, 0.0001],
  l2: [0.001, 0.0001],
  k: [3, 5],
};

export function examplesOf(key: string): readonly number[] {
  return Object.hasOwn(examples, key) ? examples[key] : [];
}
