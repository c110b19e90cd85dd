/** A number with as few digits as its precision needs. */

/** Half the distance of a float32 number to the next one, relative to it. */
const halfUnit = 1 / (1 << 25);
const [fewestDigits, mostDigits] = [6, 17];

/** The shortest decimal within `tolerance` of a number. */
function shortestWithin(value: number, tolerance: number): number {
  // Trailing zeros drop out by themselves.
  for (let digits = fewestDigits; digits < mostDigits; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.abs(short - value) <= tolerance) {
      return short;
    }
  }
  return value;
}

/**
 * A number that a network computed in float32, without the digits that say nothing: at most nine. Of a sum
 * with a large `shift` the digits count from the size of what was added to it, `scale`.
 */
export function shortFloat(value: number, scale = Number.POSITIVE_INFINITY): number {
  return Number.isFinite(value) ? shortestWithin(value, halfUnit * Math.min(Math.abs(value), scale)) : value;
}
