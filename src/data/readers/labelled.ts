/** Reads inputs from one file of numbers and their labels from another. */
import { t } from '@vscode/l10n';
import { formatCount } from '../../common/formatCount';
import { labelColumn, tableKind } from '../../spec/tableFiles';
import type { DelimitedRequest } from '../findFormat';
import type { OpenedFile } from '../opened';
import type { Problems } from '../problems';
import type { Table } from '../table';
import { readIdx } from './idx';
import { readNpy } from './npy';

/** The labels are the last column. Undefined if one of the files is no table; `problems` then says why. */
export function readLabelled(inputs: OpenedFile, labels: DelimitedRequest, problems: Problems): Table | undefined {
  const found = readLabels(labels, problems);
  const table = found && inputs.read(problems);
  if (!table) {
    return undefined;
  }
  if (table.rows !== found.rows) {
    problems.add(
      'label-count',
      t(
        '{0} has {1} rows, but {2} has {3} labels. Name the file of the labels that belong to these rows.',
        inputs.fileName,
        formatCount(table.rows),
        labels.fileName,
        formatCount(found.rows),
      ),
      labels.path,
    );
    return undefined;
  }
  const width = table.columns.length;
  return {
    ...table,
    columns: [...table.columns, ...found.columns],
    place: (row, column) => (column === width ? found.place(row, 0) : table.place(row, column)),
  };
}

function readLabels(request: DelimitedRequest, problems: Problems): Table | undefined {
  const read = tableKind(request.fileName) === 'idx' ? readIdx : readNpy;
  const table = read(request, problems, () => labelColumn);
  if (table && table.columns.length > 1) {
    problems.add(
      'array-shape',
      t('{0} has {1} numbers in a row; labels have one.', request.fileName, formatCount(table.columns.length)),
      request.path,
    );
    return undefined;
  }
  return table;
}
