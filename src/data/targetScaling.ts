/** Fits the scaling of numeric targets, on the train part alone. */
import { t } from '@vscode/l10n';
import { log } from '../common/math';
import type { TargetMoments } from '../spec/dataFacts';
import type { TargetScaling } from '../spec/spec';
import type { TargetScale } from '../spec/targetScale';
import { fitScale, gather, momentsOf } from './inputs';
import type { Problems } from './problems';
import type { NumberColumn, Table } from './table';
import { wideNumbers } from './wideNumbers';
import { mostExamined, wildValues } from './wildValues';

/**
 * Means and deviations of numeric target columns over the rows of the train part, and what is unusual about
 * the numbers of all rows in use, as the Data view counts them.
 */
export function targetMoments(
  table: Table,
  targets: readonly number[],
  { rows, train }: { readonly rows: Int32Array; readonly train: Int32Array },
): readonly TargetMoments[] {
  return targets.map((index) => {
    const column = table.columns[index] as NumberColumn;
    const values = gather(column, train, Number.NaN);
    const sorted = targets.length <= mostExamined ? gather(column, rows, Number.NaN).sort() : undefined;
    const [wild, wide] = sorted ? [wildValues(sorted), wideNumbers(sorted)] : [];
    return { name: column.name, ...momentsOf(values), ...(wild && { wild }), ...(wide && { wide }) };
  });
}

/**
 * One scale for each target column. `rows` are all rows in use, `train` those of the train part. Logarithms
 * are standardised as well: ln of a price is about 13, and a network begins near 0. Undefined if there are
 * problems.
 */
export function fitTargets(
  table: Table,
  targets: readonly number[],
  scaling: TargetScaling,
  { rows, train }: { readonly rows: Int32Array; readonly train: Int32Array },
  problems: Problems,
): readonly TargetScale[] | undefined {
  const columns = targets.map((index) => table.columns[index] as NumberColumn);
  if (scaling === 'log') {
    for (const [at, { values }] of columns.entries()) {
      const row = rows.find((each) => !(values[each] > 0));
      if (row !== undefined) {
        const place = table.place(row, targets[at]);
        const message = t(
          '{0}: {1} has no logarithm, which scale_target: log takes of every target. Choose scale_target: standard.',
          place.words,
          values[row],
        );
        problems.add('target-range', message, place.path, place.at);
      }
    }
    if (problems.any) {
      return undefined;
    }
  }
  const scales = columns.map((column) => {
    const values = gather(column, train, Number.NaN);
    // A target has no limit, unlike a robustly scaled input: the loss has to hold what a row is worth.
    const { shift, scale } = scaling === 'log' ? fitScale(values.map(log), 'standard') : fitScale(values, scaling);
    return { ...(scaling === 'log' && { log: true as const }), shift, scale };
  });
  for (const [at, { shift, scale }] of scales.entries()) {
    if (!Number.isFinite(shift) || !Number.isFinite(scale)) {
      const message = t('Column “{0}” holds numbers too large to scale. Give it in another unit.', columns[at].name);
      problems.add('number-too-large', message, ['data', 'scale_target'], undefined, {
        column: { name: columns[at].name, role: 'target' },
      });
    }
  }
  return problems.any ? undefined : scales;
}
