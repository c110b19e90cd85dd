/**
 * Numbers that differ by factors: above 0, over more than one order of magnitude, and with logarithms that
 * lie evenly about their mean, such as prices of all kinds of goods.
 */
import { log } from '../common/math';
import type { WideNumbers } from '../spec/dataFacts';
import { momentsOf, quantile } from './inputs';

/** So many times is the number at the upper end of the middle 90 % that at the lower end. */
const fewestTimes = 10;
/**
 * Logarithms with a longer tail towards 0 tell of errors that do not grow with the number: near 0 they would
 * count for more than all others.
 */
const leastSkewness = -0.1;
/** Fewer numbers do not tell. */
const fewestNumbers = 30;

/** The ends of the middle 90 % of sorted numbers; undefined where they do not differ by factors. */
export function wideNumbers(sorted: Float64Array): WideNumbers | undefined {
  if (sorted.length < fewestNumbers || !(sorted[0] > 0)) {
    return undefined;
  }
  const [low, high] = [quantile(sorted, 0.05), quantile(sorted, 0.95)];
  return high >= fewestTimes * low && skewnessOf(sorted.map(log)) >= leastSkewness ? { low, high } : undefined;
}

/** The mean of the cubes of standardised values. */
function skewnessOf(values: Float64Array): number {
  const { mean, deviation } = momentsOf(values);
  const cubes = values.map((value) => {
    const standard = (value - mean) / deviation;
    return standard * standard * standard;
  });
  return cubes.reduce((sum, cube) => sum + cube, 0) / values.length;
}
