/** Opens the data that a spec names. */
import { t } from '@vscode/l10n';
import { assertNever } from '../common/assertNever';
import { counted } from '../common/counted';
import { messageOf } from '../common/messageOf';
import { nearest } from '../common/nearest';
import { findSource, sources } from '../spec/sources';
import type { Cell, ColumnType, DataSpec } from '../spec/spec';
import { asDataBytes, type DataBytes, heldBytes } from './bytes';
import { readDelimited } from './delimited';
import type { DataFiles } from './files';
import { generateRows } from './generators';
import type { Problems } from './problems';
import { type Table, tableOfRows } from './table';

/** Data that were opened but not parsed yet. */
export interface OpenedData {
  /** Bytes of the file, or of the definition of the rows; their hash identifies the data of a run. */
  readonly bytes: DataBytes;
  /** The target of a built-in set. */
  readonly target?: readonly string[];
  /** Undefined if there is no table; `problems` then says why. */
  readonly read: (problems: Problems) => Table | undefined;
}

/** Undefined if the data cannot be opened; `problems` then says why. */
export async function openData(
  { origin, types }: DataSpec,
  seed: number,
  files: DataFiles,
  problems: Problems,
): Promise<OpenedData | undefined> {
  switch (origin.kind) {
    case 'file':
      return openFile(origin.path, types, files, problems);
    case 'rows': {
      const { columns, rows } = origin;
      checkRows(columns, rows, problems);
      if (problems.any) {
        return undefined;
      }
      return { bytes: bytesOf({ columns, rows }), read: () => tableOfRows(columns, rows, types) };
    }
    case 'source': {
      const source = findSource(origin.source.name);
      if (!source) {
        reportUnknownSource(origin.source.name, problems);
        return undefined;
      }
      if (source.kind === 'shipped') {
        return openShipped(source.file, source.target, types, files, problems);
      }
      return {
        bytes: bytesOf({ source: source.name, parameters: origin.source.parameters, seed }),
        target: source.target,
        read: () => generateRows(source, origin.source, seed),
      };
    }
    default:
      return assertNever(origin);
  }
}

function bytesOf(definition: object): DataBytes {
  return heldBytes(new TextEncoder().encode(JSON.stringify(definition)));
}

async function openFile(
  fileName: string,
  types: Readonly<Record<string, ColumnType>>,
  files: DataFiles,
  problems: Problems,
): Promise<OpenedData | undefined> {
  const path = ['data', 'file'];
  if (!/\.[ct]sv$/i.test(fileName)) {
    problems.add('data-format', t('{0}: only .csv and .tsv files can be read. Save the data as CSV.', fileName), path);
    return undefined;
  }
  const bytes = await read(() => files.read(fileName), path, problems);
  return bytes && { bytes, read: (found) => readDelimited({ bytes, fileName, path, types }, found) };
}

async function openShipped(
  fileName: string,
  target: readonly string[],
  types: Readonly<Record<string, ColumnType>>,
  files: DataFiles,
  problems: Problems,
): Promise<OpenedData | undefined> {
  const path = ['data', 'source'];
  const bytes = await read(() => files.readShipped(fileName), path, problems);
  if (!bytes) {
    return undefined;
  }
  return {
    bytes,
    target,
    read(found) {
      const table = readDelimited({ bytes, fileName, path, types }, found);
      if (!table) {
        return undefined;
      }
      // An editor cannot open a shipped file: problems point to the spec and name the cell.
      const place = (row: number, column: number) => ({
        path,
        words: t('Row {0}, column “{1}”', row + 1, table.columns[column].name),
      });
      return { ...table, place };
    },
  };
}

async function read(
  from: () => Promise<Uint8Array | DataBytes>,
  path: readonly string[],
  problems: Problems,
): Promise<DataBytes | undefined> {
  try {
    return asDataBytes(await from());
  } catch (error) {
    problems.add('data-file', messageOf(error), path);
    return undefined;
  }
}

function checkRows(columns: readonly string[], rows: readonly (readonly Cell[])[], problems: Problems): void {
  const seen = new Set<string>();
  columns.forEach((name, index) => {
    if (!seen.has(name)) {
      seen.add(name);
      return;
    }
    problems.add('duplicate-column', t('“{0}” is listed twice. Keep one.', name), ['data', 'columns', index]);
  });
  rows.forEach((row, index) => {
    const [found, wanted] = [row.length, columns.length];
    if (found === wanted) {
      return;
    }
    const cells = counted(found, t('{0} cell', found), t('{0} cells', found));
    problems.add(
      'ragged-row',
      counted(
        wanted,
        t('Row {0} has {1}, but there is {2} column. Give it {2}.', index + 1, cells, wanted),
        t('Row {0} has {1}, but there are {2} columns. Give it {2}.', index + 1, cells, wanted),
      ),
      ['data', 'rows', index],
    );
  });
  if (rows.length === 0) {
    problems.add('no-rows', t('There are no rows. Add a row per sample.'), ['data', 'rows']);
  }
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
