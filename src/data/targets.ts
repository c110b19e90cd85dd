/** Encodes the target columns as the loss needs them. */
import { t } from '@vscode/l10n';
import { assertNever } from '../common/assertNever';
import { nearest } from '../common/nearest';
import { findLoss } from '../spec/catalogue/losses';
import type { TargetKind } from '../spec/dataFacts';
import { sortValues } from './cells';
import type { TargetEncoding } from './dataset';
import type { Problems } from './problems';
import type { CategoryColumn, Column, NumberColumn, Table } from './table';

/** More distinct values than this are hardly classes, and one-hot they would fill the memory. */
export const categoryLimit = 10_000;

/** Maximum deviation of a sum of probabilities from 1. */
const probabilityTolerance = 1e-3;

export interface TargetPlan {
  readonly encoding: TargetEncoding;
  readonly size: number;
  /** Writes the targets of a row, `size` numbers from `offset`. */
  write(row: number, out: Float64Array, offset: number): void;
  /** Class of a row; omitted if rows have no single class. */
  readonly classOf?: (row: number) => number;
}

/**
 * Undefined if the columns do not suit the loss; `problems` then says why. Missing cells are checked by the
 * caller.
 */
export function planTargets(
  table: Table,
  targets: readonly number[],
  { loss, kind, positive }: { readonly loss: string; readonly kind: TargetKind; readonly positive?: string },
  path: (index: number) => readonly (string | number)[],
  problems: Problems,
): TargetPlan | undefined {
  const context: Context = {
    table,
    targets,
    loss,
    path,
    problems,
    kind,
    positive,
    columns: targets.map((index) => table.columns[index].name),
  };
  if (targets.some((index, at) => holdsDates(table.columns[index], path(at), problems))) {
    return undefined;
  }
  const plan = planKind(context);
  if (plan && positive !== undefined) {
    checkPositive(positive, plan.encoding, problems);
  }
  return plan && !problems.any ? { ...plan, encoding: { ...plan.encoding, ...unitsOf(context) } } : undefined;
}

function unitsOf({ table, targets }: Context): Pick<TargetEncoding, 'units'> {
  const units = targets.flatMap((index): [string, string][] => {
    const column = table.columns[index];
    return column.type === 'number' && column.unit !== undefined ? [[column.name, column.unit]] : [];
  });
  return units.length > 0 ? { units: Object.fromEntries(units) } : {};
}

function planKind(context: Context): TargetPlan | undefined {
  const { kind, targets } = context;
  switch (kind) {
    case 'classes':
      return targets.length === 1 ? planClasses(context) : planProbabilities(context);
    case 'binary':
      return planLabels(context);
    case 'numbers':
      return planNumbers(context);
    default:
      return assertNever(kind);
  }
}

/** Reports a class to be found that is none of two. */
function checkPositive(positive: string, { columns, classNames = [] }: TargetEncoding, problems: Problems): void {
  const path = ['data', 'positive'];
  if (columns.length !== 1 || classNames.length !== 2) {
    const message = t(
      'positive names one of two classes, but the target “{0}” has not two. Remove it.',
      columns.join(', '),
    );
    problems.add('positive-class', message, path);
  } else if (!classNames.includes(positive)) {
    const meant = nearest(positive, classNames);
    const message = t(
      'The target “{0}” has no class “{1}”. Its classes are “{2}” and “{3}”.',
      columns[0],
      positive,
      ...classNames,
    );
    problems.add('positive-class', message, path, undefined, meant === undefined ? {} : { meant });
  }
}

/** Puts the class that is to be found second, which is the one that scores of two classes are about. */
function withPositive(distinct: Distinct, positive: string | undefined): Distinct {
  const { names, classOf } = distinct;
  return names.length === 2 && names[0] === positive
    ? { ...distinct, names: names.toReversed(), classOf: (row) => 1 - classOf(row) }
    : distinct;
}

function holdsDates(column: Column, path: readonly (string | number)[], problems: Problems): boolean {
  if (column.type !== 'number' || !column.dates) {
    return false;
  }
  const message = t(
    'The target “{0}” holds dates, which cannot be predicted. Choose another column, or declare it a category under types.',
    column.name,
  );
  problems.add('target-not-numeric', message, path);
  return true;
}

interface Context {
  readonly table: Table;
  readonly targets: readonly number[];
  readonly loss: string;
  readonly kind: TargetKind;
  readonly path: (index: number) => readonly (string | number)[];
  readonly problems: Problems;
  readonly columns: readonly string[];
  /** The class that is to be found, of two. */
  readonly positive?: string;
}

/** Distinct values of the whole column. */
export interface Distinct {
  readonly count: number;
  /** In the order of the classes; empty if there are more than `categoryLimit` numbers. */
  readonly names: readonly string[];
  /** Class of a row; only if there are names. */
  classOf(row: number): number;
}

export function distinctValues(column: Column): Distinct {
  return column.type === 'category' ? distinctTexts(column) : distinctNumbers(column);
}

function distinctTexts({ values, codes }: CategoryColumn): Distinct {
  const names = sortValues(values);
  const index = new Map(names.map((name, at) => [name, at]));
  const order = Int32Array.from(values, (value) => index.get(value)!);
  return { count: names.length, names, classOf: (row) => order[codes[row]] };
}

function distinctNumbers({ values }: NumberColumn): Distinct {
  const found = new Set<number>();
  for (let i = 0; i < values.length; i++) {
    if (!Number.isNaN(values[i])) {
      found.add(values[i]);
    }
    if (found.size > categoryLimit) {
      return { count: countDistinct(values), names: [], classOf: () => -1 };
    }
  }
  const sorted = [...found].sort((a, b) => a - b);
  const index = new Map(sorted.map((value, at) => [value, at]));
  return { count: sorted.length, names: sorted.map(String), classOf: (row) => index.get(values[row])! };
}

/** The number of distinct values except NaN. Sorts, since a JavaScript Set holds at most 2²⁴ values. */
export function countDistinct(values: Float64Array): number {
  // NaN is sorted to the end.
  const sorted = values.toSorted();
  let count = 0;
  for (let i = 0; i < sorted.length && !Number.isNaN(sorted[i]); i++) {
    if (i === 0 || sorted[i] !== sorted[i - 1]) {
      count++;
    }
  }
  return count;
}

function planClasses({ table, targets, path, problems, columns, positive }: Context): TargetPlan | undefined {
  const { count, names, classOf } = withPositive(distinctValues(table.columns[targets[0]]), positive);
  if (count < 2) {
    reportOneClass(names, columns[0], path(0), problems);
    return undefined;
  }
  if (count > categoryLimit) {
    problems.add(
      'too-many-classes',
      t(
        'The target “{0}” has {1} distinct values, too many for classes. For a measured value choose loss: mean_squared_error.',
        columns[0],
        count,
      ),
      path(0),
    );
    return undefined;
  }
  return {
    encoding: { columns, kind: 'classes', classNames: names },
    size: names.length,
    write: (row, out, offset) => {
      out[offset + classOf(row)] = 1;
    },
    classOf,
  };
}

function reportOneClass(
  names: readonly string[],
  column: string,
  path: readonly (string | number)[],
  problems: Problems,
): void {
  problems.add(
    'one-class',
    names.length === 0
      ? t('The target “{0}” has no values. Choose another column, or fill it in.', column)
      : t(
          'The target “{0}” is “{1}” in every row: there is nothing to tell apart. Add rows of another class.',
          column,
          names[0],
        ),
    path,
  );
}

/** K columns hold the probabilities of K classes. */
function planProbabilities(context: Context): TargetPlan | undefined {
  const plan = planNumbers(context);
  if (!plan || !insideUnit(context)) {
    return undefined;
  }
  const { table, targets, problems, columns } = context;
  const row = new Float64Array(plan.size);
  const check = (at: number) => {
    plan.write(at, row, 0);
    const sum = row.reduce((so, value) => so + value, 0);
    if (!(Math.abs(sum - 1) > probabilityTolerance)) {
      return;
    }
    const place = table.place(at, targets[0]);
    problems.add(
      'not-probabilities',
      t(
        '{0}: the probabilities of the {1} target columns sum to {2}. They must sum to 1.',
        place.words,
        plan.size,
        sum,
      ),
      place.path,
      place.at,
    );
  };
  for (let at = 0; at < table.rows && !problems.full; at++) {
    check(at);
  }
  return problems.any ? undefined : { ...plan, encoding: { columns, kind: 'classes', classNames: columns } };
}

/** Each column is a binary label, independent of the others. */
function planLabels(context: Context): TargetPlan | undefined {
  const { table, targets, path, problems, columns } = context;
  const labels = targets.map((target, index) => planLabel(context, target, index));
  if (problems.any) {
    return undefined;
  }
  const writers = labels.map((label) => label!.valueAt);
  const single = labels.length === 1 ? labels[0]! : undefined;
  if (single?.constant) {
    reportOneClass([String(single.valueAt(firstPresent(table.columns[targets[0]])))], columns[0], path(0), problems);
    return undefined;
  }
  const named = single?.names !== undefined;
  return {
    encoding: named ? { columns, kind: 'binary', classNames: single.names } : { columns, kind: 'binary' },
    size: labels.length,
    write: (row, out, offset) => {
      writers.forEach((valueAt, index) => {
        out[offset + index] = valueAt(row);
      });
    },
    ...(named ? { classOf: single.valueAt } : {}),
  };
}

interface Label {
  valueAt(row: number): number;
  /** Names of 0 and 1, if the column has only two values. */
  readonly names?: readonly string[];
  readonly constant: boolean;
}

function planLabel(context: Context, target: number, index: number): Label | undefined {
  const { table, loss, path, problems, positive } = context;
  const column = table.columns[target];
  const distinct = distinctValues(column);
  const { count, names } = distinct;
  const named = withPositive(distinct, positive);
  if (column.type === 'number') {
    const signs = names.length === 2 && names[0] === '-1' && names[1] === '1';
    if (signs && findLoss(loss)?.hasSignLabels) {
      return { valueAt: named.classOf, names: named.names, constant: false };
    }
    if (!insideUnit(context, [target])) {
      return undefined;
    }
    const yesNo = names.length === 2 && names[0] === '0' && names[1] === '1';
    const { values } = column;
    return yesNo
      ? { valueAt: named.classOf, names: named.names, constant: false }
      : { valueAt: (row) => values[row], constant: count < 2 };
  }
  if (names.length === 2) {
    return { valueAt: named.classOf, names: named.names, constant: false };
  }
  if (names.length < 2) {
    reportOneClass(names, column.name, path(index), problems);
  } else {
    problems.add(
      'not-binary',
      t(
        'The target “{0}” has {1} values ({2}), but {3} tells two apart. Choose categorical_crossentropy with softmax.',
        column.name,
        names.length,
        names.length > 5 ? `${names.slice(0, 5).join(', ')}, …` : names.join(', '),
        loss,
      ),
      path(index),
    );
  }
  return undefined;
}

function firstPresent(column: Column): number {
  return column.type === 'number' ? column.values.findIndex((value) => !Number.isNaN(value)) : 0;
}

/** Reports number cells outside [0, 1]. */
function insideUnit({ table, targets, loss, kind, problems }: Context, which: readonly number[] = targets): boolean {
  let inside = true;
  for (const target of which) {
    const column = table.columns[target];
    if (column.type !== 'number' || problems.full) {
      continue;
    }
    const { values } = column;
    // One problem a column is enough.
    const row = values.findIndex((value) => value < 0 || value > 1);
    if (row < 0) {
      continue;
    }
    inside = false;
    const place = table.place(row, target);
    problems.add(
      'target-range',
      kind === 'binary'
        ? t(
            '{0}: {1} is outside 0 to 1, which {2} needs. For two classes declare the column a category under types; for more choose categorical_crossentropy.',
            place.words,
            values[row],
            loss,
          )
        : t(
            '{0}: {1} is no probability. With several target columns, each must lie between 0 and 1.',
            place.words,
            values[row],
          ),
      place.path,
      place.at,
    );
  }
  return inside;
}

function planNumbers(context: Context): TargetPlan | undefined {
  const { table, targets, loss, path, problems, columns } = context;
  const values = targets.map((target, index) => {
    const column = table.columns[target];
    if (column.type === 'number') {
      return column.values;
    }
    problems.add(
      'target-not-numeric',
      t(
        'The target “{0}” holds text, but {1} needs numbers. For classes choose categorical_crossentropy.',
        column.name,
        loss,
      ),
      path(index),
      undefined,
      targets.length === 1 ? { classes: column.values.length } : {},
    );
    return undefined;
  });
  if (loss === 'poisson') {
    reportNegative(context);
  }
  if (problems.any) {
    return undefined;
  }
  return {
    encoding: { columns, kind: 'numbers' },
    size: targets.length,
    write: (row, out, offset) => {
      values.forEach((column, index) => {
        out[offset + index] = column![row];
      });
    },
  };
}

/** Poisson's loss has no lower bound where a target is negative. */
function reportNegative({ table, targets, loss, problems }: Context): void {
  for (const target of targets) {
    const column = table.columns[target];
    if (column.type !== 'number') {
      continue;
    }
    const { values } = column;
    const row = values.findIndex((value) => value < 0);
    if (row < 0) {
      continue;
    }
    const place = table.place(row, target);
    const message = t(
      '{0}: {1} is below 0, but {2} is for counts. Correct it, or choose mean_squared_error.',
      place.words,
      values[row],
      loss,
    );
    problems.add('target-range', message, place.path, place.at);
  }
}
