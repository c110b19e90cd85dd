/** Data as a run needs them: read, checked, encoded, split and scaled. The rules are told in `docs/data.md`. */
import { type Steps, type TakeSteps, takeAll } from '../common/steps';
import type { ColumnFacts, DataFacts, TargetKind } from '../spec/dataFacts';
import { targetKindOf } from '../spec/lossRules';
import { type DataSpec, type Part, parts } from '../spec/spec';
import { UnreadableError } from './bytes';
import { sortValueSteps } from './cells';
import { chooseColumns } from './choose';
import type { DataProblem, Dataset } from './dataset';
import { encodeSteps } from './encode';
import type { DataFiles } from './files';
import { type Hasher, sha256 } from './hash';
import { type OpenedData, openData } from './origin';
import { Problems } from './problems';
import { describeSteps, type Table } from './table';

export type { Hasher } from './hash';
export { predictionRowSteps } from './prediction';

export interface DatasetRequest {
  readonly data: DataSpec;
  readonly loss: string;
  /** What the loss makes of the targets; left out where its name settles it. */
  readonly targetKind?: TargetKind;
  readonly seed: number;
}

export type LoadedData =
  | { readonly dataset: Dataset; readonly facts: DataFacts }
  | { readonly problems: readonly DataProblem[] };

/** How the work is done, and by what. */
export interface Loading<GivenUp extends undefined = never> {
  /** Left out: all steps at once. */
  readonly take?: TakeSteps<GivenUp>;
  readonly hasher?: Hasher;
}

/** Rejects nothing: what `files` rejects with, too, becomes a problem. */
export async function loadDataset<GivenUp extends undefined = never>(
  request: DatasetRequest,
  files: DataFiles,
  { take = async (steps) => takeAll(steps), hasher }: Loading<GivenUp> = {},
): Promise<LoadedData | GivenUp> {
  const problems = new Problems();
  const opened = await openData(request.data, request.seed, files, problems);
  if (!opened) {
    return { problems: problems.list() };
  }
  try {
    const read = await take(datasetSteps(request, opened, problems));
    if (read === undefined || 'problems' in read) {
      return read;
    }
    const hash = await sha256(opened.bytes, hasher, take);
    return hash === undefined ? hash : { dataset: { ...read.dataset, hash }, facts: read.facts };
  } catch (error) {
    if (!(error instanceof UnreadableError)) {
      throw error;
    }
    // What was found in it is of no use.
    return { problems: [{ code: 'data-file', message: error.message, path: ['data', 'file'] }] };
  } finally {
    opened.bytes.close();
  }
}

type ReadData =
  | { readonly dataset: Omit<Dataset, 'hash'>; readonly facts: DataFacts }
  | { readonly problems: readonly DataProblem[] };

function* datasetSteps(request: DatasetRequest, { target, read }: OpenedData, problems: Problems): Steps<ReadData> {
  const table = yield* read(problems);
  const chosen = table && chooseColumns(table, request.data, target, problems);
  if (!table || !chosen) {
    return { problems: problems.list() };
  }
  const targetKind = request.targetKind ?? targetKindOf(request.loss);
  const dataset = yield* encodeSteps({ ...request, targetKind, ...chosen, table }, problems);
  if (!dataset) {
    return { problems: problems.list() };
  }
  return { dataset, facts: yield* describe(table, dataset) };
}

function* describe(table: Table, dataset: Omit<Dataset, 'hash'>): Steps<DataFacts> {
  const { kind, classNames } = dataset.targetEncoding;
  const counts = Object.fromEntries(parts.map((part) => [part, dataset.parts[part].length])) as Record<Part, number>;
  const columns: ColumnFacts[] = [];
  for (const column of table.columns) {
    const facts = yield* describeSteps(column);
    columns.push(facts.categories ? { ...facts, categories: yield* sortValueSteps(facts.categories) } : facts);
  }
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
