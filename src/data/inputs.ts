/** Input columns to numbers: imputation and scaling are fitted on the train part alone. */
import { t } from '@vscode/l10n';
import { assertNever } from '../common/assertNever';
import type { FaultyColumn } from '../spec/problem';
import type { MissingPolicy, Scaling } from '../spec/spec';
import type { InputEncoding } from './dataset';
import type { Problems } from './problems';
import { type Column, isMissingAt, type NumberColumn, type Table } from './table';
import { categoryLimit, distinctValues } from './targets';

/** Numbers that an encoded column takes up. */
export function widthOf(encoding: InputEncoding): number {
  return encoding.categories?.length ?? 1;
}

/** Names of the encoded inputs: `age`, `zip=8001`. */
export function namesOf(encodings: readonly InputEncoding[]): string[] {
  return encodings.flatMap(({ column, categories }) => categories?.map((value) => `${column}=${value}`) ?? [column]);
}

/** Where the spec asks for a column. */
export interface InputPlace {
  readonly path: readonly (string | number)[];
  readonly column: FaultyColumn;
}

/**
 * Fits one column on the rows of the train part. Standard scaling takes the population's standard deviation (divided by n);
 * a constant column is only shifted. What is missing in a category column becomes its most frequent value (of equally
 * frequent ones, the first in order).
 */
export function fitInput(
  table: Table,
  index: number,
  train: Int32Array,
  policy: { readonly scale: Scaling; readonly missing: MissingPolicy },
  at: InputPlace,
  problems: Problems,
): InputEncoding | undefined {
  const column = table.columns[index];
  const imputes = policy.missing === 'mean' || policy.missing === 'median';
  const present = train.filter((row) => !isMissingAt(column, row));
  if (present.length === 0) {
    problems.add(
      'empty-column',
      t('Column “{0}” has no values in the train part to go by. Leave it out of inputs, or fill it in.', column.name),
      at.path,
      undefined,
      { column: at.column },
    );
    return undefined;
  }
  if (column.type === 'category') return fitCategory(column, present, imputes, at, problems);
  const values = gather(column, present, Number.NaN);
  const imputation = imputes ? (policy.missing === 'mean' ? mean(values) : median(values)) : undefined;
  const complete = imputation === undefined || present.length === train.length;
  const { shift, scale } = fitScale(complete ? values : gather(column, train, imputation), policy.scale);
  if (![shift, scale, imputation ?? 0].every(Number.isFinite)) {
    problems.add(
      'number-too-large',
      t('Column “{0}” holds numbers too large to scale. Give it in another unit.', column.name),
      at.path,
      undefined,
      { column: at.column },
    );
    return undefined;
  }
  const encoding = { column: column.name, type: 'number', shift, scale } as const;
  return imputation === undefined ? encoding : { ...encoding, imputation };
}

/** Values of the rows, missing ones imputed. */
function gather(column: NumberColumn, rows: Int32Array, imputation: number): Float64Array {
  const values = new Float64Array(rows.length);
  for (let i = 0; i < rows.length; i++) values[i] = valueOr(column, rows[i], imputation);
  return values;
}

function valueOr(column: NumberColumn, row: number, imputation: number): number {
  const value = column.values[row];
  return Number.isNaN(value) ? imputation : value;
}

function fitCategory(
  column: Column,
  present: Int32Array,
  imputes: boolean,
  at: InputPlace,
  problems: Problems,
): InputEncoding | undefined {
  const { names, classOf } = distinctValues(column);
  if (names.length > categoryLimit) {
    problems.add(
      'too-many-categories',
      t(
        'Column “{0}” has {1} distinct values, too many for one-hot encoding. Leave it out of inputs.',
        column.name,
        names.length,
      ),
      at.path,
      undefined,
      { column: at.column },
    );
    return undefined;
  }
  const encoding = { column: column.name, type: 'category', categories: names, shift: 0, scale: 1 } as const;
  if (!imputes) return encoding;
  const counts = names.map(() => 0);
  for (const row of present) counts[classOf(row)]++;
  return { ...encoding, imputation: counts.indexOf(counts.reduce((a, b) => Math.max(a, b), 0)) };
}

/** Taken from the first value on, so that a constant column has exactly that mean. */
export function mean(values: Float64Array): number {
  const first = values[0];
  let sum = 0;
  for (const value of values) sum += value - first;
  return first + sum / values.length;
}

export function median(values: Float64Array): number {
  const sorted = values.slice().sort();
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half] : sorted[half - 1] / 2 + sorted[half] / 2;
}

function fitScale(values: Float64Array, scaling: Scaling): { shift: number; scale: number } {
  switch (scaling) {
    case 'none':
      return { shift: 0, scale: 1 };
    case 'standard': {
      const shift = mean(values);
      let squares = 0;
      for (const value of values) squares += (value - shift) * (value - shift);
      return { shift, scale: Math.sqrt(squares / values.length) || 1 };
    }
    case 'minmax': {
      const low = values.reduce((a, b) => Math.min(a, b));
      const high = values.reduce((a, b) => Math.max(a, b));
      return { shift: low, scale: high - low || 1 };
    }
    default:
      return assertNever(scaling);
  }
}

/** Writes a number's place among the inputs; `category` is an index into the categories. */
export function writeInput(encoding: InputEncoding, value: number, out: Float64Array, offset: number): void {
  if (encoding.type === 'category') out[offset + value] = 1;
  else out[offset] = (value - encoding.shift) / encoding.scale;
}

/** Reads a column's cell as `writeInput` wants it, missing ones imputed; NaN where that is not known. */
export function inputReader(column: Column, encoding: InputEncoding): (row: number) => number {
  const imputation = encoding.imputation ?? Number.NaN;
  if (column.type === 'number') return (row) => valueOr(column, row, imputation);
  const index = new Map(encoding.categories?.map((value, at) => [value, at]));
  const order = column.values.map((value) => index.get(value) ?? Number.NaN);
  return (row) => (column.codes[row] < 0 ? imputation : order[column.codes[row]]);
}
