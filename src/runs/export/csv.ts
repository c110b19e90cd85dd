import { csvLine } from '../../common/csvLine';
import { type ExportedRun, rowsOf } from './exportedRun';

/** A row for each step that has a value, a column for each tag; a cell without a value is empty. */
export function toCsv(run: ExportedRun): string {
  const tags = Object.keys(run.series);
  const lines = rowsOf(run).map(({ step, epoch = '', values }) =>
    csvLine([step, epoch, ...tags.map((tag) => values.get(tag) ?? '')]),
  );
  return csvLine(['step', 'epoch', ...tags]) + lines.join('');
}
