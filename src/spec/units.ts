/** Units of numbers, as patterns in which # stands for the number: `$#`, `#km`. */
import { t } from '@vscode/l10n';
import { shorten } from '../common/limits';
import type { ColumnFacts } from './dataFacts';

/** The unit as a person writes it: `$`, `km`. */
export function unitName(unit: string): string {
  return unit.replace('#', '');
}

/** Says which columns are read without the unit that their cells have. */
export function unitNotes(columns: readonly ColumnFacts[]): string[] {
  return columns.flatMap(({ name, unit }) =>
    unit === undefined
      ? []
      : [t('“{0}”: numbers with “{1}”, which is not a part of them.', shorten(name), unitName(unit))],
  );
}
