/** Reads the column that the rows are split by. Its missing cells were reported, or their rows dropped. */
import { t } from '@vscode/l10n';
import { sortValues } from './cells';
import type { Problems } from './problems';
import type { Column, Table } from './table';

/** A day, or a moment of one: for such texts the order of the characters is that of time. */
const isoTime = /^\d{4}-\d{2}(?:-\d{2}(?:[T ]\d{2}:\d{2}.*)?)?$/;

/** A number for each of `rows` by which they can be sorted; undefined if text has no order in time. */
export function timesOf(table: Table, index: number, rows: Int32Array, problems: Problems): Float64Array | undefined {
  const column = table.columns[index];
  if (column.type === 'number') {
    const { values: times } = column;
    return Float64Array.from(rows, (row) => times[row]);
  }
  const { codes, values } = column;
  const unclear = rows.find((row) => !isoTime.test(values[codes[row]]));
  if (unclear !== undefined && !values.every(isNumber)) {
    const { words, path, at } = table.place(unclear, index);
    const message = t(
      '{0}: “{1}” has no order in time that is sure. Write numbers or dates such as 2024-05-31, or split.by: time if the file is in order.',
      words,
      values[codes[unclear]].slice(0, 40),
    );
    problems.add('split-time', message, path, at, { column: { name: column.name, role: 'row' } });
    return undefined;
  }
  const ranks = new Map(sortValues(values).map((value, rank) => [value, rank]));
  return Float64Array.from(rows, (row) => ranks.get(values[codes[row]])!);
}

function isNumber(text: string): boolean {
  return text.trim() !== '' && Number.isFinite(Number(text));
}

/** The group of each of `rows`, counted from 0 in the order of appearance. */
export function groupsOf(column: Column, rows: Int32Array): { readonly codes: Int32Array; readonly count: number } {
  const found = new Map<number, number>();
  const values = column.type === 'number' ? column.values : column.codes;
  const codes = rows.map((row) => {
    const value = values[row];
    let code = found.get(value);
    if (code === undefined) {
      code = found.size;
      found.set(value, code);
    }
    return code;
  });
  return { codes, count: found.size };
}
