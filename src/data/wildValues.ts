/**
 * Wild numbers: a few of a column, so far from the others that a mean of squares is about them and hardly
 * about the rest. Slips of the keyboard, prices in another currency, or one castle among houses.
 */
import { log } from '../common/math';
import type { WildValues } from '../spec/dataFacts';
import { quantile } from './inputs';

/** A number is wild only if it lies more than so many interquartile ranges beyond the quartiles. */
const farRanges = 10;
/**
 * Where all numbers are above 0, their logarithms must lie apart as well, by so many of their own ranges:
 * incomes and other amounts have a long tail, whose logarithms lie close together.
 */
const farLogarithms = 3;
/** A larger share of the rows is a group of its own, which can be learned. */
const largestShare = 0.01;
/** Fewer rows do not tell what is usual. */
const fewestRows = 20;
/** With this share of all squared distances from the median, the wild numbers decide what is learned. */
const decisive = 0.5;

/** More targets are a picture or a curve; sorting each would take long. */
export const mostExamined = 10;

/** The wild ones among numbers in ascending order; undefined where they would hardly matter. */
export function wildValues(sorted: Float64Array): WildValues | undefined {
  const count = sorted.length;
  if (count < fewestRows || !isSpread(sorted)) {
    return undefined;
  }
  const isFar = outside(sorted, farRanges);
  if (!isFar(sorted[0]) && !isFar(sorted[count - 1])) {
    return undefined;
  }
  const isFarLogarithm = sorted[0] > 0 ? outside(sorted.map(log), farLogarithms) : undefined;
  const wild = sorted.filter((value) => isFar(value) && (isFarLogarithm?.(log(value)) ?? true));
  // Two of fewer than two hundred are still a few.
  if (wild.length === 0 || wild.length > Math.max(2, largestShare * count)) {
    return undefined;
  }
  const middle = quantile(sorted, 0.5);
  const squares = (values: Float64Array) => values.reduce((sum, value) => sum + (value - middle) * (value - middle), 0);
  const share = squares(wild) / squares(sorted);
  const [first, last] = [wild[0], wild[wild.length - 1]];
  return share >= decisive
    ? { count: wild.length, share, farthest: middle - first > last - middle ? first : last }
    : undefined;
}

/** Whether the quartiles differ. */
function isSpread(sorted: Float64Array): boolean {
  return quantile(sorted, 0.25) < quantile(sorted, 0.75);
}

/** Tells numbers that lie more than so many interquartile ranges beyond the quartiles. */
function outside(sorted: Float64Array, ranges: number): (value: number) => boolean {
  const [lower, upper] = [quantile(sorted, 0.25), quantile(sorted, 0.75)];
  const far = ranges * (upper - lower);
  return (value) => value < lower - far || value > upper + far;
}
