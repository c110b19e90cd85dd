/** Whether one mean loss is better than another, as far as a few held-out rows can tell. */

/** A difference within so many standard errors is no difference: chance alone makes it one time in twenty. */
const standardErrors = 2;

/** Whether the difference of two means, whose standard error is given, may be chance. */
export function mayBeChance(difference: number, error: number): boolean {
  return Math.abs(difference) <= standardErrors * error;
}

/**
 * The standard error of the mean of a − b, the losses of two models for the same rows; NaN for fewer than two
 * rows. Rows are compared in pairs, since what is hard for one model is hard for the other.
 */
export function errorOfDifference(a: Float64Array, b: Float64Array): number {
  const { length } = a;
  let mean = 0;
  for (let i = 0; i < length; i++) {
    mean += (a[i] - b[i]) / length;
  }
  let squares = 0;
  for (let i = 0; i < length; i++) {
    const difference = a[i] - b[i] - mean;
    squares += difference * difference;
  }
  return Math.sqrt(squares / (length - 1) / length);
}
