/** Reads a Parquet file: columns of numbers, dates and text, packed page by page. */
import { t } from '@vscode/l10n';
import type { SchemaElement } from 'hyparquet';
import { formatCount } from '../../../common/formatCount';
import { maximumColumnName, maximumColumns } from '../../../common/limits';
import { messageOf } from '../../../common/messageOf';
import { dateText } from '../../../spec/dates';
import type { ColumnTypes, DeclaredType } from '../../../spec/spec';
import { wholeOf } from '../../bytes';
import { isTooLarge, largestFile } from '../../delimited';
import { largestData } from '../../encode';
import type { DelimitedRequest } from '../../findFormat';
import { BlockColumn, NumberBlock } from '../../numberBlock';
import type { Problems } from '../../problems';
import { type Column, ColumnBuilder, readingsOf, type Table } from '../../table';
import { sparseCells } from '../jsonLines';
import { columnOf } from '../numberArray';
import { type ColumnKind, InexactError, kindOf } from './columnKind';
import { TooLargeError, UnsupportedError } from './damage';
import { type Footer, readFooter } from './footer';
import { readChunk } from './pages';

/** Cells of a table for each byte of its file. Equal values take almost none. */
export const cellsPerByte = 1000;

/** Columns that a warning names. */
const namedColumns = 12;

interface ReadableColumn {
  readonly element: SchemaElement;
  readonly chunk: number;
  readonly kind: ColumnKind;
}

/** Undefined if the file is no table; `problems` then says why. */
export function readParquet(request: DelimitedRequest, problems: Problems): Table | undefined {
  const { bytes, fileName, path } = request;
  if (isTooLarge(request, bytes, problems)) {
    return undefined;
  }
  try {
    const file = wholeOf(bytes);
    const footer = readFooter(file);
    const readable = readableColumns(footer, request, problems);
    if (problems.any || !hasRoom(footer, readable, request, problems)) {
      return undefined;
    }
    const budget = { left: largestFile };
    const columns = readable.map((each) => readColumn(each, footer, file, budget, request, problems));
    return columns.every((column) => column !== undefined)
      ? { columns, rows: footer.rows, place: placeIn(columns, path) }
      : undefined;
  } catch (error) {
    report(
      error,
      t('{0} is no Parquet file, or its end is missing. Copy or save it again.', fileName),
      request,
      problems,
    );
    return undefined;
  }
}

/** Undefined if the values cannot be read; `problems` then says why. */
function readColumn(
  { element, chunk, kind }: ReadableColumn,
  { rows, groups }: Footer,
  file: Uint8Array,
  budget: { left: number },
  request: DelimitedRequest,
  problems: Problems,
): Column | undefined {
  const { name } = element;
  // The first fault tells enough: a damaged file has one in most columns.
  if (problems.any) {
    return undefined;
  }
  if (declaredType(name, request.types) === 'ignore') {
    return emptyColumn(name, rows);
  }
  const collected = collect(name, kind, rows, request);
  let group = 0;
  try {
    for (const { rows: count, chunks } of groups) {
      group++;
      const { codec, start, length } = chunks[chunk];
      const bytes = file.subarray(start, start + length);
      readChunk({ element, kind, codec, bytes, rows: count, budget, add: collected.add });
    }
    return collected.finish();
  } catch (error) {
    const message = t(
      '{0} is damaged: the values of “{1}” in row group {2} cannot be read. Copy or save it again.',
      request.fileName,
      name,
      formatCount(group),
    );
    report(error, message, request, problems, name);
    return undefined;
  }
}

/** `damaged` is the sentence for bytes that are not what they should be. */
function report(
  error: unknown,
  damaged: string,
  { fileName, path }: DelimitedRequest,
  problems: Problems,
  column = '',
): void {
  const text = messageOf(error);
  if (error instanceof UnsupportedError || text.startsWith('parquet unsupported')) {
    problems.add(
      'parquet-codec',
      t(
        '{0} is written in a way that cannot be read ({1}). Save it again, packed with zstd or snappy.',
        fileName,
        text.replace('parquet unsupported ', ''),
      ),
      path,
    );
  } else if (error instanceof InexactError) {
    problems.add(
      'inexact-number',
      t(
        '“{0}” in {1} has a whole number above 2^53, which loses its last digits. Save the column as float64.',
        column,
        fileName,
      ),
      path,
    );
  } else if (error instanceof TooLargeError) {
    problems.add(
      'data-too-large',
      t('{0} is larger than 500 MB when unpacked. Train on a part of its rows.', fileName),
      path,
    );
  } else {
    // Libraries throw errors of any kind where bytes are not what they should be.
    problems.add('parquet-damaged', damaged, path);
  }
}

/** Columns of other types are errors where the spec names them; else a warning names them. */
function readableColumns(
  { columns }: Footer,
  { fileName, path, names: wanted = [], types }: DelimitedRequest,
  problems: Problems,
): readonly ReadableColumn[] {
  if (columns.length > maximumColumns) {
    problems.add(
      'too-many-columns',
      t(
        '{0} has {1} columns; a table may have {2}. Leave out those that you do not need.',
        fileName,
        formatCount(columns.length),
        formatCount(maximumColumns),
      ),
      path,
    );
    return [];
  }
  const readable: ReadableColumn[] = [];
  const others: string[] = [];
  const places = new Map<string, number>();
  for (const [index, { element, chunk }] of columns.entries()) {
    const { name } = element;
    checkName(name, index, places, path, problems);
    const kind = kindOf(element);
    if (typeof kind !== 'string') {
      readable.push({ element, chunk, kind });
    } else if (wanted.includes(name)) {
      problems.add(
        'parquet-type',
        t(
          '“{0}” in {1} has the type {2}, which cannot be read. Save it as numbers, text or dates.',
          name,
          fileName,
          kind,
        ),
        path,
      );
    } else if (declaredType(name, types) !== 'ignore') {
      others.push(`${name} (${kind})`);
    }
  }
  if (others.length > 0) {
    const listed = others.slice(0, namedColumns).join(', ');
    problems.add(
      'parquet-type',
      t(
        'Columns of types that cannot be read are passed over: {0}. Save them as numbers, text or dates to use them.',
        others.length > namedColumns ? `${listed}, …` : listed,
      ),
      path,
      undefined,
      { severity: 'warning' },
    );
  }
  return readable;
}

function checkName(
  name: string,
  index: number,
  places: Map<string, number>,
  path: DelimitedRequest['path'],
  problems: Problems,
): void {
  const earlier = places.get(name);
  places.set(name, index);
  if (name.trim() === '') {
    problems.add('empty-column-name', t('Column {0} has no name. Give it one.', formatCount(index + 1)), path);
  } else if (name.length > maximumColumnName) {
    problems.add(
      'long-column-name',
      t(
        'The name of column {0} has {1} characters; {2} are allowed. Shorten it.',
        formatCount(index + 1),
        formatCount(name.length),
        formatCount(maximumColumnName),
      ),
      path,
    );
  } else if (earlier !== undefined) {
    problems.add(
      'duplicate-column',
      t('Columns {0} and {1} are both called “{2}”. Rename one of them.', earlier + 1, index + 1, name),
      path,
    );
  }
}

/** Whether the table fits into memory; its rows are counted by the file, which may lie. */
function hasRoom(
  { rows }: Footer,
  columns: readonly ReadableColumn[],
  { bytes, fileName, path }: DelimitedRequest,
  problems: Problems,
): boolean {
  const cells = rows * columns.length;
  if (cells === 0) {
    problems.add('no-rows', t('{0} has no rows, or no column that can be read.', fileName), path);
  } else if (cells > largestData || cells > Math.max(sparseCells, cellsPerByte * bytes.length)) {
    problems.add(
      'data-too-large',
      t(
        '{0} holds {1} numbers, more than fit into memory. Train on a part of its rows.',
        fileName,
        `${formatCount(rows)} × ${formatCount(columns.length)}`,
      ),
      path,
    );
  } else {
    return true;
  }
  return false;
}

function declaredType(name: string, types: ColumnTypes): DeclaredType | undefined {
  return Object.hasOwn(types, name) ? types[name] : undefined;
}

function emptyColumn(name: string, rows: number): Column {
  return { name, type: 'number', values: new Float64Array(rows).fill(Number.NaN), bad: [] };
}

/** Collects the values of a column, row by row. */
function collect(name: string, { holds }: ColumnKind, rows: number, request: DelimitedRequest) {
  const { types } = request;
  if (holds === 'text') {
    const builder = new ColumnBuilder(name, readingsOf([name], request)[0]);
    return {
      add: (value: number | string = '') => builder.addCell(value),
      finish: () => builder.finish(),
    };
  }
  const numbers = new Float64Array(rows);
  let row = 0;
  return {
    add(value: number | string = Number.NaN) {
      numbers[row++] = value as number;
    },
    finish: () =>
      holds === 'dates'
        ? dateColumn(name, numbers, types)
        : columnOf(new BlockColumn(name, new NumberBlock(numbers, 1), 0), types),
  };
}

function dateColumn(name: string, values: Float64Array, types: ColumnTypes): Column {
  const declared = declaredType(name, types);
  if (declared !== 'category') {
    return { name, type: 'number', values, bad: [], ...(declared !== 'number' && { dates: 'ymd' }) };
  }
  const builder = new ColumnBuilder(name, { type: declared });
  for (const days of values) {
    builder.addCell(Number.isNaN(days) ? null : dateText(days));
  }
  return builder.finish();
}

/** No editor shows the file: a place is named in words. */
function placeIn(columns: readonly Column[], path: DelimitedRequest['path']): Table['place'] {
  return (row, column) => ({ path, words: t('Row {0}, column “{1}”', formatCount(row + 1), columns[column].name) });
}
