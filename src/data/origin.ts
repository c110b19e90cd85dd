/** From what a spec names as its data to a table. */
import { t } from '@vscode/l10n';
import { assertNever } from '../common/assertNever';
import { nearest } from '../common/nearest';
import { findSource, sources } from '../spec/sources';
import type { Cell, ColumnType, DataSpec } from '../spec/spec';
import { readDelimited } from './delimited';
import type { DataFiles } from './files';
import { generate } from './generators';
import { sha256 } from './hash';
import type { Problems } from './problems';
import { type Table, tableOfRows } from './table';

export interface OpenedTable {
  readonly table: Table;
  /** The set's own target, where it has one. */
  readonly target?: readonly string[];
  /** Of the bytes the rows came from, or of what defines them. */
  readonly hash: string;
}

export async function openTable(
  data: DataSpec,
  seed: number,
  files: DataFiles,
  problems: Problems,
): Promise<OpenedTable | undefined> {
  const { origin, types } = data;
  switch (origin.kind) {
    case 'file':
      return openFile(origin.path, types, files, problems);
    case 'rows':
      return openRows(origin.columns, origin.rows, types, problems);
    case 'source': {
      const source = findSource(origin.source.name);
      if (!source) {
        reportUnknownSource(origin.source.name, problems);
        return undefined;
      }
      if (source.kind === 'shipped') return openShipped(source.file, source.target, types, files, problems);
      const definition = { source: source.name, parameters: origin.source.parameters, seed };
      return {
        table: generate(source, origin.source, seed),
        target: source.target,
        hash: await sha256(new TextEncoder().encode(JSON.stringify(definition))),
      };
    }
    default:
      return assertNever(origin);
  }
}

async function openFile(
  fileName: string,
  types: Readonly<Record<string, ColumnType>>,
  files: DataFiles,
  problems: Problems,
): Promise<OpenedTable | undefined> {
  const path = ['data', 'file'];
  if (!/\.[ct]sv$/i.test(fileName)) {
    problems.add('data-format', t('{0}: only .csv and .tsv files can be read. Save the data as CSV.', fileName), path);
    return undefined;
  }
  const bytes = await read(() => files.read(fileName), path, problems);
  if (!bytes) return undefined;
  const table = readDelimited({ bytes, fileName, path, types }, problems);
  return table && { table, hash: await sha256(bytes) };
}

async function openShipped(
  fileName: string,
  target: readonly string[],
  types: Readonly<Record<string, ColumnType>>,
  files: DataFiles,
  problems: Problems,
): Promise<OpenedTable | undefined> {
  const path = ['data', 'source'];
  const bytes = await read(() => files.readShipped(fileName), path, problems);
  if (!bytes) return undefined;
  const table = readDelimited({ bytes, fileName, path, types }, problems);
  if (!table) return undefined;
  // No editor can open a shipped file: its cells are named, and the spec is pointed to.
  const place = (row: number, column: number) => ({
    path,
    words: t('Row {0}, column “{1}”', row + 1, table.columns[column].name),
  });
  return { table: { ...table, place }, target, hash: await sha256(bytes) };
}

async function read(
  from: () => Promise<Uint8Array>,
  path: readonly string[],
  problems: Problems,
): Promise<Uint8Array | undefined> {
  try {
    return await from();
  } catch (error) {
    problems.add('data-file', error instanceof Error ? error.message : String(error), path);
    return undefined;
  }
}

async function openRows(
  columns: readonly string[],
  rows: readonly (readonly Cell[])[],
  types: Readonly<Record<string, ColumnType>>,
  problems: Problems,
): Promise<OpenedTable | undefined> {
  columns.forEach((name, index) => {
    if (columns.indexOf(name) === index) return;
    problems.add('duplicate-column', t('“{0}” is listed twice. Keep one.', name), ['data', 'columns', index]);
  });
  rows.forEach((row, index) => {
    if (row.length === columns.length) return;
    problems.add(
      'ragged-row',
      t('Row {0} has {1} cells, but there are {2} columns. Give it {2}.', index + 1, row.length, columns.length),
      ['data', 'rows', index],
    );
  });
  if (rows.length === 0) problems.add('no-rows', t('There are no rows. Add a row per sample.'), ['data', 'rows']);
  if (problems.any) return undefined;
  const hash = await sha256(new TextEncoder().encode(JSON.stringify({ columns, rows })));
  return { table: tableOfRows(columns, rows, types), hash };
}

function reportUnknownSource(name: string, problems: Problems): void {
  const names = sources.map((source) => source.name);
  const near = nearest(name, names);
  problems.add(
    'unknown-source',
    near === undefined
      ? t('There is no data set “{0}”. Choose one of: {1}.', name, names.join(', '))
      : t('There is no data set “{0}”. Did you mean “{1}”?', name, near),
    ['data', 'source'],
  );
}
