/** Input columns to numbers: imputation and scaling are fitted on the train part alone. */
import { t } from '@vscode/l10n';
import { assertNever } from '../common/assertNever';
import { sortNumberSteps } from '../common/sortSteps';
import { inStretches, type Steps } from '../common/steps';
import type { FaultyColumn } from '../spec/problem';
import type { MissingPolicy, Scaling } from '../spec/spec';
import type { InputEncoding } from './dataset';
import type { Problems } from './problems';
import { type Column, isMissingAt, type NumberColumn, type Table } from './table';
import { categoryLimit, distinctSteps } from './targets';

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
export function* fitSteps(
  table: Table,
  index: number,
  train: Int32Array,
  policy: { readonly scale: Scaling; readonly missing: MissingPolicy },
  at: InputPlace,
  problems: Problems,
): Steps<InputEncoding | undefined> {
  const column = table.columns[index];
  const imputes = policy.missing === 'mean' || policy.missing === 'median';
  const present = yield* filterRows(train, (row) => !isMissingAt(column, row));
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
  if (column.type === 'category') {
    return yield* fitCategory(column, present, imputes, at, problems);
  }
  const values = yield* gather(column, present, Number.NaN);
  const imputation = imputes ? yield* policy.missing === 'mean' ? mean(values) : median(values) : undefined;
  const complete = imputation === undefined || present.length === train.length;
  const { shift, scale } = yield* fitScale(complete ? values : yield* gather(column, train, imputation), policy.scale);
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

/** Those of the rows for which `keep` holds. */
export function* filterRows(rows: Int32Array, keep: (row: number) => boolean): Steps<Int32Array> {
  const kept = new Int32Array(rows.length);
  let count = 0;
  yield* inStretches(rows.length, (from, to) => {
    let own = count;
    for (let i = from; i < to; i++) {
      if (keep(rows[i])) {
        kept[own++] = rows[i];
      }
    }
    count = own;
  });
  return count === rows.length ? rows : kept.slice(0, count);
}

/** Values of the rows, missing ones imputed. */
function* gather(column: NumberColumn, rows: Int32Array, imputation: number): Steps<Float64Array> {
  const values = new Float64Array(rows.length);
  yield* inStretches(rows.length, (from, to) => {
    for (let i = from; i < to; i++) {
      values[i] = valueOr(column, rows[i], imputation);
    }
  });
  return values;
}

function valueOr(column: NumberColumn, row: number, imputation: number): number {
  const value = column.values[row];
  return Number.isNaN(value) ? imputation : value;
}

function* fitCategory(
  column: Column,
  present: Int32Array,
  imputes: boolean,
  at: InputPlace,
  problems: Problems,
): Steps<InputEncoding | undefined> {
  const { count, names, classOf } = yield* distinctSteps(column);
  if (count > categoryLimit) {
    problems.add(
      'too-many-categories',
      t(
        'Column “{0}” has {1} distinct values, too many for one-hot encoding. Leave it out of inputs.',
        column.name,
        count,
      ),
      at.path,
      undefined,
      { column: at.column },
    );
    return undefined;
  }
  const encoding = { column: column.name, type: 'category', categories: names, shift: 0, scale: 1 } as const;
  if (!imputes) {
    return encoding;
  }
  const counts = names.map(() => 0);
  yield* inStretches(present.length, (from, to) => {
    for (let i = from; i < to; i++) {
      counts[classOf(present[i])]++;
    }
  });
  return { ...encoding, imputation: counts.indexOf(counts.reduce((a, b) => Math.max(a, b), 0)) };
}

/** Taken from the first value on, so that a constant column has exactly that mean. */
export function* mean(values: Float64Array): Steps<number> {
  const first = values[0];
  let sum = 0;
  yield* inStretches(values.length, (from, to) => {
    let so = sum;
    for (let i = from; i < to; i++) {
      so += values[i] - first;
    }
    sum = so;
  });
  return first + sum / values.length;
}

export function* median(values: Float64Array): Steps<number> {
  const sorted = values.slice();
  yield* sortNumberSteps(sorted);
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half] : sorted[half - 1] / 2 + sorted[half] / 2;
}

function* fitScale(values: Float64Array, scaling: Scaling): Steps<{ shift: number; scale: number }> {
  switch (scaling) {
    case 'none':
      return { shift: 0, scale: 1 };
    case 'standard': {
      const shift = yield* mean(values);
      let squares = 0;
      yield* inStretches(values.length, (from, to) => {
        let so = squares;
        for (let i = from; i < to; i++) {
          so += (values[i] - shift) * (values[i] - shift);
        }
        squares = so;
      });
      return { shift, scale: Math.sqrt(squares / values.length) || 1 };
    }
    case 'minmax': {
      let [low, high] = [values[0], values[0]];
      yield* inStretches(values.length, (from, to) => {
        let [least, most] = [low, high];
        for (let i = from; i < to; i++) {
          least = Math.min(least, values[i]);
          most = Math.max(most, values[i]);
        }
        [low, high] = [least, most];
      });
      return { shift: low, scale: high - low || 1 };
    }
    default:
      return assertNever(scaling);
  }
}

/** Writes a number's place among the inputs; `category` is an index into the categories. */
export function writeInput(encoding: InputEncoding, value: number, out: Float64Array, offset: number): void {
  if (encoding.type === 'category') {
    out[offset + value] = 1;
  } else {
    out[offset] = (value - encoding.shift) / encoding.scale;
  }
}

/**
 * Writes a column's cells of `rows` as inputs: `write(from, to)` those of rows `from` to `to` − 1 of them, at `offset` of each sample in
 * `out`, `[rows.length, size]`. Missing ones are imputed; there are no others.
 */
export function inputWriter(
  column: Column,
  encoding: InputEncoding,
  rows: Int32Array,
  out: Float64Array,
  size: number,
  offset: number,
): (from: number, to: number) => void {
  if (column.type === 'category') {
    const read = inputReader(column, encoding);
    return (from, to) => {
      for (let i = from; i < to; i++) {
        writeInput(encoding, read(rows[i]), out, i * size + offset);
      }
    };
  }
  // A loop of its own: numbers that go through calls of many kinds are objects for V8's collector.
  const { values } = column;
  const { shift, scale, imputation = Number.NaN } = encoding;
  return (from, to) => {
    for (let i = from; i < to; i++) {
      const value = values[rows[i]];
      out[i * size + offset] = ((Number.isNaN(value) ? imputation : value) - shift) / scale;
    }
  };
}

/** Reads a column's cell as `writeInput` wants it, missing ones imputed; NaN where that is not known. */
export function inputReader(column: Column, encoding: InputEncoding): (row: number) => number {
  const imputation = encoding.imputation ?? Number.NaN;
  if (column.type === 'number') {
    return (row) => valueOr(column, row, imputation);
  }
  const index = new Map(encoding.categories?.map((value, at) => [value, at]));
  const order = column.values.map((value) => index.get(value) ?? Number.NaN);
  return (row) => (column.codes[row] < 0 ? imputation : order[column.codes[row]]);
}
