/** Assigns the rows of a table to the parts. */
import { t } from '@vscode/l10n';
import { counted } from '../common/counted';
import { type DataSpec, type Part, parts } from '../spec/spec';
import type { Problems } from './problems';
import { shareOfOneRow, splitAt, splitGroups, splitInOrder, splitRows } from './split';
import { groupsOf, timesOf } from './splitColumn';
import type { Table } from './table';
import type { TargetPlan } from './targets';

export interface SplitRequest {
  readonly data: DataSpec;
  readonly seed: number;
  readonly table: Table;
  /** The column that the rows are split by. */
  readonly splitBy?: number;
}

const nothing = new Int32Array(0);
const noParts = { train: nothing, validation: nothing, test: nothing };

/** Undefined if the column does not tell how; `problems` then says why. */
function splitBy(
  { data, seed, table, splitBy: index }: SplitRequest,
  kept: Int32Array,
  problems: Problems,
): Record<Part, Int32Array> | undefined {
  if (index === undefined) {
    return splitInOrder(kept.length, data.split);
  }
  const column = table.columns[index];
  if (data.split.by?.kind === 'group') {
    const { codes, count } = groupsOf(column, kept);
    return splitGroups(codes, count, data.split, seed);
  }
  const times = timesOf(table, index, kept, problems);
  return times && splitInOrder(kept.length, data.split, times);
}

/** The classes that a stratified split keeps in their shares. */
export function classesOf(
  { data }: SplitRequest,
  { classOf, encoding }: TargetPlan,
  kept: Int32Array,
  problems: Problems,
): Int32Array | undefined {
  // If the loss needs numbers, the check of the network reports `stratify` without reading data.
  if (data.stratify && !classOf && encoding.kind !== 'numbers') {
    problems.add(
      'stratify-without-classes',
      t('stratify needs one target column that holds classes. Take stratify out.'),
      ['data', 'stratify'],
    );
  }
  return data.stratify && classOf ? kept.map(classOf) : undefined;
}

/** The parts of the rows in use, as indices into `kept`. Reports a part without rows. */
export function splitTable(
  request: SplitRequest,
  kept: Int32Array,
  classes: Int32Array | undefined,
  problems: Problems,
): Record<Part, Int32Array> {
  const { data, seed } = request;
  const { partRows } = request.table;
  const split = partRows
    ? splitAt(kept, partRows)
    : data.split.by
      ? splitBy(request, kept, problems)
      : splitRows(kept.length, data.split, seed, classes);
  if (!split) {
    return noParts;
  }
  const wanted = parts.filter((part) => data.split[part] > 0);
  if (kept.length > 0 && kept.length < wanted.length) {
    problems.add(
      'empty-part',
      counted(
        kept.length,
        t(
          'There is {0} row for {1} parts ({2}). Write split: {3}, or add rows.',
          kept.length,
          wanted.length,
          wanted.join(', '),
          '{ train: 1 }',
        ),
        t(
          'There are {0} rows for {1} parts ({2}). Write split: {3}, or add rows.',
          kept.length,
          wanted.length,
          wanted.join(', '),
          '{ train: 1 }',
        ),
      ),
      ['data', 'split'],
    );
    return split;
  }
  for (const part of parts) {
    if (data.split[part] === 0 || split[part].length > 0) {
      continue;
    }
    if (data.split.by?.kind === 'group') {
      const message = t(
        'No group is left for the {0} part: a group in “{1}” is not divided. Split by another column, or into fewer parts.',
        part,
        data.split.by.column,
      );
      problems.add('empty-part', message, ['data', 'split', part]);
      continue;
    }
    problems.add(
      'empty-part',
      t(
        'No row is left for the {0} part: there are {1} rows. Give it a larger share, such as {2}, or add rows.',
        part,
        kept.length,
        shareOfOneRow(kept.length),
      ),
      ['data', 'split', part],
    );
  }
  return split;
}
