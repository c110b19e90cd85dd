/** Encodes input columns as numbers. Imputation and scaling are fitted on the train part alone. */
import { t } from '@vscode/l10n';
import { assertNever } from '../common/assertNever';
import { cos, sin } from '../common/trigonometry';
import { cyclesBetween, type DateCycle, dateOf, weekdayOf } from '../spec/dates';
import { type InputScale, scaleInput } from '../spec/inputScale';
import type { DataSpec, Scaling } from '../spec/spec';
import { sortValues } from './cells';
import type { InputEncoding } from './dataset';
import { BlockColumn } from './numberBlock';
import { type CategoryColumn, type Column, isComplete, missingIn, type NumberColumn, type Table } from './table';
import { categoryLimit } from './targets';

/** Width of an encoded column. */
export function widthOf(encoding: InputEncoding): number {
  return encoding.categories?.length ?? 1 + 2 * (encoding.cycles?.length ?? 0);
}

/** Names of the encoded inputs: `age`, `zip=8001`, `day month sin`. */
export function namesOf(encodings: readonly InputEncoding[]): string[] {
  return encodings.flatMap(
    ({ column, categories, cycles = [] }) =>
      categories?.map((value) => `${column}=${value}`) ?? [
        column,
        ...cycles.flatMap((cycle) => [`${column} ${cycle} sin`, `${column} ${cycle} cos`]),
      ],
  );
}

/** The cycles that the days of the train part span. */
function cyclesOf(days: Float64Array): readonly DateCycle[] {
  let [first, last] = [days[0], days[0]];
  for (let i = 1; i < days.length; i++) {
    first = Math.min(first, days[i]);
    last = Math.max(last, days[i]);
  }
  return cyclesBetween(first, last);
}

/** The place of a day in a cycle, as a part of it. */
function phaseOf(cycle: DateCycle, days: number): number {
  return cycle === 'month' ? (dateOf(days).month - 1) / 12 : weekdayOf(days) / 7;
}

/** Writes the cycles of a date after its days: December is as near to January as to November. */
function writeCycles(cycles: readonly DateCycle[], days: number, out: Float32Array, offset: number): void {
  for (const [index, cycle] of cycles.entries()) {
    const angle = 2 * Math.PI * phaseOf(cycle, days);
    out[offset + 1 + 2 * index] = sin(angle);
    out[offset + 2 + 2 * index] = cos(angle);
  }
}

/** Takes the problems of the column that is fitted. */
interface ColumnProblems {
  add(code: string, message: string): void;
}

/**
 * Fits one column on the rows of the train part. Standard scaling takes the population's standard deviation
 * (divided by n); a constant column is only shifted. A missing category is imputed by the most frequent one
 * (the first of several). `room` has a place for each row of the train part.
 */
export function fitInput(
  table: Table,
  index: number,
  train: Int32Array,
  policy: Pick<DataSpec, 'scale' | 'missing' | 'unknown'>,
  problems: ColumnProblems,
  room: Float64Array,
): InputEncoding | undefined {
  const column = table.columns[index];
  const imputes = policy.missing === 'mean' || policy.missing === 'median';
  const isMissing = missingIn(column);
  const present = isComplete(column) ? train : filterRows(train, (row) => !isMissing(row));
  if (present.length === 0) {
    problems.add(
      'empty-column',
      t('Column “{0}” has no values in the train part to go by. Leave it out of inputs, or fill it in.', column.name),
    );
    return undefined;
  }
  if (column.type === 'category') {
    // A file of its own for each part: the others may have categories that the train part's lacks.
    const ofTrain = policy.unknown !== undefined || table.partRows !== undefined;
    return fitCategory(column, present, { imputes, ofTrain, unknown: policy.unknown }, problems);
  }
  const values = gather(column, present, Number.NaN, room);
  const imputation = imputes ? (policy.missing === 'mean' ? mean(values) : median(values)) : undefined;
  const complete = imputation === undefined || present.length === train.length;
  const fitted = fitScale(complete ? values : gather(column, train, imputation, room), policy.scale);
  if (![fitted.shift, fitted.scale, imputation ?? 0].every(Number.isFinite)) {
    problems.add(
      'number-too-large',
      t('Column “{0}” holds numbers too large to scale. Give it in another unit.', column.name),
    );
    return undefined;
  }
  const encoding = column.dates
    ? ({ column: column.name, type: 'date', order: column.dates, cycles: cyclesOf(values), ...fitted } as const)
    : ({
        column: column.name,
        type: 'number',
        ...(column.unit !== undefined && { unit: column.unit }),
        ...fitted,
      } as const);
  return imputation === undefined ? encoding : { ...encoding, imputation };
}

/** The rows for which `keep` holds. A loop, since `filter` of a typed array holds the result twice. */
export function filterRows(rows: Int32Array, keep: (row: number) => boolean): Int32Array {
  let count = 0;
  while (count < rows.length && keep(rows[count])) {
    count++;
  }
  if (count === rows.length) {
    return rows;
  }
  const kept = rows.slice();
  for (let i = count + 1; i < rows.length; i++) {
    if (keep(rows[i])) {
      kept[count++] = rows[i];
    }
  }
  return kept.slice(0, count);
}

/** A column of a block is not copied where fewer than a quarter of its rows are wanted. */
const fewOf = 4;

/** Values of the rows, missing ones imputed. They are in `room`: many columns need no buffer each. */
export function gather(
  column: NumberColumn,
  rows: Int32Array,
  imputation: number,
  room: Float64Array = new Float64Array(rows.length),
): Float64Array {
  const values = room.subarray(0, rows.length);
  if (column instanceof BlockColumn && fewOf * rows.length < column.block.rows) {
    const { block, index } = column;
    for (let i = 0; i < rows.length; i++) {
      const value = block.values[rows[i] * block.width + index];
      values[i] = Number.isNaN(value) ? imputation : value;
    }
    return values;
  }
  const { values: all } = column;
  for (let i = 0; i < rows.length; i++) {
    const value = all[rows[i]];
    values[i] = Number.isNaN(value) ? imputation : value;
  }
  return values;
}

function fitCategory(
  column: CategoryColumn,
  present: Int32Array,
  policy: { readonly imputes: boolean; readonly ofTrain: boolean; readonly unknown?: 'ignore' },
  problems: ColumnProblems,
): InputEncoding | undefined {
  const { codes, values } = column;
  const counts = new Int32Array(values.length);
  for (const row of present) {
    counts[codes[row]]++;
  }
  // All categories of the file, or only those that training sees.
  const names = sortValues(policy.ofTrain ? values.filter((_, code) => counts[code] > 0) : values);
  if (names.length > categoryLimit) {
    problems.add(
      'too-many-categories',
      t(
        'Column “{0}” has {1} distinct values, too many for one-hot encoding. Leave it out of inputs.',
        column.name,
        names.length,
      ),
    );
    return undefined;
  }
  const encoding = {
    column: column.name,
    type: 'category',
    categories: names,
    shift: 0,
    scale: 1,
    ...(policy.unknown && { unknown: policy.unknown }),
  } as const;
  if (!policy.imputes) {
    return encoding;
  }
  const places = new Map(values.map((value, code) => [value, code]));
  const frequent = names.map((name) => counts[places.get(name)!]);
  return { ...encoding, imputation: frequent.indexOf(frequent.reduce((a, b) => Math.max(a, b), 0)) };
}

/** Sums differences from the first value, so that the mean of a constant column is exact. */
export function mean(values: Float64Array): number {
  const first = values[0];
  let sum = 0;
  for (let i = 0; i < values.length; i++) {
    sum += values[i] - first;
  }
  return first + sum / values.length;
}

export function median(values: Float64Array): number {
  const sorted = values.toSorted();
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half] : sorted[half - 1] / 2 + sorted[half] / 2;
}

/** The mean, and the standard deviation of the population (divided by n). */
export function momentsOf(values: Float64Array): { readonly mean: number; readonly deviation: number } {
  const center = mean(values);
  let squares = 0;
  for (let i = 0; i < values.length; i++) {
    squares += (values[i] - center) * (values[i] - center);
  }
  return { mean: center, deviation: Math.sqrt(squares / values.length) };
}

/** Between the quartiles of a normal distribution lie so many standard deviations. */
export const normalQuartiles = 1.3489795003921634;

/** A robust scale keeps no number further from the median than this many standard deviations. */
const robustLimit = 5;

/** The value below which a share of the sorted values lies, between two of them on the line between. */
export function quantile(sorted: Float64Array, share: number): number {
  const place = share * (sorted.length - 1);
  const below = Math.floor(place);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
}

export function fitScale(values: Float64Array, scaling: Scaling): InputScale {
  switch (scaling) {
    case 'none':
      return { shift: 0, scale: 1 };
    case 'standard': {
      const { mean: shift, deviation } = momentsOf(values);
      return { shift, scale: deviation || 1 };
    }
    case 'robust': {
      const sorted = values.toSorted();
      const spread = (quantile(sorted, 0.75) - quantile(sorted, 0.25)) / normalQuartiles;
      return { shift: median(sorted), scale: spread || momentsOf(values).deviation || 1, limit: robustLimit };
    }
    case 'minmax': {
      let [low, high] = [values[0], values[0]];
      for (let i = 0; i < values.length; i++) {
        low = Math.min(low, values[i]);
        high = Math.max(high, values[i]);
      }
      return { shift: low, scale: high - low || 1 };
    }
    default:
      return assertNever(scaling);
  }
}

/** Stands for a category that is encoded as all zeros. */
const noCategory = -1;

/** Encodes one value at `offset`: a number, or the index of a category; `noCategory` leaves zeros. */
export function writeInput(encoding: InputEncoding, value: number, out: Float32Array, offset: number): void {
  if (encoding.type === 'category') {
    if (value !== noCategory) {
      out[offset + value] = 1;
    }
  } else {
    out[offset] = scaleInput(value, encoding);
    writeCycles(encoding.cycles ?? [], value, out, offset);
  }
}

/**
 * Encodes a column's cells of `rows` into `out`, `[rows.length, size]`, at `offset` of each sample. The
 * returned function writes `rows[from]` to `rows[to − 1]`. Missing cells are imputed.
 */
export function inputWriter(
  column: Column,
  encoding: InputEncoding,
  rows: Int32Array,
  out: Float32Array,
  size: number,
  offset: number,
): (from: number, to: number) => void {
  if (column.type === 'category' || encoding.type === 'date') {
    const read = inputReader(column, encoding);
    return (from, to) => {
      for (let i = from; i < to; i++) {
        writeInput(encoding, read(rows[i]), out, i * size + offset);
      }
    };
  }
  // A loop without calls: numbers passed through polymorphic calls are allocated by V8.
  const { values } = column;
  const { shift, scale, limit = Number.POSITIVE_INFINITY, imputation = Number.NaN } = encoding;
  return (from, to) => {
    for (let i = from; i < to; i++) {
      const value = values[rows[i]];
      const scaled = ((Number.isNaN(value) ? imputation : value) - shift) / scale;
      out[i * size + offset] = Math.max(-limit, Math.min(limit, scaled));
    }
  };
}

/**
 * Reads a column's cells as `writeInput` takes them, missing ones imputed. NaN for a cell that cannot be
 * encoded.
 */
export function inputReader(column: Column, encoding: InputEncoding): (row: number) => number {
  const imputation = encoding.imputation ?? Number.NaN;
  if (column.type === 'number') {
    const { values } = column;
    return (row) => (Number.isNaN(values[row]) ? imputation : values[row]);
  }
  const index = new Map(encoding.categories?.map((value, at) => [value, at]));
  const other = encoding.unknown === 'ignore' ? noCategory : Number.NaN;
  const order = column.values.map((value) => index.get(value) ?? other);
  const { codes } = column;
  return (row) => (codes[row] < 0 ? imputation : order[codes[row]]);
}
