/** Describes the columns of a table that no spec is known for. */
import { describedColumns, shownText } from '../common/limits';
import type { GeneratorSource } from '../spec/sources';
import type { FileReading, TextFormat } from '../spec/spec';
import {
  type GivenAway,
  type MarkedColumn,
  maximumCounts,
  type TableColumn,
  type TableFacts,
} from '../spec/tableFacts';
import { asDataBytes, type DataBytes } from './bytes';
import { badTexts, describeColumn, tallyCodes } from './columnFacts';
import type { DataProblem } from './dataset';
import { generateRows } from './generators';
import { judgeColumns } from './leaks/judge';
import { textsAmong } from './marks';
import { Problems } from './problems';
import { readTable } from './readers/readTable';
import { sentinelsIn } from './sentinels';
import { spellingsIn } from './spellings';
import { type Column, missingIn, type Table } from './table';
import { judgeTail } from './tails';
import { countDistinct, distinctValues } from './targets';
import { wideNumbers } from './wideNumbers';
import { wildValues } from './wildValues';

/** The column to predict, as numbers or as classes. */
export interface PredictedColumn {
  readonly column: string;
  readonly isNumber: boolean;
}

export type Profile =
  | {
      readonly facts: TableFacts;
      /** Doubts about how the file is read, and what of it is passed over. */
      readonly warnings: readonly string[];
      /** The columns that surely give a target away. */
      givesAway(target: PredictedColumn): readonly GivenAway[];
    }
  | { readonly problems: readonly DataProblem[] };

/** Describes the columns of a file of text; problems if it cannot be read as a table. */
export function profileTable(bytes: Uint8Array | DataBytes, fileName: string, given?: FileReading): Profile {
  const problems = new Problems();
  const request = { bytes: asDataBytes(bytes), fileName, path: ['data', 'file'], types: {}, given };
  const table = readTable(request, problems);
  if (!table) {
    return { problems: problems.list() };
  }
  const { found } = table;
  const among = table.columns
    .slice(0, describedColumns)
    .flatMap((column) => textsAmong(column, found) ?? [])
    .filter((each) => !isElsewhere(each, table));
  const [marked, doubted] = [false, true].map((is) => among.filter(({ doubtful = false }) => doubtful === is));
  return {
    facts: {
      ...profileColumns(table),
      ...(found && { format: found.format }),
      ...(marked.length > 0 && { marked }),
      ...(doubted.length > 0 && { doubted }),
    },
    warnings: problems
      .list()
      .filter(({ formats = [] }) => !formats.some((format) => isWritten(format, found?.format)))
      .map(({ message }) => message),
    givesAway: (target) => givenAway(table, target),
  };
}

/** Whether a new spec settles a doubt about decimals or thousands, since it writes unusual ones. */
function isWritten(other: Partial<TextFormat>, format: TextFormat | undefined): boolean {
  return other.thousands !== undefined && (format?.thousands !== 'none' || format.decimal !== '.');
}

/** Whether another column holds such a number as one of its own: `na_values` is for all columns. */
function isElsewhere({ column: own, marks, others }: MarkedColumn, { columns }: Table): boolean {
  const numbers = new Set(others && marks.map(({ text }) => Number(text)));
  const hasOne = (column: Column) =>
    column.type === 'number' && !sentinelsIn(column) && column.values.some((value) => numbers.has(value));
  return numbers.size > 0 && columns.some((column) => column.name !== own && hasOne(column));
}

/** As `profileTable` for a new spec, which has the texts read as missing that probably mean it. */
export function profileForNewSpec(bytes: Uint8Array | DataBytes, fileName: string): Profile {
  const written = profileTable(bytes, fileName);
  return 'facts' in written && written.facts.marked
    ? (profileUnmarked(bytes, fileName, written.facts, written.facts.marked) ?? written)
    : written;
}

/** Undefined if reading texts as missing makes no column one of numbers or dates. */
function profileUnmarked(
  bytes: Uint8Array | DataBytes,
  fileName: string,
  { rows, columns }: Pick<TableFacts, 'rows' | 'columns'>,
  marked: readonly MarkedColumn[],
): Profile | undefined {
  const naValues = [...new Set(marked.flatMap(({ marks }) => marks.map(({ text }) => text)))];
  const found = profileTable(bytes, fileName, { naValues });
  if ('problems' in found) {
    return undefined;
  }
  // In JSON, numbers in quotes stay text.
  const helped = marked.filter(({ column: name, holds }) =>
    found.facts.columns.some((column) => column.name === name && column.type === holds && !column.bad),
  );
  if (helped.length < marked.length) {
    return helped.length === 0 ? undefined : profileUnmarked(bytes, fileName, { rows, columns }, helped);
  }
  const others = columns.flatMap((column) => markedCategory(column, rows, naValues, helped) ?? []);
  return { ...found, facts: { ...found.facts, marked: [...marked, ...others], naValues } };
}

/** A category with one of the texts, in which they are then missing, too. */
function markedCategory(
  { name, type, counts, missing }: TableColumn,
  rows: number,
  naValues: readonly string[],
  marked: readonly MarkedColumn[],
): MarkedColumn | undefined {
  const marks = counts.flatMap(({ value, count }) => (naValues.includes(value) ? [{ text: value, count }] : []));
  return type === 'category' && marks.length > 0 && !marked.some(({ column }) => column === name)
    ? { column: name, holds: 'category', cells: rows - missing, marks }
    : undefined;
}

function givenAway(table: Table, { column, isNumber }: PredictedColumn): readonly GivenAway[] {
  const { columns } = table;
  const target = columns.findIndex(({ name }) => name === column);
  if (target < 0) {
    return [];
  }
  const isMissing = missingIn(columns[target]);
  const rows = Int32Array.from({ length: table.rows }, (_, row) => row).filter((row) => !isMissing(row));
  const { classOf, count } = isNumber ? { classOf: undefined, count: 0 } : distinctValues(columns[target]);
  const inputs = columns.slice(0, describedColumns).flatMap((_, index) => (index === target ? [] : [index]));
  const classes = classOf && { classOf, count };
  return judgeColumns({ table, rows, inputs, targets: [target], isByTime: false, ...(classes && { classes }) }).filter(
    ({ sure }) => sure,
  );
}

/** The rows that a generator makes with its default parameters and seed 0. */
export function profileGenerated(source: GeneratorSource): TableFacts {
  return profileColumns(generateRows(source, { name: source.name, parameters: {} }, 0));
}

export function profileColumns({ rows, columns }: Pick<Table, 'rows' | 'columns'>): TableFacts {
  if (columns.length <= describedColumns) {
    return { rows, columns: columns.map(profileColumn) };
  }
  // The target is usually in the last column.
  const described = [...columns.slice(0, describedColumns - 1), columns[columns.length - 1]];
  return { rows, columns: described.map(profileColumn), others: columns.length - describedColumns };
}

function profileColumn(column: Column): TableColumn {
  const facts = describeColumn(column);
  if (column.type === 'category') {
    const { codes, values } = column;
    const tally = tallyCodes(codes, values.length);
    const counts = mostFrequent(values.length, (code) => ({ value: values[code], count: tally[code] }));
    const spellings = spellingsIn(column);
    return {
      ...facts,
      distinct: values.length,
      counts: counts.filter(({ value }) => value.length <= shownText),
      ...(spellings.length > 0 && { spellings }),
    };
  }
  const { values } = column;
  const tally = tallyNumbers(values);
  const sorted = values.filter((value) => !Number.isNaN(value)).sort();
  const wild = wildValues(sorted);
  const { outliers, tail } = judgeTail(sorted);
  const wide = facts.type === 'date' ? undefined : wideNumbers(sorted);
  const counts = [...(tally ?? [])].map(([value, count]) => ({ value: String(value), count }));
  return {
    ...facts,
    distinct: tally?.size ?? countDistinct(values),
    counts: mostFrequent(counts.length, (i) => counts[i]),
    whole: values.every((value) => Number.isNaN(value) || Number.isInteger(value)),
    bad: badTexts(column).length,
    ...(outliers && { outliers }),
    ...(tail && { tail }),
    ...(wild && { wild }),
    ...(wide && { wide }),
    ...(facts.type === 'date' && { rising: values.every((value, row) => row === 0 || value >= values[row - 1]) }),
  };
}

/** How often each number occurs; undefined if more than `maximumCounts` different ones do. */
function tallyNumbers(values: Float64Array): ReadonlyMap<number, number> | undefined {
  const tally = new Map<number, number>();
  for (const value of values) {
    if (!Number.isNaN(value)) {
      tally.set(value, (tally.get(value) ?? 0) + 1);
      if (tally.size > maximumCounts) {
        return undefined;
      }
    }
  }
  return tally;
}

/** The most frequent first; equally frequent ones keep their order. */
export function mostFrequent(length: number, at: (index: number) => Count): Count[] {
  const most: Count[] = [];
  for (let i = 0; i < length; i++) {
    const next = at(i);
    if (most.length === maximumCounts && next.count <= most[maximumCounts - 1].count) {
      continue;
    }
    const place = most.findIndex(({ count }) => count < next.count);
    most.splice(place < 0 ? most.length : place, 0, next);
    most.length = Math.min(most.length, maximumCounts);
  }
  return most;
}

type Count = TableColumn['counts'][number];
