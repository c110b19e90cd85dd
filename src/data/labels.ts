/** Reads the targets of rows for a trained network, encoded as in its training. */
import { t } from '@vscode/l10n';
import { nearest } from '../common/nearest';
import type { ColumnType } from '../spec/spec';
import type { TargetEncoding } from './dataset';
import { type Problems, suggestion } from './problems';
import { type BadCell, type Column, isMissingAt, placesOf, type Table } from './table';

/**
 * Targets `[rows, targets]` in their own units, classes one-hot; NaN for a cell that is no target of the
 * training. Undefined if a column is missing. With `strict` both are problems, but for an empty cell.
 */
export function readTargets(
  table: Table,
  { columns, kind, classNames }: TargetEncoding,
  strict?: { readonly fileName: string; readonly problems: Problems },
): Float64Array | undefined {
  const names = table.columns.map(({ name }) => name);
  const places = placesOf(names);
  const found = columns.map((column) => places.get(column) ?? -1);
  for (const [at, index] of found.entries()) {
    if (index < 0 && strict) {
      const near = suggestion(nearest(columns[at], names), names);
      const message = `${t('The network was trained on the target “{0}”, which is not there.', columns[at])} ${near}`;
      const place = { file: strict.fileName, line: 0, character: 0, endCharacter: 0 };
      strict.problems.add('unknown-column', message, [], place);
    }
  }
  if (found.includes(-1)) {
    return undefined;
  }
  const oneHot = kind === 'classes' && columns.length === 1;
  const size = oneHot ? (classNames?.length ?? 0) : columns.length;
  const targets = new Float64Array(table.rows * size);
  for (const [at, index] of found.entries()) {
    const read = targetReader(table.columns[index], columns.length === 1 ? classNames : undefined);
    for (let row = 0; row < table.rows; row++) {
      const value = read(row);
      if (Number.isNaN(value) && strict && !strict.problems.full && !isEmpty(table.columns[index], row)) {
        report(table, row, index, classNames, strict.problems);
      }
      if (!oneHot) {
        targets[row * size + at] = value;
      } else if (Number.isNaN(value)) {
        targets[row * size] = value;
      } else {
        targets[row * size + value] = 1;
      }
    }
  }
  return targets;
}

/** The number, or the index of the class, of a row; NaN where there is none. */
function targetReader(column: Column, classNames: readonly string[] | undefined): (row: number) => number {
  const classes = new Map(classNames?.map((name, index) => [name, index]));
  if (column.type === 'number') {
    const { values } = column;
    return (row) => (classNames ? (classes.get(String(values[row])) ?? Number.NaN) : values[row]);
  }
  const { codes } = column;
  const known = column.values.map((value) => classes.get(value) ?? Number.NaN);
  return (row) => known[codes[row]] ?? Number.NaN;
}

/** How the target columns of a table are to be read: class names that are no numbers are never numbers. */
export function targetTypes({ columns, kind, classNames }: TargetEncoding): Record<string, ColumnType> {
  const numbers = columns.length > 1 || !classNames || classNames.every((name) => String(Number(name)) === name);
  const type = kind === 'numbers' || numbers ? 'number' : 'category';
  return Object.fromEntries(columns.map((column) => [column, type]));
}

/** A text in a column of numbers is not empty. */
function isEmpty(column: Column, row: number): boolean {
  return isMissingAt(column, row) && !badAt(column, row);
}

function badAt(column: Column, row: number): BadCell | undefined {
  return column.type === 'number' ? column.bad.find((cell) => cell.row === row) : undefined;
}

function report(
  table: Table,
  row: number,
  index: number,
  classNames: readonly string[] | undefined,
  problems: Problems,
): void {
  const column = table.columns[index];
  const { words, path, at } = table.place(row, index);
  const value =
    badAt(column, row)?.text ??
    (column.type === 'number' ? String(column.values[row]) : column.values[column.codes[row]]);
  problems.add(
    'unknown-class',
    classNames
      ? t(
          '{0}: “{1}” is not a class of the training. Known classes: {2}.',
          words,
          value,
          classNames.slice(0, 12).join(', '),
        )
      : t('{0}: the target “{1}” is not a finite number.', words, value),
    path,
    at,
  );
}
