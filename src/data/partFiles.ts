/** Reads a table whose parts have files of their own, one below the other. */
import { t } from '@vscode/l10n';
import { type DeclaredType, type Part, type PartFiles, parts } from '../spec/spec';
import type { DataBytes } from './bytes';
import { badTexts } from './columnFacts';
import type { Alike, OpenedData, OpenedFile } from './opened';
import type { Problems } from './problems';
import { type BadText, type Column, placesOf, type Table } from './table';

type Paths = PartFiles & { readonly train: string };

/** Undefined if a file cannot be opened; the problems then say why. */
export async function openParts(
  paths: Paths,
  open: (path: string, key: readonly string[]) => Promise<OpenedFile | undefined>,
): Promise<OpenedData | undefined> {
  const opened: { readonly part: Part; readonly file: OpenedFile }[] = [];
  for (const part of parts) {
    const path = paths[part];
    const file = path === undefined ? undefined : await open(path, keyOf(part));
    if (file) {
      opened.push({ part, file });
    } else if (path !== undefined) {
      joined(opened.map((each) => each.file.bytes)).close();
      return undefined;
    }
  }
  return {
    bytes: joined(opened.map(({ file }) => file.bytes)),
    read: (problems) => readAll(opened, problems),
  };
}

function keyOf(part: Part): string[] {
  return ['data', 'split', 'files', part];
}

/** The bytes of all files. */
export function joined(files: readonly DataBytes[]): DataBytes {
  return {
    length: files.reduce((sum, { length }) => sum + length, 0),
    hash: files[0]?.hash,
    read(target, offset) {
      let start = 0;
      for (const bytes of files) {
        const from = Math.max(offset, start);
        const to = Math.min(offset + target.length, start + bytes.length);
        if (from < to) {
          bytes.read(target.subarray(from - offset, to - offset), from - start);
        }
        start += bytes.length;
      }
    },
    close() {
      for (const bytes of files) {
        bytes.close();
      }
    },
  };
}

function readAll(
  files: readonly { readonly part: Part; readonly file: OpenedFile }[],
  problems: Problems,
): Table | undefined {
  const tables: { readonly part: Part; readonly table: Table; readonly columns: readonly number[] }[] = [];
  for (const { part, file } of files) {
    const first = tables[0]?.table;
    const table = file.read(problems, first && alikeOf(first));
    if (!table) {
      return undefined;
    }
    const names = (first ?? table).columns.map(({ name }) => name);
    const places = placesOf(table.columns.map(({ name }) => name));
    const missing = names.find((name) => !places.has(name));
    if (missing !== undefined || names.length !== table.columns.length) {
      const other = missing ?? table.columns.find(({ name }) => !names.includes(name))?.name ?? '';
      const message =
        missing === undefined
          ? t(
              '{0} has a column “{1}” that {2} lacks. Give all files the same columns.',
              file.fileName,
              other,
              files[0].file.fileName,
            )
          : t(
              '{0} lacks the column “{1}” that {2} has. Give all files the same columns.',
              file.fileName,
              other,
              files[0].file.fileName,
            );
      problems.add('part-columns', message, keyOf(part));
      return undefined;
    }
    tables.push({ part, table, columns: names.map((name) => places.get(name)!) });
  }
  const [{ table: first }] = tables;
  const rowsOf = (part: Part) => tables.find((each) => each.part === part)?.table.rows ?? 0;
  return {
    columns: first.columns.map((_, at) => stacked(tables.map(({ table, columns }) => table.columns[columns[at]]))),
    rows: tables.reduce((sum, { table }) => sum + table.rows, 0),
    ...(first.found && { found: first.found }),
    ...(first.samples && { samples: first.samples }),
    ...(first.targets && { targets: first.targets }),
    partRows: { train: rowsOf('train'), validation: rowsOf('validation'), test: rowsOf('test') },
    place(row, column) {
      let below = row;
      let at = 0;
      while (below >= tables[at].table.rows) {
        below -= tables[at].table.rows;
        at++;
      }
      return tables[at].table.place(below, tables[at].columns[column]);
    },
  };
}

/** The types and units of a table's columns, for reading another one alike. */
function alikeOf({ columns }: Table): Alike {
  const units = columns.flatMap((column): [string, string][] =>
    column.type === 'number' && column.unit !== undefined ? [[column.name, column.unit]] : [],
  );
  return {
    types: Object.fromEntries(columns.map((column): [string, DeclaredType] => [column.name, typeOf(column)])),
    units: Object.fromEntries(units),
  };
}

function typeOf(column: Column): DeclaredType {
  const dates = column.type === 'number' ? column.dates : undefined;
  if (!dates) {
    return column.type;
  }
  return dates === 'ymd' ? 'date' : `date_${dates}`;
}

/** The columns of one name, one below the other. They have one type. */
function stacked(columns: readonly Column[]): Column {
  const [first] = columns;
  const rows = columns.reduce((sum, column) => sum + lengthOf(column), 0);
  let from = 0;
  if (first.type === 'number') {
    const values = new Float64Array(rows);
    const bad = columns.flatMap((column) => {
      const start = from;
      from += lengthOf(column);
      if (column.type !== 'number') {
        return [];
      }
      values.set(column.values, start);
      return column.bad.map((cell) => ({ ...cell, row: cell.row + start }));
    });
    // Columns may have getters, which `...` does not copy.
    const { name, type, dates, unit } = first;
    const texts = stackedTexts(columns);
    const kept = { ...(texts.length > 0 && { texts }), ...(dates && { dates }), ...(unit !== undefined && { unit }) };
    return { name, type, values, bad, ...kept };
  }
  const codes = new Int32Array(rows);
  const places = new Map<string, number>();
  for (const column of columns) {
    if (column.type === 'category') {
      const own = column.values.map((value) => {
        const code = places.get(value) ?? places.size;
        places.set(value, code);
        return code;
      });
      for (const [row, code] of column.codes.entries()) {
        codes[from + row] = code < 0 ? -1 : own[code];
      }
    }
    from += lengthOf(column);
  }
  return { name: first.name, type: 'category', codes, values: [...places.keys()] };
}

function lengthOf(column: Column): number {
  return column.type === 'number' ? column.values.length : column.codes.length;
}

/** The texts of bad cells in any of the columns. */
function stackedTexts(columns: readonly Column[]): readonly BadText[] {
  const all = new Map<string, BadText>();
  let start = 0;
  for (const column of columns) {
    for (const { row, count, ...text } of column.type === 'number' ? badTexts(column) : []) {
      const known = all.get(text.text) ?? { ...text, row: row + start, count: 0 };
      all.set(text.text, { ...known, count: known.count + count });
    }
    start += lengthOf(column);
  }
  return [...all.values()];
}
