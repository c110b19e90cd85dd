/** Samples as plain arrays, for the libraries without tensors. */

export function rowsOf(values, size, rows) {
  return Array.from({ length: rows }, (_, row) => Array.from(values.subarray(row * size, (row + 1) * size)));
}

/** The class of a one-hot row. */
export function classOf(row) {
  return row.indexOf(1);
}

/** The outputs of a network for each sample, in one array. */
export function predictEach(samples, predict) {
  return samples.flatMap((sample) => Array.from(predict(sample)));
}

/** Replaces Math.random, so that a library draws the same initial weights in every run. */
export function seedRandom(random) {
  Math.random = random;
}
