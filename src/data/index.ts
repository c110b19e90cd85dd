/** Loads data for a run: reads, checks, encodes, splits and scales them. The rules are in `docs/data.md`. */
import type { ColumnFacts, DataFacts, TargetKind } from '../spec/dataFacts';
import { targetKindOf } from '../spec/lossRules';
import { type DataSpec, type Part, parts } from '../spec/spec';
import { UnreadableError } from './bytes';
import { sortValues } from './cells';
import { chooseColumns } from './choose';
import type { DataProblem, Dataset } from './dataset';
import { encodeTable } from './encode';
import type { DataFiles } from './files';
import { type Hasher, sha256 } from './hash';
import { type OpenedData, openData } from './origin';
import { Problems } from './problems';
import { describeColumn, type Table } from './table';

export type { Hasher } from './hash';
export { predictionRows } from './prediction';

export interface DatasetRequest {
  readonly data: DataSpec;
  readonly loss: string;
  /** How the loss reads the targets; default: decided by its name. */
  readonly targetKind?: TargetKind;
  readonly seed: number;
}

export type LoadedData =
  | { readonly dataset: Dataset; readonly facts: DataFacts }
  | { readonly problems: readonly DataProblem[] };

/** Never rejects: what `files` rejects with becomes a problem. Without `hasher` the browser's own hash is used. */
export async function loadDataset(request: DatasetRequest, files: DataFiles, hasher?: Hasher): Promise<LoadedData> {
  const problems = new Problems();
  const opened = await openData(request.data, request.seed, files, problems);
  if (!opened) {
    return { problems: problems.list() };
  }
  try {
    const read = readDataset(request, opened, problems);
    if ('problems' in read) {
      return read;
    }
    return { dataset: { ...read.dataset, hash: await sha256(opened.bytes, hasher) }, facts: read.facts };
  } catch (error) {
    if (!(error instanceof UnreadableError)) {
      throw error;
    }
    // Problems found before are dropped: what was read of the file may be wrong.
    return { problems: [{ code: 'data-file', message: error.message, path: ['data', 'file'] }] };
  } finally {
    opened.bytes.close();
  }
}

type ReadData =
  | { readonly dataset: Omit<Dataset, 'hash'>; readonly facts: DataFacts }
  | { readonly problems: readonly DataProblem[] };

function readDataset(request: DatasetRequest, { target, read }: OpenedData, problems: Problems): ReadData {
  const table = read(problems);
  const chosen = table && chooseColumns(table, request.data, target, problems);
  if (!table || !chosen) {
    return { problems: problems.list() };
  }
  const targetKind = request.targetKind ?? targetKindOf(request.loss);
  const dataset = encodeTable({ ...request, targetKind, ...chosen, table }, problems);
  if (!dataset) {
    return { problems: problems.list() };
  }
  return { dataset, facts: describe(table, dataset) };
}

function describe(table: Table, dataset: Omit<Dataset, 'hash'>): DataFacts {
  const { kind, classNames } = dataset.targetEncoding;
  const counts = Object.fromEntries(parts.map((part) => [part, dataset.parts[part].length])) as Record<Part, number>;
  const columns = table.columns.map((column): ColumnFacts => {
    const facts = describeColumn(column);
    return facts.categories ? { ...facts, categories: sortValues(facts.categories) } : facts;
  });
  const facts = {
    columns,
    rows: table.rows,
    inputSize: dataset.inputSize,
    inputShape: dataset.inputShape,
    targetSize: dataset.targetSize,
    targetKind: kind,
    parts: counts,
  };
  return classNames ? { ...facts, classNames } : facts;
}
