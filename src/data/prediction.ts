/** Reads rows for a trained network, encoded as in its training. */
import { t } from '@vscode/l10n';
import { nearest } from '../common/nearest';
import type { TextFormat } from '../spec/spec';
import { asDataBytes, type DataBytes } from './bytes';
import type { DataProblem, InputEncoding } from './dataset';
import { readDelimited } from './delimited';
import { largestData } from './encode';
import { inputReader, widthOf, writeInput } from './inputs';
import { Problems, suggestion } from './problems';
import { type Column, isMissingAt, placesOf, type Table } from './table';

/**
 * Inputs `[rows, inputSize]` from a table of text. Its format is found out again; where two fit, `preferred`
 * decides, the format of the table trained on. Columns are matched by name and put in the order of training;
 * other columns are ignored. Missing cells are imputed if they were in training.
 */
export function predictionRows(
  bytes: Uint8Array | DataBytes,
  encodings: readonly InputEncoding[],
  fileName: string,
  preferred?: TextFormat,
): { inputs: Float64Array; rows: number } | { problems: DataProblem[] } {
  const problems = new Problems();
  const types = Object.fromEntries(encodings.map(({ column, type }) => [column, type]));
  const orders = Object.fromEntries(encodings.flatMap(({ column, order }) => (order ? [[column, order]] : [])));
  const names = encodings.map(({ column }) => column);
  const request = { bytes: asDataBytes(bytes), fileName, path: [], types, orders, names, preferred };
  const table = readDelimited(request, problems);
  if (!table) {
    return { problems: problems.list() };
  }
  const columns = matchColumns(table, encodings, fileName, problems);
  if (problems.any) {
    return { problems: problems.list() };
  }

  const size = encodings.reduce((sum, encoding) => sum + widthOf(encoding), 0);
  if (table.rows * size > largestData) {
    const message = t('{0} rows of {1} numbers do not fit into memory. Predict a part of them.', table.rows, size);
    return { problems: [{ code: 'data-too-large', message, path: [] }] };
  }
  const inputs = new Float64Array(table.rows * size);
  let offset = 0;
  for (const [index, encoding] of encodings.entries()) {
    const read = inputReader(table.columns[columns[index]], encoding);
    for (let row = 0; row < table.rows && !problems.full; row++) {
      const value = read(row);
      if (Number.isNaN(value)) {
        report(table, row, columns[index], encoding, problems);
      } else {
        writeInput(encoding, value, inputs, row * size + offset);
      }
    }
    offset += widthOf(encoding);
  }
  return problems.any ? { problems: problems.list() } : { inputs, rows: table.rows };
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

/** Reports bad cells, which are NaN in the column like missing ones. */
function reportBadCells(table: Table, index: number, problems: Problems): void {
  const column: Column = table.columns[index];
  if (column.type !== 'number') {
    return;
  }
  for (const { row, text, infinite } of column.bad) {
    const { words, path, at } = table.place(row, index);
    if (infinite) {
      problems.add('infinite-cell', t('{0}: “{1}” is infinite. Give a finite number.', words, text), path, at);
    } else {
      const message = column.dates
        ? t('{0}: “{1}” is not a date, which the network was trained on.', words, text)
        : t('{0}: “{1}” is not a number, which the network was trained on.', words, text);
      problems.add('text-cell', message, path, at);
    }
  }
}

function report(table: Table, row: number, index: number, encoding: InputEncoding, problems: Problems): void {
  const column = table.columns[index];
  const { words, path, at } = table.place(row, index);
  if (isMissingAt(column, row)) {
    problems.add(
      'missing-cell',
      t('{0}: the cell is missing. Fill it in, or train with missing: mean or median.', words),
      path,
      at,
    );
  } else if (column.type === 'category') {
    problems.add(
      'unknown-category',
      t(
        '{0}: “{1}” did not occur in training. Known values: {2}.',
        words,
        column.values[column.codes[row]],
        (encoding.categories ?? []).slice(0, 12).join(', '),
      ),
      path,
      at,
    );
  }
}
