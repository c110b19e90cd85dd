/** Samples as plain arrays, which the libraries without tensors take. */

export function rowsOf(values, size, rows) {
  return Array.from({ length: rows }, (_, row) => Array.from(values.subarray(row * size, (row + 1) * size)));
}

/** Index of the class that a one-hot row names. */
export function classOf(row) {
  return row.indexOf(1);
}

/** Outputs of a network sample by sample, as one array. */
export function predictEach(samples, predict) {
  return samples.flatMap((sample) => Array.from(predict(sample)));
}

/** Every library that draws its own initial weights draws the same ones in every run. */
export function seedRandom(random) {
  Math.random = random;
}
