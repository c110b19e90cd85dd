/** Opens the data that a spec names. */
import { t } from '@vscode/l10n';
import { assertNever } from '../common/assertNever';
import { counted } from '../common/counted';
import { messageOf } from '../common/messageOf';
import { nearest } from '../common/nearest';
import { findSource, sources } from '../spec/sources';
import type { Cell, ColumnTypes, DataSpec } from '../spec/spec';
import { isPacked, tableEndings, tableKind } from '../spec/tableFiles';
import { asDataBytes, type DataBytes, heldBytes } from './bytes';
import { largestFile } from './delimited';
import type { DataFiles } from './files';
import { generateRows } from './generators';
import { UnpackError, unpacked } from './gunzip';
import type { Hasher } from './hash';
import { openImageFolder } from './images/imageFolder';
import type { Alike, OpenedData, OpenedFile } from './opened';
import { joined, openParts } from './partFiles';
import { Problems } from './problems';
import { readLabelled } from './readers/labelled';
import { readTable } from './readers/readTable';
import { type Table, tableOfRows } from './table';

interface Opening {
  readonly files: DataFiles;
  readonly problems: Problems;
  /** If the bytes are to be hashed. */
  readonly makeHasher?: () => Hasher;
}

/** Undefined if the data cannot be opened; `problems` then says why. */
export async function openData(data: DataSpec, seed: number, opening: Opening): Promise<OpenedData | undefined> {
  const { origin, types } = data;
  const { files, problems } = opening;
  switch (origin.kind) {
    case 'file': {
      const { files: others } = data.split;
      const open = (path: string, key?: readonly string[]) => openFile(path, data, opening, key);
      return others
        ? openParts({ train: origin.path, ...others }, open)
        : origin.labels === undefined
          ? open(origin.path)
          : openLabelled(origin.path, origin.labels, data, opening);
    }
    case 'folder':
      return openImageFolder({ folder: origin.path, shape: data.shape }, files, problems);
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
  { origin, types, format: given, inputs = [], target = [], weights, split }: DataSpec,
  opening: Opening,
  path: readonly string[] = ['data', 'file'],
): Promise<OpenedFile | undefined> {
  if (!tableKind(fileName)) {
    opening.problems.add(
      'data-format',
      t('{0}: only {1} files can be read, also packed as .gz. Save the data as CSV.', fileName, tableEndings),
      path,
    );
    return undefined;
  }
  const bytes = await readUnpacked(fileName, opening, path);
  if (!bytes) {
    return undefined;
  }
  const arrays = origin.kind === 'file' ? origin.arrays : undefined;
  const names = [...inputs, ...target, weights, split.by?.column].filter((name) => name !== undefined);
  const readTyped = (found: Problems, alike?: Alike) => {
    const readFile = (into: Problems) =>
      readTable(
        { bytes, fileName, path, types: { ...alike?.types, ...types }, units: alike?.units, given, names, arrays },
        into,
      );
    return isPacked(fileName) ? inSpec(readFile, path, found) : readFile(found);
  };
  return { bytes, fileName, read: readTyped };
}

/** A file of inputs and one of their labels. */
async function openLabelled(
  fileName: string,
  labels: string,
  data: DataSpec,
  opening: Opening,
): Promise<OpenedData | undefined> {
  const inputs = await openFile(fileName, data, opening);
  const path = ['data', 'labels'];
  const bytes = inputs && (await readUnpacked(labels, opening, path));
  if (!bytes) {
    inputs?.bytes.close();
    return undefined;
  }
  const request = { bytes, fileName: labels, path, types: data.types };
  return { bytes: joined([inputs.bytes, bytes]), read: (found) => readLabelled(inputs, request, found) };
}

function readUnpacked(
  fileName: string,
  { files, problems, makeHasher }: Opening,
  path: readonly string[],
): Promise<DataBytes | undefined> {
  const open = async () => unpacked(asDataBytes(await files.read(fileName)), fileName, largestFile, makeHasher);
  return read(open, path, problems, () => tableNear(fileName, files));
}

/** The table in the same folder whose name is most like this one; undefined if none is. */
async function tableNear(fileName: string, files: DataFiles): Promise<string | undefined> {
  const nameStart = fileName.lastIndexOf('/') + 1;
  const folder = fileName.slice(0, nameStart);
  try {
    const entries = (await files.list?.(folder)) ?? [];
    const tables = entries.filter((entry) => !entry.folder && tableKind(entry.name)).map(({ name }) => name);
    const near = tables.includes(fileName.slice(nameStart)) ? undefined : nearest(fileName.slice(nameStart), tables);
    return near === undefined ? undefined : folder + near;
  } catch {
    return undefined;
  }
}

/** Reads a table whose file no editor can open: problems point to the spec, and name the cell in words. */
function inSpec(
  readFile: (problems: Problems) => Table | undefined,
  path: readonly string[],
  problems: Problems,
): Table | undefined {
  const inside = new Problems();
  const table = readFile(inside);
  for (const { code, message, path: key, at: _, ...more } of inside.list()) {
    problems.add(code, message, key, undefined, more);
  }
  return table && { ...table, place: (row, column) => ({ path, words: table.place(row, column).words }) };
}

async function openShipped(
  fileName: string,
  target: readonly string[],
  types: ColumnTypes,
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
      const table = readTable({ bytes, fileName, path, types }, found);
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
  findMeant?: () => Promise<string | undefined>,
): Promise<DataBytes | undefined> {
  try {
    return asDataBytes(await from());
  } catch (error) {
    if (!(error instanceof UnpackError)) {
      const meant = await findMeant?.();
      const question = meant === undefined ? '' : ` ${t('Did you mean “{0}”?', meant)}`;
      problems.add(
        'data-file',
        `${messageOf(error)}${question}`,
        path,
        undefined,
        meant === undefined ? {} : { meant },
      );
    } else if (error.tooLarge) {
      problems.add('data-too-large', error.message, path);
    } else {
      problems.add('data-gzip', error.message, path);
    }
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
