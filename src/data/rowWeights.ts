/**
 * Reads the column that tells how much each row counts. Its missing cells were reported, or their rows
 * dropped.
 */
import { t } from '@vscode/l10n';
import { type Part, parts } from '../spec/spec';
import type { Problems } from './problems';
import type { Table } from './table';

/** A weight for each of `rows`; undefined if there are problems. */
export function weightsOf(
  { table }: { readonly table: Table },
  index: number,
  rows: Int32Array,
  split: Readonly<Record<Part, Int32Array>>,
  problems: Problems,
): Float64Array | undefined {
  const column = table.columns[index];
  const place = ['data', 'weights'];
  if (column.type === 'category') {
    const message = t('The weights in “{0}” are text. Weights are numbers from 0.', column.name);
    problems.add('row-weight', message, place);
    return undefined;
  }
  const { values } = column;
  const negative = rows.find((row) => values[row] < 0);
  if (negative !== undefined) {
    const { words, path, at } = table.place(negative, index);
    problems.add(
      'row-weight',
      t('{0}: a weight of {1}. Weights are numbers from 0.', words, values[negative]),
      path,
      at,
    );
    return undefined;
  }
  const weights = Float64Array.from(rows, (row) => values[row]);
  for (const part of parts) {
    if (split[part].length > 0 && split[part].every((row) => weights[row] === 0)) {
      const message = t(
        'All rows of the {0} part have the weight 0, so none counts. Give some a weight above 0.',
        part,
      );
      problems.add('row-weight', message, place);
    }
  }
  return problems.any ? undefined : weights;
}
