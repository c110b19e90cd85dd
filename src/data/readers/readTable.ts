/** Reads the table in a data file, whatever its name says that it is. */
import { assertNever } from '../../common/assertNever';
import { tableKind } from '../../spec/tableFiles';
import { parseNumber } from '../cells';
import { readDelimited } from '../delimited';
import type { DelimitedRequest } from '../findFormat';
import type { Problems } from '../problems';
import type { Column, Table } from '../table';
import { readIdx } from './idx';
import { readJsonLines } from './jsonLines';
import { readNpy } from './npy';
import { readNpz } from './npz';
import { readParquet } from './parquet/parquet';

/** Undefined if the file is no table; `problems` then says why. Its bytes are unpacked already. */
export function readTable(request: DelimitedRequest, problems: Problems): Table | undefined {
  const table = readAsWritten(request, problems);
  return table && withoutNumbers(table, request.given?.naValues ?? []);
}

/**
 * Makes the numbers missing that stand for a missing cell, such as -999. Readers do so with texts alone: a
 * check of each number would slow them all down.
 */
function withoutNumbers(table: Table, naValues: readonly string[]): Table {
  const numbers = new Set(naValues.map(parseNumber).filter((number) => number !== undefined));
  if (numbers.size === 0) {
    return table;
  }
  const columns = table.columns.map((column): Column => {
    if (column.type === 'category' || column.dates || !column.values.some((value) => numbers.has(value))) {
      return column;
    }
    const { name, type, bad, texts, unit } = column;
    const values = column.values.map((value) => (numbers.has(value) ? Number.NaN : value));
    return { name, type, values, bad, ...(texts && { texts }), ...(unit !== undefined && { unit }) };
  });
  return { ...table, columns };
}

function readAsWritten(request: DelimitedRequest, problems: Problems): Table | undefined {
  const kind = tableKind(request.fileName) ?? 'text';
  switch (kind) {
    case 'text':
      return readDelimited(request, problems);
    case 'jsonLines':
      return readJsonLines(request, problems);
    case 'npy':
      return readNpy(request, problems);
    case 'npz':
      return readNpz(request, problems);
    case 'idx':
      return readIdx(request, problems);
    case 'parquet':
      return readParquet(request, problems);
    default:
      return assertNever(kind);
  }
}
