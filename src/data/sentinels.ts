/**
 * Numbers that probably stand for a missing value, such as -999: each occurs several times, exactly the same,
 * far from all other numbers of its column.
 */
import type { Sentinels } from '../spec/tableFacts';
import { BlockColumn } from './numberBlock';
import type { NumberColumn } from './table';

/** Nines, eights and sevens, also with decimals, and the ends of the ranges that devices count in. */
const usual = new Set(
  [
    ...[2, 3, 4, 5, 6, 7].flatMap((digits) => ['9', '8', '7'].map((digit) => Number(digit.repeat(digits)))),
    ...[99.9, 99.99, 999.9, 999.99, 9999.9, 9999.99, 999.25],
    ...[127, 128, 255, 32767, 32768, 65535, 2147483647, 2147483648, 4294967295],
  ].flatMap((value) => [value, -value]),
);
const smallestUsual = 77;

/** A number that occurs once or twice may be a slip. */
const fewestCells = 3;
/** It lies at least so many ranges of all other numbers away from them. */
const farRanges = 0.5;
/** The others: so many, and so many different ones, that they are numbers and no codes. */
const [fewestOthers, fewestDistinct] = [20, 5];

/** Any other number must be frequent, and farther away from more different ones. */
const unusual = { cells: 5, share: 0.01, ranges: 5, distinct: 20 };

/** Undefined where there are none, or where others are too few or too alike to judge. */
export function sentinelsIn(column: NumberColumn): Sentinels | undefined {
  // An array holds measurements or pixels.
  if (column.dates || column instanceof BlockColumn) {
    return undefined;
  }
  const { values } = column;
  const found = new Map<number, number>();
  let [low, high, others] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0];
  for (let row = 0; row < values.length; row++) {
    const value = values[row];
    if ((value >= smallestUsual || value <= -smallestUsual) && usual.has(value)) {
      found.set(value, (found.get(value) ?? 0) + 1);
    } else if (!Number.isNaN(value)) {
      others++;
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
  }
  const isFar = (value: number) => Math.max(low - value, value - high) > farRanges * (high - low);
  const marks = [...found]
    .filter(([value, count]) => count >= fewestCells && isFar(value))
    .map(([value, count]) => ({ value, count }));
  if (marks.length > 0) {
    return others >= fewestOthers && hasDistinct(values, fewestDistinct + marks.length)
      ? { low, high, marks: marks.sort((a, b) => b.count - a.count) }
      : undefined;
  }
  for (const [value, count] of found) {
    others += count;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return unusualEnd(values, low, high, others);
}

/** The smallest or the largest of numbers, where it is frequent and far from all others. */
function unusualEnd(values: Float64Array, low: number, high: number, count: number): Sentinels | undefined {
  let [atLow, atHigh] = [0, 0];
  let [nextLow, nextHigh] = [high, low];
  for (let row = 0; row < values.length; row++) {
    const value = values[row];
    if (value === low) {
      atLow++;
    } else if (value < nextLow) {
      nextLow = value;
    }
    if (value === high) {
      atHigh++;
    } else if (value > nextHigh) {
      nextHigh = value;
    }
  }
  for (const [value, cells, inner, outer] of [
    [low, atLow, nextLow, high],
    [high, atHigh, nextHigh, low],
  ]) {
    const others = count - cells;
    const isFrequent = cells >= unusual.cells && cells >= unusual.share * count && others >= fewestOthers;
    // Zero is the usual amount of what there is none of.
    if (
      value !== 0 &&
      isFrequent &&
      Math.abs(value - inner) > unusual.ranges * Math.abs(outer - inner) &&
      hasDistinct(values, unusual.distinct + 1)
    ) {
      return { low: Math.min(inner, outer), high: Math.max(inner, outer), marks: [{ value, count: cells }] };
    }
  }
  return undefined;
}

function hasDistinct(values: Float64Array, wanted: number): boolean {
  const distinct = new Set<number>();
  for (let row = 0; row < values.length && distinct.size < wanted; row++) {
    if (!Number.isNaN(values[row])) {
      distinct.add(values[row]);
    }
  }
  return distinct.size >= wanted;
}
