/** Describes a column for the Data view: its numbers or categories, and what it gives to the network. */
import { countedCategories, histogramBars, shorten } from '../../common/limits';
import type { ColumnName, ColumnNumbers, ColumnUse, ColumnView, Histogram } from '../../spec/dataView';
import { isoDate } from '../../spec/dates';
import type { InputScale } from '../../spec/inputScale';
import { badTexts, tallyCodes } from '../columnFacts';
import type { OpenedTable } from '../index';
import { momentsOf, quantile, widthOf } from '../inputs';
import { areWhole } from '../numbers';
import { mostFrequent } from '../profile';
import { sortedNumbers } from '../sorting';
import type { CategoryColumn, Column, NumberColumn } from '../table';
import { limitedCells } from '../tails';

export function viewOfColumn(column: Column, name: ColumnName, use: ColumnUse | undefined): ColumnView {
  const content = column.type === 'category' ? ofCategories(column) : ofNumbers(column);
  return { ...name, ...content, ...(use && { use }) };
}

function ofCategories({ codes, values }: CategoryColumn) {
  const tally = tallyCodes(codes, values.length);
  const present = tally.reduce((sum, count) => sum + count, 0);
  const counts = mostFrequent(values.length, (code) => ({ value: shorten(values[code]), count: tally[code] }));
  return { missing: codes.length - present, distinct: values.length, values: counts.slice(0, countedCategories) };
}

function ofNumbers(column: NumberColumn) {
  const { values, dates, bad, unit } = column;
  const sorted = sortedNumbers(values);
  const texts = bad.length > 0 ? badTexts(column).toSorted((a, b) => b.count - a.count) : [];
  const missing = values.length - sorted.length - texts.reduce((sum, { count }) => sum + count, 0);
  const shown = texts.slice(0, countedCategories).map(({ text, count }) => ({ value: shorten(text), count }));
  const cells = { missing, ...(unit !== undefined && { unit }), ...(shown.length > 0 && { texts: shown }) };
  if (sorted.length === 0) {
    return { ...cells, distinct: 0 };
  }
  const numbers = summaryOf(sorted);
  const histogram = histogramOf(sorted);
  return {
    ...cells,
    distinct: distinctOf(sorted),
    numbers,
    ...(histogram && { histogram }),
    ...(dates && { dates: [isoDate(numbers.minimum), isoDate(numbers.maximum)] as const }),
  };
}

function distinctOf(sorted: Float64Array): number {
  let count = 1;
  for (let i = 1; i < sorted.length; i++) {
    if (sorted[i] !== sorted[i - 1]) {
      count++;
    }
  }
  return count;
}

function summaryOf(sorted: Float64Array): ColumnNumbers {
  const { mean, deviation } = momentsOf(sorted);
  return {
    minimum: sorted[0],
    lowerQuartile: quantile(sorted, 0.25),
    median: quantile(sorted, 0.5),
    upperQuartile: quantile(sorted, 0.75),
    maximum: sorted[sorted.length - 1],
    mean,
    deviation,
  };
}

/** About √n bars, at most `histogramBars`. Undefined if the numbers are too far apart for a width. */
export function histogramOf(sorted: Float64Array): Histogram | undefined {
  const low = sorted[0];
  const range = sorted[sorted.length - 1] - low;
  if (!Number.isFinite(range)) {
    return undefined;
  }
  const wanted = Math.min(histogramBars, Math.ceil(Math.sqrt(sorted.length)));
  const whole = areWhole(sorted);
  if (whole) {
    const width = range < histogramBars ? 1 : Math.ceil((range + 1) / wanted);
    const bars = Math.ceil((range + 1) / width);
    return { low, high: low + bars * width, whole, counts: countBars(sorted, low, width, bars) };
  }
  const bars = range === 0 ? 1 : wanted;
  return { low, high: low + range, whole, counts: countBars(sorted, low, range / bars, bars) };
}

function countBars(sorted: Float64Array, low: number, width: number, bars: number): number[] {
  const counts = new Array<number>(bars).fill(0);
  for (let i = 0; i < sorted.length; i++) {
    const bar = width === 0 ? 0 : Math.floor((sorted[i] - low) / width);
    counts[Math.min(bars - 1, bar)]++;
  }
  return counts;
}

/** The inputs or targets that each column becomes, by its index. */
export function usesOf({ request, plan }: OpenedTable): ReadonlyMap<number, ColumnUse> {
  const uses = new Map<number, ColumnUse>();
  if (!request || !plan) {
    return uses;
  }
  for (const [at, index] of request.inputs.entries()) {
    const { shift, scale, limit, categories, cycles = [], imputation, unknown, type } = plan.inputs[at];
    const scaling = { shift, scale, ...(limit !== undefined && { limit }) };
    if (categories) {
      const filled = imputation === undefined ? {} : { imputation: shorten(categories[imputation]) };
      uses.set(index, { kind: 'one-hot', inputs: widthOf(plan.inputs[at]), ...filled, ...(unknown && { unknown }) });
    } else if (type === 'date') {
      const filled = imputation === undefined ? {} : { imputation: isoDate(imputation) };
      uses.set(index, { kind: 'date', cycles, ...scaling, ...filled });
    } else {
      const limited = limitedShare(request.table.columns[index], scaling);
      const more = { ...(limited > 0 && { limited }), ...(imputation !== undefined && { imputation }) };
      uses.set(index, { kind: 'number', ...scaling, ...more });
    }
  }
  const { kind, classNames = [] } = plan.targets.encoding;
  for (const [at, index] of request.targets.entries()) {
    if (kind === 'binary') {
      uses.set(index, { kind: 'binary' });
    } else if (kind === 'classes' && request.targets.length === 1) {
      uses.set(index, { kind: 'classes', count: classNames.length });
    } else {
      uses.set(index, { kind: 'target', ...(plan.targetScales?.[at] ?? { shift: 0, scale: 1 }) });
    }
  }
  return uses;
}

function limitedShare(column: Column, scaling: InputScale): number {
  if (column.type !== 'number' || scaling.limit === undefined) {
    return 0;
  }
  const sorted = sortedNumbers(column.values);
  return sorted.length === 0 ? 0 : limitedCells(sorted, scaling) / sorted.length;
}
