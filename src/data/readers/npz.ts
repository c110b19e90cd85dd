/** Reads arrays from the zip file that `numpy.savez` writes: one for the inputs, and one for the targets. */
import { t } from '@vscode/l10n';
import { shorten } from '../../common/limits';
import { nearest } from '../../common/nearest';
import type { ArrayNames } from '../../spec/spec';
import { numberedColumn } from '../../spec/tableFiles';
import type { DataBytes } from '../bytes';
import { isTooLarge, largestFile } from '../delimited';
import { type DelimitedRequest, numberedName } from '../findFormat';
import type { Problems } from '../problems';
import type { Table } from '../table';
import { beside } from './labelled';
import { readNpyArray } from './npy';
import { readZip, unpackEntry, type ZipEntry, ZipError } from './zip';

const ending = '.npy';

/** Names of inputs and targets that go together, as they are usually written. */
const usualNames: readonly (readonly [RegExp, readonly string[]])[] = [
  [/^x$/i, ['y']],
  [/^x_train$/i, ['y_train']],
  [/^(?:inputs?|features?|data|images?)$/i, ['targets', 'target', 'labels', 'label', 'outputs', 'output']],
  [/^arr_0$/, ['arr_1']],
];

/**
 * Undefined if the file is no table; `problems` then says why. The arrays need no names where there is one.
 * The targets are the last columns, named after their array.
 */
export function readNpz(request: DelimitedRequest, problems: Problems): Table | undefined {
  if (isTooLarge(request, request.bytes, problems)) {
    return undefined;
  }
  try {
    return readArrays(request, problems);
  } catch (error) {
    if (!(error instanceof ZipError)) {
      throw error;
    }
    problems.add('array-damaged', error.message, request.path);
    return undefined;
  }
}

/** The names of the arrays in a file, which is not unpacked. Empty if it is no such file. */
export function arrayNames(bytes: DataBytes, fileName: string): readonly string[] {
  try {
    return [...entriesOf(bytes, fileName).keys()];
  } catch (error) {
    if (!(error instanceof ZipError)) {
      throw error;
    }
    return [];
  }
}

function entriesOf(bytes: DataBytes, fileName: string): ReadonlyMap<string, ZipEntry> {
  const arrays = readZip(bytes, fileName).filter(({ name }) => name.endsWith(ending));
  return new Map(arrays.map((entry) => [entry.name.slice(0, -ending.length), entry]));
}

function readArrays(request: DelimitedRequest, problems: Problems): Table | undefined {
  const { bytes, fileName, path } = request;
  const entries = entriesOf(bytes, fileName);
  const [only, another] = entries.keys();
  const { inputs, target } = request.arrays ?? { inputs: another === undefined ? only : undefined };
  if (inputs === undefined) {
    reportUnnamed(request, [...entries.keys()], problems);
    return undefined;
  }
  const table = readArray(request, entries, 'inputs', inputs, numberedName, problems);
  // Predictions need no targets; an evaluation reports them itself.
  if (!table || target === undefined || (path.length === 0 && !entries.has(target))) {
    return table;
  }
  // The columns of the inputs are called c0, c1 and so on.
  const isTaken = numberedColumn.test(target) || numberedColumn.test(`${target}0`);
  const name = isTaken ? `target_${target}` : target;
  const nameOf = (column: number, width: number) => (width === 1 ? name : `${name}${column}`);
  const targets = readArray(request, entries, 'target', target, nameOf, problems);
  const both = targets && beside(table, targets, [inputs, target], keyOf(request, 'target'), problems);
  return both && { ...both, targets: targets.columns.map((column) => column.name) };
}

/** The key of the spec at fault, if a spec names the file. */
function keyOf({ path, arrays }: DelimitedRequest, key: keyof ArrayNames): readonly (string | number)[] {
  return path.length > 0 && arrays ? ['data', 'arrays', key] : path;
}

function readArray(
  request: DelimitedRequest,
  entries: ReadonlyMap<string, ZipEntry>,
  key: keyof ArrayNames,
  name: string,
  columnName: (column: number, width: number) => string,
  problems: Problems,
): Table | undefined {
  const path = keyOf(request, key);
  const entry = entries.get(name);
  if (!entry) {
    const names = [...entries.keys()];
    const meant = nearest(name, names);
    const advice = meant === undefined ? t('Its arrays are: {0}.', listOf(names)) : t('Did you mean “{0}”?', meant);
    const message = `${t('{0} holds no array “{1}”.', request.fileName, name)} ${advice}`;
    problems.add('unknown-array', message, path, undefined, meant === undefined ? {} : { meant });
    return undefined;
  }
  const arrayName = t('“{0}” in {1}', name, request.fileName);
  const bytes = unpackEntry(entry, arrayName, largestFile);
  return readNpyArray(bytes, { name: arrayName, path, types: request.types }, columnName, problems);
}

/** Names that a message lists. */
const listed = 12;

function listOf(names: readonly string[]): string {
  const shown = names.slice(0, listed).map((name) => `“${shorten(name)}”`);
  return [...shown, ...(names.length > listed ? ['…'] : [])].join(', ');
}

function reportUnnamed({ fileName, path }: DelimitedRequest, names: readonly string[], problems: Problems): void {
  if (names.length === 0) {
    problems.add('array-shape', t('{0} holds no arrays. Save them with numpy.savez.', fileName), path);
  } else if (path.length === 0) {
    problems.add(
      'unknown-array',
      t('{0} holds several arrays: {1}. Save the inputs alone.', fileName, listOf(names)),
      path,
    );
  } else {
    const pair = usualPair(names);
    const meant = `{ inputs: ${pair?.[0] ?? 'x'}, target: ${pair?.[1] ?? 'y'} }`;
    problems.add(
      'missing-arrays',
      t(
        '{0} holds the arrays {1}. Name those to learn from, such as: {2}.',
        fileName,
        listOf(names),
        `arrays: ${meant}`,
      ),
      path,
      undefined,
      pair ? { meant } : {},
    );
  }
}

/** Two arrays whose names say which one is the target. */
function usualPair(names: readonly string[]): readonly [string, string] | undefined {
  for (const [inputs, targets] of usualNames) {
    const input = names.find((name) => inputs.test(name));
    const target = names.find((name) => targets.includes(name.toLowerCase()));
    if (input !== undefined && target !== undefined) {
      return [input, target];
    }
  }
  return undefined;
}
