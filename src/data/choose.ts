/** Chooses the columns that are inputs and targets. */
import { t } from '@vscode/l10n';
import { formatCount } from '../common/formatCount';
import { nearest } from '../common/nearest';
import { foundMarks } from '../spec/markWords';
import type { DataSpec, DeclaredType } from '../spec/spec';
import { isArrayOfNumbers } from '../spec/tableFiles';
import { marksIn } from './marks';
import { type Problems, suggestion } from './problems';
import { placesOf, type Table } from './table';

/** Column indices, in the order of the spec, or in that of the table if the spec lists none. */
interface Chosen {
  readonly inputs: readonly number[];
  readonly targets: readonly number[];
  /** The column that the rows are split by. */
  readonly splitBy?: number;
  /** The column that tells how much a row counts. */
  readonly weights?: number;
}

export function chooseColumns(
  table: Table,
  data: DataSpec,
  builtInTarget: readonly string[] | undefined,
  problems: Problems,
): Chosen | undefined {
  const names = table.columns.map((column) => column.name);
  const places = placesOf(names);
  const targetNames = data.target ?? builtInTarget;
  if (targetNames === undefined || targetNames.length === 0) {
    const last = names[names.length - 1];
    problems.add('missing-target', t('Name the column to predict: target: {0}.', last), ['data'], undefined, {
      meant: last,
    });
    return undefined;
  }
  for (const name of Object.keys(data.types)) {
    if (!places.has(name)) {
      reportUnknown(name, names, new Set(), ['data', 'types', name], problems);
    }
  }
  const targets = find(targetNames, places, 'target', data.inputs ?? [], problems);
  const { by } = data.split;
  const splitBy = by?.column === undefined ? undefined : places.get(by.column);
  if (by?.column !== undefined && splitBy === undefined) {
    reportUnknown(by.column, names, new Set(), ['data', 'split', 'by', by.kind], problems);
  }
  const weights = data.weights === undefined ? undefined : places.get(data.weights);
  if (data.weights !== undefined && weights === undefined) {
    reportUnknown(data.weights, names, new Set(), ['data', 'weights'], problems);
  }
  const isIgnored = (column: number) => declaredType(data, names[column]) === 'ignore';
  const inputs = data.inputs
    ? find(data.inputs, places, 'inputs', targetNames, problems)
    : others(names.length, [...targets, splitBy, weights]).filter(
        (column) => !isIgnored(column) && !isPassedOver(table, column, data, problems),
      );
  for (const column of [...targets, ...(data.inputs ? inputs : [])]) {
    reportMarks(table, column, data, problems);
  }
  const named = [splitBy, weights].filter((column) => column !== undefined);
  for (const column of [...targets, ...named, ...(data.inputs ? inputs : [])]) {
    if (!isIgnored(column)) {
      continue;
    }
    problems.add(
      'ignored-column',
      t('“{0}” is used, but types says that it is ignored. Take it out of types.', names[column]),
      ['data', 'types', names[column]],
    );
  }
  const predicted = new Set(targets);
  for (const column of inputs) {
    if (problems.full || !predicted.has(column)) {
      continue;
    }
    problems.add(
      'target-among-inputs',
      t('“{0}” is the target, so it cannot be an input as well. Take it out of inputs.', names[column]),
      keyOf('inputs', data.inputs ?? [], data.inputs?.indexOf(names[column]) ?? 0),
    );
  }
  if (inputs.length === 0 && !problems.any) {
    problems.add(
      'no-inputs',
      t('No column is left as an input: every other one is a target or is passed over. Add a column.'),
      ['data', 'target'],
    );
  }
  return problems.any
    ? undefined
    : { inputs, targets, ...(splitBy !== undefined && { splitBy }), ...(weights !== undefined && { weights }) };
}

function declaredType({ types }: DataSpec, name: string): DeclaredType | undefined {
  return Object.hasOwn(types, name) ? types[name] : undefined;
}

/** With fewer values than this, a column may hold categories, however few rows there are. */
const fewValues = 30;

/** Whether a column holds words that hardly repeat, of which nothing could be learned; says so. */
function isPassedOver(table: Table, index: number, data: DataSpec, problems: Problems): boolean {
  const column = table.columns[index];
  const isMarked = reportMarks(table, index, data, problems);
  if (column.type !== 'category' || column.values.length <= fewValues || declaredType(data, column.name)) {
    return false;
  }
  const present = column.codes.reduce((count, code) => count + (code < 0 ? 0 : 1), 0);
  if (2 * column.values.length <= present) {
    return false;
  }
  if (isMarked) {
    return true;
  }
  problems.add(
    'passed-over',
    t(
      '“{0}” holds {1} different texts in {2} rows, so it is no input. Write under types whether to ignore it or to read it as a category.',
      column.name,
      formatCount(column.values.length),
      formatCount(table.rows),
    ),
    ['data', data.origin.kind],
    undefined,
    { severity: 'warning', types: { column: column.name, choices: ['ignore', 'category'] } },
  );
  return true;
}

/**
 * Whether a column is text only because some cells hold a text such as `?`; says so, as it does of numbers
 * such as -999.
 */
function reportMarks(table: Table, index: number, data: DataSpec, problems: Problems): boolean {
  const column = table.columns[index];
  const isText = column.type === 'category';
  // Texts among numbers are errors.
  if (isText ? declaredType(data, column.name) : !mayHoldMarks(data) || column.bad.length > 0) {
    return false;
  }
  const marked = marksIn(column, table.found);
  if (!marked) {
    return false;
  }
  const advice = isText
    ? t('The column is read as text. If they mean that the value is missing, write them under na_values.')
    : t('If it means that the value is missing, write it under na_values.');
  problems.add('missing-marks', `${foundMarks(marked)} ${advice}`, ['data', data.origin.kind], undefined, {
    severity: 'warning',
    naValues: marked.marks.map(({ text }) => text),
    column: { name: column.name, role: data.target?.includes(column.name) ? 'target' : 'input' },
  });
  return true;
}

/** Built-in sets and the spec's own rows are as they should be, and arrays hold measurements. */
function mayHoldMarks({ origin }: DataSpec): boolean {
  return origin.kind === 'file' && !isArrayOfNumbers(origin.path);
}

/** Column indices of `wanted`. `taken` are columns of the other list, which are not suggested. */
function find(
  wanted: readonly string[],
  places: ReadonlyMap<string, number>,
  key: 'inputs' | 'target',
  taken: readonly string[],
  problems: Problems,
): number[] {
  const names = [...places.keys()];
  const used = new Set([...wanted, ...taken]);
  const found = new Set<number>();
  wanted.forEach((name, index) => {
    const column = places.get(name);
    const path = keyOf(key, wanted, index);
    if (column === undefined) {
      reportUnknown(name, names, used, path, problems);
    } else if (found.has(column)) {
      problems.add('duplicate-column', t('“{0}” is listed twice. Keep one.', name), path);
    } else {
      found.add(column);
    }
  });
  return [...found];
}

/** Path of an entry of `inputs` or `target`. A single entry may be written without a list. */
export function keyOf(key: 'inputs' | 'target', listed: readonly string[], index: number): (string | number)[] {
  return listed.length === 1 ? ['data', key] : ['data', key, index];
}

function others(count: number, used: readonly (number | undefined)[]): number[] {
  const taken = new Set(used);
  return Array.from({ length: count }, (_, column) => column).filter((column) => !taken.has(column));
}

/** Suggests a column that is not in use already. */
function reportUnknown(
  name: string,
  names: readonly string[],
  used: ReadonlySet<string>,
  path: readonly (string | number)[],
  problems: Problems,
): void {
  // Looking for the nearest name would take long for problems that nobody sees.
  if (problems.full) {
    return;
  }
  const meant = nearest(
    name,
    names.filter((column) => !used.has(column)),
  );
  const message = `${t('There is no column “{0}”.', name)} ${suggestion(meant, names)}`;
  problems.add('unknown-column', message, path, undefined, meant === undefined ? {} : { meant });
}
