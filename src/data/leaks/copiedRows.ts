/** Rows of a part that the train part holds as well: the one judge of checks and the Data view. */
import { t } from '@vscode/l10n';
import { formatCount } from '../../common/formatCount';
import type { Part } from '../../spec/spec';
import type { EncodeRequest, EncodingPlan } from '../encode';
import { comparedColumns, isByTime } from './judge';
import { hashesOf, repeatedRows } from './repeatedRows';
import { type CountsOf, countsOf } from './rowNumbers';

/** Two rows may be equal by chance. */
const [fewestCopies, leastShare] = [2, 0.001];

export function copiedRows(
  { table, inputs, targets, data }: EncodeRequest,
  { parts, kept }: Pick<EncodingPlan, 'parts' | 'kept'>,
  counts: CountsOf = countsOf(table.columns),
): readonly { readonly count: number; readonly message: string }[] {
  const columns = comparedColumns(table, { inputs, targets, isByTime: isByTime({ data }) }, counts);
  if (columns.length === 0) {
    return [];
  }
  const rowsOf = (part: Part) => parts[part].map((at) => kept[at]);
  const byPart = { train: rowsOf('train'), validation: rowsOf('validation'), test: rowsOf('test') };
  return repeatedRows(columns, hashesOf(columns, table.rows), byPart)
    .filter(({ count, of }) => count >= fewestCopies && count >= leastShare * of)
    .map(({ part, count, of, example: [row, train] }) => ({
      count,
      message: t(
        '{0} of {1} rows of the {2} part are in the train part as well, inputs and target alike: row {3} equals row {4}. The network has seen them, so scores on this part are too good. Remove the copies, or keep them in one part with split.by.',
        formatCount(count),
        formatCount(of),
        part,
        formatCount(row + 1),
        formatCount(train + 1),
      ),
    }));
}
