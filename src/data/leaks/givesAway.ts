/** Measures how much of the target a single column tells. */
import { purposes, uniform } from '../../common/random';
import { gather } from '../inputs';
import { placesInOrder } from '../sorting';
import type { Column, NumberColumn } from '../table';

/** Rows on which a column of numbers is tried before all of them are sorted. */
const triedRows = 200;
/** A table of counts larger than this is not made. */
const mostCounts = 2 ** 22;

/** Rows, and the class of each row of the table. */
export interface Classes {
  readonly rows: Int32Array;
  readonly classOf: (row: number) => number;
  readonly count: number;
}

export interface Guessed {
  /** Rows whose class is guessed wrongly. */
  readonly wrong: number;
  readonly rows: number;
}

/** Rows that are wrong if the most frequent class is always guessed. */
export function alwaysTheSame({ rows, classOf, count }: Classes): Guessed {
  const tally = new Int32Array(count);
  for (const row of rows) {
    tally[classOf(row)]++;
  }
  return { wrong: rows.length - tally[largestOf(tally)], rows: rows.length };
}

/** A few of the rows, on which most columns of numbers are seen to be far from giving the class away. */
export interface Trial {
  readonly classes: Classes;
  /** The rows among them that are wrong if the most frequent class is always guessed. */
  readonly wrong: number;
}

/** A column is looked at closely if it errs at most a tenth as often as always the most frequent class. */
const closer = 10;

/** Undefined for a table that is soon looked at as a whole. */
export function trialOf(classes: Classes, constant: Guessed): Trial | undefined {
  // A column that gives the classes away may still err at each boundary between two of them.
  const errors = 2 * (2 * (classes.count - 1) + 1);
  const needed = Math.max(triedRows, Math.ceil((closer * errors * constant.rows) / constant.wrong));
  if (classes.rows.length <= 2 * needed) {
    return undefined;
  }
  const tried = { ...classes, rows: someOf(classes.rows, needed) };
  return { classes: tried, wrong: alwaysTheSame(tried).wrong };
}

/**
 * Guesses the class of each row from the other rows with the same cell, by their majority; where no other row
 * has it, from those with the nearest number. Missing cells count as one category. Undefined if the column is
 * clearly far from giving the class away, or has too many values to be counted.
 */
export function guessClasses(column: Column, classes: Classes, trial: Trial | undefined): Guessed | undefined {
  if (column.type === 'category') {
    return guessByCategory(column.codes, column.values.length, classes);
  }
  const isFar = trial && closer * guessByNumber(column, trial.classes).wrong > trial.wrong;
  return isFar ? undefined : guessByNumber(column, classes);
}

function guessByCategory(codes: Int32Array, values: number, { rows, classOf, count }: Classes): Guessed | undefined {
  if ((values + 1) * count > mostCounts) {
    return undefined;
  }
  const counts = new Int32Array((values + 1) * count);
  for (const row of rows) {
    counts[(codes[row] + 1) * count + classOf(row)]++;
  }
  let right = 0;
  for (let from = 0; from < counts.length; from += count) {
    right += guessedRight(counts.subarray(from, from + count));
  }
  return { wrong: rows.length - right, rows: rows.length };
}

/** Rows of a group whose class is that of most other rows of the group. */
function guessedRight(counts: Int32Array): number {
  let [most, second] = [0, 0];
  for (const count of counts) {
    if (count > most) {
      [most, second] = [count, most];
    } else if (count > second) {
      second = count;
    }
  }
  return most - 1 > second ? most : 0;
}

/** Rows with one number. */
interface Group {
  readonly key: number;
  /** Its most frequent class. */
  readonly most: number;
}

function guessByNumber(column: NumberColumn, { rows, classOf, count }: Classes): Guessed {
  const keys = gather(column, rows, Number.POSITIVE_INFINITY);
  const sorted = placesInOrder(keys);
  const tally = new Int32Array(count);
  let right = 0;
  let before: Group | undefined;
  /** A group of a single row, and the group before it, until the next one is known. */
  let single: { readonly group: Group; readonly before: Group | undefined } | undefined;
  const closeSingle = (next: Group | undefined) => {
    if (single && nearer(single.group.key, single.before, next)?.most === single.group.most) {
      right++;
    }
    single = undefined;
  };
  for (let from = 0; from < sorted.length; ) {
    const key = keys[sorted[from]];
    let to = from;
    tally.fill(0);
    while (to < sorted.length && keys[sorted[to]] === key) {
      tally[classOf(rows[sorted[to++]])]++;
    }
    const group = { key, most: largestOf(tally) };
    closeSingle(group);
    if (to - from === 1) {
      single = { group, before };
    } else {
      right += guessedRight(tally);
    }
    before = group;
    from = to;
  }
  closeSingle(undefined);
  return { wrong: rows.length - right, rows: rows.length };
}

/** The first place of the largest count. */
function largestOf(counts: Int32Array): number {
  let largest = 0;
  for (let at = 1; at < counts.length; at++) {
    largest = counts[at] > counts[largest] ? at : largest;
  }
  return largest;
}

function nearer(key: number, below: Group | undefined, above: Group | undefined): Group | undefined {
  return below && above ? (above.key - key < key - below.key ? above : below) : (below ?? above);
}

/** One row of each of `count` equal stretches, drawn with a fixed seed: rows may repeat with a period. */
export function someOf(rows: Int32Array, count: number): Int32Array {
  if (rows.length <= count) {
    return rows;
  }
  return Int32Array.from({ length: count }, (_, i) => {
    const from = Math.floor((i * rows.length) / count);
    const to = Math.floor(((i + 1) * rows.length) / count);
    return rows[from + Math.floor(uniform(0, purposes.probe, 0, i) * (to - from))];
  });
}

/** Pearson's correlation of the rows that have both numbers; NaN where one of them does not vary. */
export function correlation(a: Float64Array, b: Float64Array): number {
  let count = 0;
  let [meanA, meanB, squaresA, squaresB, products] = [0, 0, 0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    if (Number.isNaN(a[i]) || Number.isNaN(b[i])) {
      continue;
    }
    // Welford's update, which loses no digits where numbers are far from 0.
    count++;
    const [fromA, fromB] = [a[i] - meanA, b[i] - meanB];
    meanA += fromA / count;
    meanB += fromB / count;
    squaresA += fromA * (a[i] - meanA);
    squaresB += fromB * (b[i] - meanB);
    products += fromA * (b[i] - meanB);
  }
  const scale = Math.sqrt(squaresA) * Math.sqrt(squaresB);
  return scale > 0 ? Math.max(-1, Math.min(1, products / scale)) : Number.NaN;
}

export interface Fit {
  readonly kind: 'line' | 'ranks' | 'groups';
  /** Share of the variance that a line or the means of groups explain, or the size of a rank correlation. */
  readonly value: number;
}

/** How well a numeric target follows from a column, where it nearly does; otherwise undefined. */
export function fitOf(column: Column, target: NumberColumn, rows: Int32Array): Fit | undefined {
  if (column.type === 'category') {
    const value = explainedByGroups(column.codes, column.values.length + 1, target.values, rows);
    return value >= nearlyAll ? { kind: 'groups', value } : undefined;
  }
  const some = ranksAndLine(column, target, someOf(rows, triedRows));
  if (some.line < 0.99 && some.ranks < 0.99) {
    return undefined;
  }
  const { line, ranks } = ranksAndLine(column, target, rows);
  return line >= nearlyAll
    ? { kind: 'line', value: line }
    : ranks >= sameOrder
      ? { kind: 'ranks', value: ranks }
      : undefined;
}

/** Share of the variance, and rank correlation, from which a target counts as given away. */
const [nearlyAll, sameOrder] = [0.9999, 0.9999];

function ranksAndLine(column: NumberColumn, target: NumberColumn, rows: Int32Array) {
  const all = { a: gather(column, rows, Number.NaN), b: gather(target, rows, Number.NaN) };
  const a = all.a.filter((value) => !Number.isNaN(value));
  if (2 * a.length < rows.length) {
    return { line: 0, ranks: 0 };
  }
  const b = all.b.filter((_, at) => !Number.isNaN(all.a[at]));
  const line = correlation(a, b);
  return { line: line * line, ranks: Math.abs(correlation(ranksOf(a), ranksOf(b))) };
}

/** From 1; equal numbers share the mean of their ranks. */
export function ranksOf(values: Float64Array): Float64Array {
  const order = placesInOrder(values);
  const ranks = new Float64Array(values.length);
  for (let from = 0; from < order.length; ) {
    let to = from + 1;
    while (to < order.length && values[order[to]] === values[order[from]]) {
      to++;
    }
    for (let i = from; i < to; i++) {
      ranks[order[i]] = (from + 1 + to) / 2;
    }
    from = to;
  }
  return ranks;
}

/** Adjusted for the number of groups: a mean fits a group of one row exactly. */
function explainedByGroups(codes: Int32Array, groups: number, values: Float64Array, rows: Int32Array): number {
  const counts = new Float64Array(groups);
  const means = new Float64Array(groups);
  let [mean, squares, inside, used] = [0, 0, 0, 0];
  for (let i = 0; i < rows.length; i++) {
    const [value, group] = [values[rows[i]], codes[rows[i]] + 1];
    const away = value - mean;
    mean += away / (i + 1);
    squares += away * (value - mean);
    const fromMean = value - means[group];
    used += counts[group] === 0 ? 1 : 0;
    counts[group]++;
    means[group] += fromMean / counts[group];
    inside += fromMean * (value - means[group]);
  }
  const free = rows.length - used;
  return free <= 0 || squares === 0 || 2 * used > rows.length ? 0 : 1 - inside / free / (squares / (rows.length - 1));
}
