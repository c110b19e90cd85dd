/** Data as a run needs them: read, checked, encoded, split and scaled. The rules are told in `docs/data.md`. */
import type { DataFacts, TargetKind } from '../spec/dataFacts';
import { targetKindOf } from '../spec/lossRules';
import { type DataSpec, type Part, parts } from '../spec/spec';
import { sortValues } from './cells';
import { chooseColumns } from './choose';
import type { DataProblem, Dataset } from './dataset';
import { encode } from './encode';
import type { DataFiles } from './files';
import { openTable } from './origin';
import { Problems } from './problems';
import { describeColumn, type Table } from './table';

export { readRowsForPrediction } from './prediction';

export interface DatasetRequest {
  readonly data: DataSpec;
  readonly loss: string;
  /** What the loss makes of the targets; left out where its name settles it. */
  readonly targetKind?: TargetKind;
  readonly seed: number;
}

/** Rejects nothing: what `files` rejects with, too, becomes a problem. */
export async function loadDataset(
  request: DatasetRequest,
  files: DataFiles,
): Promise<{ dataset: Dataset; facts: DataFacts } | { problems: DataProblem[] }> {
  const problems = new Problems();
  const opened = await openTable(request.data, request.seed, files, problems);
  if (!opened) return { problems: problems.list() };
  const chosen = chooseColumns(opened.table, request.data, opened.target, problems);
  if (!chosen) return { problems: problems.list() };
  const targetKind = request.targetKind ?? targetKindOf(request.loss);
  const dataset = encode({ ...request, targetKind, ...chosen, table: opened.table, hash: opened.hash }, problems);
  return dataset ? { dataset, facts: describe(opened.table, dataset) } : { problems: problems.list() };
}

function describe(table: Table, dataset: Dataset): DataFacts {
  const { kind, classNames } = dataset.targetEncoding;
  const counts = Object.fromEntries(parts.map((part) => [part, dataset.parts[part].length])) as Record<Part, number>;
  const facts = {
    columns: table.columns.map((column) => {
      const facts = describeColumn(column);
      return facts.categories ? { ...facts, categories: sortValues(facts.categories) } : facts;
    }),
    rows: table.rows,
    inputSize: dataset.inputSize,
    inputShape: dataset.inputShape,
    targetSize: dataset.targetSize,
    targetKind: kind,
    parts: counts,
  };
  return classNames ? { ...facts, classNames } : facts;
}
