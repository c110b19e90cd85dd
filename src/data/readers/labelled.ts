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
export function readLabelled(
  inputs: Pick<OpenedFile, 'fileName' | 'read'>,
  labels: DelimitedRequest,
  problems: Problems,
  name: string = labelColumn,
): Table | undefined {
  const found = readLabels(labels, name, problems);
  const table = found && inputs.read(problems);
  return table && beside(table, found, [inputs.fileName, labels.fileName], labels.path, problems);
}

/** Both tables side by side. `names` are those of the files or arrays, for problems. */
export function beside(
  inputs: Table,
  targets: Table,
  names: readonly [string, string],
  path: readonly (string | number)[],
  problems: Problems,
): Table | undefined {
  if (inputs.rows !== targets.rows) {
    const [name, targetName] = names;
    problems.add(
      'label-count',
      t(
        '{0} has {1} rows, but {2} has {3} labels. Name the labels that belong to these rows.',
        name,
        formatCount(inputs.rows),
        targetName,
        formatCount(targets.rows),
      ),
      path,
    );
    return undefined;
  }
  const width = inputs.columns.length;
  return {
    ...inputs,
    columns: [...inputs.columns, ...targets.columns],
    place: (row, column) => (column < width ? inputs.place(row, column) : targets.place(row, column - width)),
  };
}

function readLabels(request: DelimitedRequest, name: string, problems: Problems): Table | undefined {
  const read = tableKind(request.fileName) === 'idx' ? readIdx : readNpy;
  const table = read(request, problems, () => name);
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
