/** What the targets are, which the loss decides. */
import { t } from '@vscode/l10n';
import { assertNever } from '../common/assertNever';
import { sortNumberSteps } from '../common/sortSteps';
import { inStretches, type Steps, searchInStretches } from '../common/steps';
import { findLoss } from '../spec/catalogue/losses';
import type { TargetKind } from '../spec/dataFacts';
import { sortValueSteps } from './cells';
import type { TargetEncoding } from './dataset';
import type { Problems } from './problems';
import type { CategoryColumn, Column, NumberColumn, Table } from './table';

/** More distinct values than this are hardly classes, and one-hot they would fill the memory. */
export const categoryLimit = 10_000;

/** How far probabilities may be from a sum of 1. */
const probabilityTolerance = 1e-3;

export interface TargetPlan {
  readonly encoding: TargetEncoding;
  readonly size: number;
  /** Writes the targets of a row, `size` numbers from `offset`. */
  write(row: number, out: Float64Array, offset: number): void;
  /** Class of a row, where each row has one. */
  readonly classOf?: (row: number) => number;
}

/** Undefined where the columns do not suit the loss; the problems say why. Missing cells are passed over: they are the caller's. */
export function* targetSteps(
  table: Table,
  targets: readonly number[],
  { loss, kind }: { readonly loss: string; readonly kind: TargetKind },
  path: (index: number) => readonly (string | number)[],
  problems: Problems,
): Steps<TargetPlan | undefined> {
  const context: Context = {
    table,
    targets,
    loss,
    path,
    problems,
    kind,
    columns: targets.map((index) => table.columns[index].name),
  };
  switch (kind) {
    case 'classes':
      return yield* targets.length === 1 ? planClasses(context) : planProbabilities(context);
    case 'binary':
      return yield* planLabels(context);
    case 'numbers':
      return yield* planNumbers(context);
    default:
      return assertNever(kind);
  }
}

interface Context {
  readonly table: Table;
  readonly targets: readonly number[];
  readonly loss: string;
  readonly kind: TargetKind;
  readonly path: (index: number) => readonly (string | number)[];
  readonly problems: Problems;
  readonly columns: readonly string[];
}

/** Distinct values of the whole column. */
export interface Distinct {
  readonly count: number;
  /** In the order of the classes; where there are more than `categoryLimit` numbers, none of them. */
  readonly names: readonly string[];
  /** Class of a row, where they have names. */
  classOf(row: number): number;
}

export function* distinctSteps(column: Column): Steps<Distinct> {
  return yield* column.type === 'category' ? distinctTexts(column) : distinctNumbers(column);
}

function* distinctTexts({ values, codes }: CategoryColumn): Steps<Distinct> {
  const names = yield* sortValueSteps(values);
  const index = new Map<string, number>();
  yield* inStretches(names.length, (from, to) => {
    for (let at = from; at < to; at++) {
      index.set(names[at], at);
    }
  });
  const order = new Int32Array(values.length);
  yield* inStretches(values.length, (from, to) => {
    for (let code = from; code < to; code++) {
      order[code] = index.get(values[code])!;
    }
  });
  return { count: names.length, names, classOf: (row) => order[codes[row]] };
}

function* distinctNumbers({ values }: NumberColumn): Steps<Distinct> {
  const found = new Set<number>();
  const beyond = yield* searchInStretches(values.length, (from, to) => {
    for (let row = from; row < to; row++) {
      if (Number.isNaN(values[row])) {
        continue;
      }
      // Adding 0 turns −0 into 0.
      found.add(values[row] + 0);
      if (found.size > categoryLimit) {
        return row;
      }
    }
    return -1;
  });
  if (beyond >= 0) {
    return { count: yield* countDistinct(values), names: [], classOf: () => -1 };
  }
  const sorted = [...found].sort((a, b) => a - b);
  const index = new Map(sorted.map((value, at) => [value, at]));
  return { count: sorted.length, names: sorted.map(String), classOf: (row) => index.get(values[row] + 0)! };
}

/** Of many: neighbours are compared in their order, and no set grows. */
function* countDistinct(values: Float64Array): Steps<number> {
  const sorted = new Float64Array(values.length);
  let length = 0;
  yield* inStretches(values.length, (from, to) => {
    for (let row = from; row < to; row++) {
      if (!Number.isNaN(values[row])) {
        sorted[length++] = values[row];
      }
    }
  });
  const present = sorted.subarray(0, length);
  yield* sortNumberSteps(present);
  let count = 1;
  yield* inStretches(length - 1, (from, to) => {
    for (let i = from; i < to; i++) {
      if (present[i] !== present[i + 1]) {
        count++;
      }
    }
  });
  return count;
}

function* planClasses({ table, targets, path, problems, columns }: Context): Steps<TargetPlan | undefined> {
  const { count, names, classOf } = yield* distinctSteps(table.columns[targets[0]]);
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

/** K columns of one row: its probabilities of K classes. */
function* planProbabilities(context: Context): Steps<TargetPlan | undefined> {
  const plan = yield* planNumbers(context);
  if (!plan || !(yield* insideUnit(context))) {
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
  yield* inStretches(table.rows, (from, to) => {
    for (let at = from; at < to && !problems.full; at++) {
      check(at);
    }
  });
  return problems.any ? undefined : { ...plan, encoding: { columns, kind: 'classes', classNames: columns } };
}

/** One column is one yes or no; several are as many independent ones. */
function* planLabels(context: Context): Steps<TargetPlan | undefined> {
  const { table, targets, path, problems, columns } = context;
  const labels: (Label | undefined)[] = [];
  for (const [index, target] of targets.entries()) {
    labels.push(yield* planLabel(context, target, index));
  }
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
  /** Of 0 and 1, where the column holds nothing else. */
  readonly names?: readonly string[];
  readonly constant: boolean;
}

function* planLabel(context: Context, target: number, index: number): Steps<Label | undefined> {
  const { table, loss, path, problems } = context;
  const column = table.columns[target];
  const { count, names, classOf } = yield* distinctSteps(column);
  if (column.type === 'number') {
    const signs = names.length === 2 && names[0] === '-1' && names[1] === '1';
    if (signs && findLoss(loss)?.hasSignLabels) {
      return { valueAt: classOf, names, constant: false };
    }
    if (!(yield* insideUnit(context, [target]))) {
      return undefined;
    }
    const yesNo = names.length === 2 && names[0] === '0' && names[1] === '1';
    return { valueAt: (row) => column.values[row], names: yesNo ? names : undefined, constant: count < 2 };
  }
  if (names.length === 2) {
    return { valueAt: classOf, names, constant: false };
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
function* insideUnit(
  { table, targets, loss, kind, problems }: Context,
  which: readonly number[] = targets,
): Steps<boolean> {
  let inside = true;
  for (const target of which) {
    const column = table.columns[target];
    if (column.type !== 'number' || problems.full) {
      continue;
    }
    const { values } = column;
    // The rest of the column would say the same.
    const row = yield* searchInStretches(values.length, (from, to) => {
      for (let row = from; row < to; row++) {
        if (values[row] < 0 || values[row] > 1) {
          return row;
        }
      }
      return -1;
    });
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

function* planNumbers(context: Context): Steps<TargetPlan | undefined> {
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
    );
    return undefined;
  });
  if (loss === 'poisson') {
    yield* reportNegative(context);
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

/** A count is never below 0, and Poisson's loss would fall without end there. */
function* reportNegative({ table, targets, loss, problems }: Context): Steps<void> {
  for (const target of targets) {
    const column = table.columns[target];
    if (column.type !== 'number') {
      continue;
    }
    const { values } = column;
    const row = yield* searchInStretches(values.length, (from, to) => {
      for (let row = from; row < to; row++) {
        if (values[row] < 0) {
          return row;
        }
      }
      return -1;
    });
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
