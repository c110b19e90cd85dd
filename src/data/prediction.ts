/** Reads rows for a trained network, encoded as in its training. */
import { t } from '@vscode/l10n';
import { formatCount } from '../common/formatCount';
import { nearest } from '../common/nearest';
import type { ArrayNames, TextFormat } from '../spec/spec';
import { blockInputs, encodeBlock } from './blockInputs';
import { asDataBytes, type DataBytes } from './bytes';
import { badTexts } from './columnFacts';
import type { DataProblem, InputEncoding, TargetEncoding } from './dataset';
import { largestData, rowsWith } from './encode';
import { filterRows, gather, inputReader, widthOf, writeInput } from './inputs';
import { readTargets, targetTypes } from './labels';
import { mayStandForMissing } from './marks';
import { Problems, suggestion } from './problems';
import { readLabelled } from './readers/labelled';
import { readTable } from './readers/readTable';
import { type CategoryColumn, type Column, isMissingAt, placesOf, type Table } from './table';

/** A table, or the bytes of its file. */
export type TableSource = Uint8Array | DataBytes | Table;

export interface PredictionRows {
  readonly inputs: Float32Array;
  readonly rows: number;
  /** Rows of the file. */
  readonly fileRows: number;
  /** The place of each row in the file, where some were dropped. */
  readonly kept?: Int32Array;
  /** The numbers of rows that were dropped, if any: those without a target, and others that lack an input. */
  readonly withoutTarget?: number;
  readonly withGaps?: number;
  /** Names of all columns of the file. */
  readonly columns: readonly string[];
  /** How the file is written, if it is text. */
  readonly format?: TextFormat;
  /** `[rows, targets]`, if the file has them. */
  readonly targets?: Float64Array;
  /** The line of the file at which a row is, counted from 1; undefined where the file is no text. */
  readonly lineOf: (row: number) => number | undefined;
  /** Doubts about how the file was read. */
  readonly warnings: readonly DataProblem[];
}

interface PredictionOptions {
  readonly preferred?: TextFormat;
  /** The arrays that the network was trained on, where its file had several. */
  readonly arrays?: ArrayNames;
  /** The texts that stood for a missing cell in training. */
  readonly naValues?: readonly string[];
  /** Training dropped rows that lack an input. */
  readonly dropsGaps?: boolean;
  readonly needsTargets?: boolean;
  /** A file with the target of each row, for an array without it. */
  readonly labels?: FileBytes;
}

/** A data file whose bytes are unpacked. */
export interface FileBytes {
  readonly bytes: DataBytes;
  readonly fileName: string;
}

/**
 * Inputs `[rows, inputSize]` from a table. Its format is found out again; where two fit, `preferred`
 * decides, the format of the table trained on. Columns are matched by name and put in the order of training;
 * of the others, only the target is read, if it is there. Missing cells are imputed if they were in training,
 * and their rows dropped if they were dropped there. A row without a target has NaN for it. With
 * `needsTargets` it is dropped, and a target that the training does not know is a problem, as is a missing
 * column.
 */
export function predictionRows(
  source: TableSource,
  encodings: readonly InputEncoding[],
  target: TargetEncoding,
  fileName: string,
  { preferred, arrays, naValues, dropsGaps = false, needsTargets = false, labels }: PredictionOptions = {},
): PredictionRows | { problems: DataProblem[] } {
  const problems = new Problems();
  const types = { ...targetTypes(target), ...Object.fromEntries(encodings.map(({ column, type }) => [column, type])) };
  const orders = Object.fromEntries(encodings.flatMap(({ column, order }) => (order ? [[column, order]] : [])));
  const units = {
    ...target.units,
    ...Object.fromEntries(encodings.flatMap(({ column, unit }) => (unit === undefined ? [] : [[column, unit]]))),
  };
  const names = encodings.map(({ column }) => column);
  const more = { fileName, path: [], types, orders, units, names, preferred, arrays, given: { naValues } };
  const read = (found: Problems) =>
    'columns' in source ? source : readTable({ bytes: asDataBytes(source), ...more }, found);
  const table = labels
    ? readLabelled({ fileName, read }, { ...labels, path: [], types }, problems, target.columns[0])
    : read(problems);
  if (!table) {
    return { problems: problems.list() };
  }
  const columns = matchColumns(table, encodings, fileName, problems);
  const targets = readTargets(table, target, needsTargets ? { fileName, problems } : undefined);
  if (problems.any) {
    return { problems: problems.list() };
  }
  const all = Int32Array.from({ length: table.rows }, (_, row) => row);
  const scored = needsTargets && targets ? rowsWithTarget(targets, all) : all;
  const format = table.found && { format: table.found.format };
  const kept = dropsGaps ? rowsWith(table, columns, scored) : scored;
  if (kept.length === table.rows) {
    const whole = withInputs(table, encodings, columns, targets, problems);
    return { ...whole, ...format };
  }
  const [withoutTarget, withGaps] = [table.rows - scored.length, scored.length - kept.length];
  const taken = withInputs(
    takeRows(table, kept),
    encodings,
    columns,
    targets && takeTargets(targets, all, kept),
    problems,
  );
  return 'problems' in taken
    ? taken
    : {
        ...taken,
        ...format,
        fileRows: table.rows,
        kept,
        ...(withoutTarget > 0 && { withoutTarget }),
        ...(withGaps > 0 && { withGaps }),
      };
}

/** The rows whose target is known. */
function rowsWithTarget(targets: Float64Array, all: Int32Array): Int32Array {
  const size = targets.length / all.length;
  return filterRows(all, (row) => !targets.subarray(row * size, (row + 1) * size).some(Number.isNaN));
}

function takeTargets(targets: Float64Array, { length: rows }: Int32Array, kept: Int32Array): Float64Array {
  const size = targets.length / rows;
  return Float64Array.from(
    { length: kept.length * size },
    (_, i) => targets[kept[Math.floor(i / size)] * size + (i % size)],
  );
}

/** A table of some rows, without what is known of cells that are no numbers. */
function takeRows(table: Table, rows: Int32Array): Table {
  const columns = table.columns.map((column): Column => {
    const { name } = column;
    if (column.type === 'category') {
      return { name, type: 'category', codes: rows.map((row) => column.codes[row]), values: column.values };
    }
    const { dates } = column;
    return { name, type: 'number', values: gather(column, rows, Number.NaN), bad: [], ...(dates && { dates }) };
  });
  return { columns, rows: rows.length, place: (row, column) => table.place(rows[row], column) };
}

/** The rows with their inputs encoded. */
function withInputs(
  table: Table,
  encodings: readonly InputEncoding[],
  columns: readonly number[],
  targets: Float64Array | undefined,
  problems: Problems,
): PredictionRows | { problems: DataProblem[] } {
  const size = encodings.reduce((sum, encoding) => sum + widthOf(encoding), 0);
  if (table.rows * size > largestData) {
    const message = t('{0} rows of {1} numbers do not fit into memory. Predict a part of them.', table.rows, size);
    return { problems: [{ code: 'data-too-large', message, path: [] }] };
  }
  const plain = encodings.every(({ type, limit }) => type === 'number' && limit === undefined);
  const inBlock = plain ? blockInputs(table, columns, 'none') : undefined;
  const inputs = inBlock
    ? encodeBlock(
        inBlock,
        encodings,
        Int32Array.from({ length: table.rows }, (_, row) => row),
      )
    : encodeColumns(table, columns, encodings, size, problems);
  if (problems.any) {
    return { problems: problems.list() };
  }
  return {
    inputs,
    rows: table.rows,
    fileRows: table.rows,
    columns: table.columns.map(({ name }) => name),
    targets,
    lineOf: (row) => {
      const line = table.place(row, 0).at?.line;
      return line === undefined ? undefined : line + 1;
    },
    // Columns that are not used may hold anything.
    warnings: problems.list().filter(({ code }) => code === 'doubtful-format'),
  };
}

function encodeColumns(
  table: Table,
  columns: readonly number[],
  encodings: readonly InputEncoding[],
  size: number,
  problems: Problems,
): Float32Array {
  const inputs = new Float32Array(table.rows * size);
  let offset = 0;
  for (const [index, encoding] of encodings.entries()) {
    const column = table.columns[columns[index]];
    const missing: number[] = [];
    const read = inputReader(column, encoding);
    for (let row = 0; row < table.rows && !problems.full; row++) {
      const value = read(row);
      if (!Number.isNaN(value)) {
        writeInput(encoding, value, inputs, row * size + offset);
      } else if (isMissingAt(column, row)) {
        missing.push(row);
      } else {
        reportCategory(table, row, columns[index], encoding, problems);
      }
    }
    if (missing.length > 0) {
      reportMissing(table, missing, columns[index], problems);
    }
    offset += widthOf(encoding);
  }
  return inputs;
}

/** The cells of a table as they are written; those that count as missing are empty. */
export function tableCells(
  bytes: Uint8Array | DataBytes,
  columns: readonly string[],
  fileName: string,
  { preferred, arrays, naValues }: Pick<PredictionOptions, 'preferred' | 'arrays' | 'naValues'> = {},
): (row: number) => string[] {
  const types = Object.fromEntries(columns.map((name) => [name, 'category'] as const));
  const request = { bytes: asDataBytes(bytes), fileName, path: [], types, preferred, arrays, given: { naValues } };
  const table = readTable(request, new Problems());
  return (row) => (table?.columns ?? []).map((column) => textOf(column, row));
}

function textOf(column: Column, row: number): string {
  if (column.type === 'category') {
    return column.values[column.codes[row]] ?? '';
  }
  return Number.isNaN(column.values[row]) ? '' : String(column.values[row]);
}

function matchColumns(
  table: Table,
  encodings: readonly InputEncoding[],
  fileName: string,
  problems: Problems,
): readonly number[] {
  const names = table.columns.map((column) => column.name);
  const places = placesOf(names);
  return encodings.map(({ column }) => {
    const index = places.get(column) ?? -1;
    if (index >= 0) {
      reportBadCells(table, index, problems);
    } else if (!problems.full) {
      const near = suggestion(nearest(column, names), names);
      problems.add(
        'unknown-column',
        `${t('The network was trained on the column “{0}”, which is not there.', column)} ${near}`,
        [],
        {
          file: fileName,
          line: 0,
          character: 0,
          endCharacter: 0,
        },
      );
    }
    return index;
  });
}

/** Reports bad cells, which are NaN in the column like missing ones: each text at its first cell. */
function reportBadCells(table: Table, index: number, problems: Problems): void {
  const column: Column = table.columns[index];
  if (column.type !== 'number') {
    return;
  }
  for (const { row, text, infinite, count } of badTexts(column)) {
    const { words, path, at } = table.place(row, index);
    const cells = count > 1 ? ` ${t('Cells of the column with this text: {0}.', formatCount(count))}` : '';
    if (infinite) {
      const message = t('{0}: “{1}” is infinite. Give a finite number.', words, text);
      problems.add('infinite-cell', `${message}${cells}`, path, at);
    } else {
      const message = column.dates
        ? t('{0}: “{1}” is not a date, which the network was trained on.', words, text)
        : t('{0}: “{1}” is not a number, which the network was trained on.', words, text);
      const advice = mayStandForMissing(text)
        ? ` ${t('If it means that the value is missing, train with it under na_values.')}`
        : '';
      problems.add('text-cell', `${message}${cells}${advice}`, path, at);
    }
  }
}

/** Reports missing cells that are not imputed: one problem for the column, at its first missing cell. */
function reportMissing(table: Table, rows: readonly number[], index: number, problems: Problems): void {
  const { words, path, at } = table.place(rows[0], index);
  const message = t(
    '{0}: the cell is missing (missing cells in the column: {1}). Fill it in, or train with missing: drop, mean or median.',
    words,
    formatCount(rows.length),
  );
  problems.add('missing-cell', message, path, at);
}

function reportCategory(
  table: Table,
  row: number,
  index: number,
  { categories = [] }: InputEncoding,
  problems: Problems,
): void {
  const { words, path, at } = table.place(row, index);
  const column = table.columns[index] as CategoryColumn;
  const message = t(
    '{0}: “{1}” did not occur in training. Known values: {2}.',
    words,
    column.values[column.codes[row]],
    categories.slice(0, 12).join(', '),
  );
  problems.add('unknown-category', message, path, at);
}
