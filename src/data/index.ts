/** Loads data for a run: reads, checks, encodes, splits and scales them. The rules are in `docs/data.md`. */
import { t } from '@vscode/l10n';
import { counted } from '../common/counted';
import { formatCount } from '../common/formatCount';
import { describedClasses, describedClassText, describedColumns } from '../common/limits';
import type { DataFacts, TargetKind } from '../spec/dataFacts';
import { targetKindOf } from '../spec/lossRules';
import { withoutTargetWords } from '../spec/markWords';
import type { DataWarning } from '../spec/problem';
import { type DataSpec, type Part, parts, type Spec } from '../spec/spec';
import { isArrayOfNumbers } from '../spec/tableFiles';
import { UnreadableError } from './bytes';
import { chooseColumns, keyOf } from './choose';
import { describeColumn } from './columnFacts';
import type { DataProblem, Dataset, EncodedData } from './dataset';
import { type EncodeRequest, type EncodingPlan, encodeTable, planEncoding, planFold } from './encode';
import type { DataFiles } from './files';
import { type Hasher, sha256 } from './hash';
import { copiedRows } from './leaks/copiedRows';
import { doubtWords, judgeInputs } from './leaks/judge';
import type { OpenedData } from './opened';
import { openData } from './origin';
import { Problems } from './problems';
import type { Table } from './table';
import { cutTails } from './tails';

export type { Hasher } from './hash';
export { predictionRows, type TableSource, tableCells } from './prediction';

export interface DatasetRequest {
  readonly data: DataSpec;
  readonly loss: string;
  /** How the loss reads the targets; default: decided by its name. */
  readonly targetKind?: TargetKind;
  readonly seed: number;
  /** The number of folds of a cross-validation. */
  readonly folds?: number;
}

/** All that a spec says of its data. */
export function requestOf({ data, layers, training, seed }: Spec): DatasetRequest {
  const { name: loss } = training.loss;
  return { data, loss, targetKind: targetKindOf(loss, layers), seed, folds: training.crossValidation };
}

/** Data that are read and checked, but not encoded yet. */
export interface CheckedData {
  readonly facts: DataFacts;
  /** Facts hold no long list of classes. */
  readonly classNames?: readonly string[];
  /** The differences between the folds of a cross-validation; empty without one. */
  readonly folds: readonly FoldFacts[];
  /** The data of a fold, counted from 1, or those of the spec's own split. */
  encode(fold?: number): EncodedData;
}

/** Facts that a fold's own train part decides. */
export type FoldFacts = Pick<DataFacts, 'inputSize' | 'inputShape' | 'parts'>;

export type LoadedData =
  | { readonly dataset: Dataset; readonly facts: DataFacts }
  | { readonly problems: readonly DataProblem[] };

/** A table as training reads it, also where problems keep a network from being trained on it. */
export interface OpenedTable {
  readonly table: Table;
  /** Undefined where it is not known which columns are inputs and targets. */
  readonly request?: EncodeRequest;
  readonly plan?: EncodingPlan;
  readonly problems: readonly DataProblem[];
}

/** A rejection of `files` becomes a problem. Without `makeHasher` the browser's own hash is used. */
export function checkData(
  request: DatasetRequest,
  files: DataFiles,
  makeHasher?: () => Hasher,
): Promise<CheckedData | Refused> {
  const use = async (opened: OpenedData, checked: Checked) => {
    // While the file is open: problems say where they are in it.
    const folds = checkFolds(checked);
    if ('problems' in folds) {
      return folds;
    }
    const hash = await sha256(opened.bytes, makeHasher);
    const { request: asked, plan } = checked;
    const format = asked.table.found?.format;
    return {
      facts: describe(checked),
      classNames: plan.targets.encoding.classNames,
      folds,
      encode: (fold?: number) => {
        const own = fold === undefined ? plan : planFold(asked, plan, fold, new Problems());
        // The folds have been checked.
        return { ...encodeTable(asked, own!), hash, ...(format ? { format } : {}) };
      },
    };
  };
  return loadChecked(request, files, use, makeHasher);
}

export async function loadDataset(
  request: DatasetRequest,
  files: DataFiles,
  makeHasher?: () => Hasher,
): Promise<LoadedData> {
  const checked = await checkData(request, files, makeHasher);
  if ('problems' in checked) {
    return checked;
  }
  const { inputs, ...encoded } = checked.encode();
  const dataset = { ...encoded, inputs: typeof inputs === 'function' ? inputs() : inputs };
  return { dataset, facts: checked.facts };
}

/** Fits each fold. Returns the problems of the first that has some. */
function checkFolds({ request, plan }: Checked): FoldFacts[] | Refused {
  const folds: FoldFacts[] = [];
  for (let fold = 1; fold <= (request.folds ?? 0); fold++) {
    const problems = new Problems();
    const found = planFold(request, plan, fold, problems);
    if (!found) {
      const named = problems.list().map((each) => ({ ...each, message: t('Fold {0}: {1}', fold, each.message) }));
      return { problems: named };
    }
    folds.push({ inputSize: found.inputSize, inputShape: found.inputShape, parts: countsOf(found) });
  }
  return folds;
}

function countsOf({ parts: own }: EncodingPlan): Record<Part, number> {
  return Object.fromEntries(parts.map((part) => [part, own[part].length])) as Record<Part, number>;
}

/** The same checks, but those of each fold, without the data set: faster, and in less memory. */
export function loadFacts(request: DatasetRequest, files: DataFiles): Promise<{ readonly facts: DataFacts } | Refused> {
  return loadChecked(request, files, async (_, checked) => ({ facts: describe(checked) }));
}

/** Reads and checks the table, and keeps it. Without one that can be read there are only problems. */
export function loadTable(request: DatasetRequest, files: DataFiles): Promise<OpenedTable | Refused> {
  return load(request, files, async (opened, problems) => {
    const found = examine(request, opened, problems);
    return found && { ...found, problems: problems.list() };
  });
}

interface Refused {
  readonly problems: readonly DataProblem[];
}

/** A table that passed all checks. */
interface Checked {
  readonly request: EncodeRequest;
  readonly plan: EncodingPlan;
  readonly warnings: readonly DataWarning[];
}

function loadChecked<Result>(
  request: DatasetRequest,
  files: DataFiles,
  use: (opened: OpenedData, checked: Checked) => Promise<Result>,
  makeHasher?: () => Hasher,
): Promise<Result | Refused> {
  const check = async (opened: OpenedData, problems: Problems) => {
    const found = examine(request, opened, problems);
    if (found?.plan && !problems.any) {
      warnOfRowsWithoutTarget(found.request, found.plan, problems);
      warnOfRowsWithGaps(found.request, found.plan, problems);
      warnOfManyCategories(found.request, found.plan, problems);
      warnOfCopies(found.request, found.plan, problems);
      warnOfTails(found.request, found.plan, problems);
      warnOfScoredClass(found.request, found.plan, problems);
      warnOfLeaks(found.request, found.plan, problems);
    }
    return found?.plan && !problems.any
      ? use(opened, { request: found.request, plan: found.plan, warnings: problems.list().flatMap(warningOf) })
      : undefined;
  };
  return load(request, files, check, makeHasher);
}

/** Calls `use` with the opened data; where it returns nothing, the problems say why. */
async function load<Result>(
  { data, seed }: DatasetRequest,
  files: DataFiles,
  use: (opened: OpenedData, problems: Problems) => Promise<Result | undefined>,
  makeHasher?: () => Hasher,
): Promise<Result | Refused> {
  const problems = new Problems();
  const opened = await openData(data, seed, { files, problems, makeHasher });
  if (!opened) {
    return { problems: problems.list() };
  }
  try {
    return (await use(opened, problems)) ?? { problems: problems.list() };
  } catch (error) {
    if (!(error instanceof UnreadableError)) {
      throw error;
    }
    // The problems found so far are dropped: the bytes they were found in may be wrong.
    return { problems: [{ code: 'data-file', message: error.message, path: ['data', 'file'] }] };
  } finally {
    opened.bytes.close();
  }
}

type Examined =
  | { readonly table: Table; readonly request: EncodeRequest; readonly plan?: EncodingPlan }
  | { readonly table: Table; readonly request?: undefined; readonly plan?: undefined };

/** Goes as far as the problems allow. Undefined without a table. */
function examine(wanted: DatasetRequest, { target, read }: OpenedData, problems: Problems): Examined | undefined {
  const table = read(problems);
  const chosen = table && chooseColumns(table, wanted.data, target ?? table.targets, problems);
  if (!table || !chosen) {
    return table && { table };
  }
  const targetKind = wanted.targetKind ?? targetKindOf(wanted.loss);
  const request = { ...wanted, targetKind, ...chosen, table };
  return { table, request, plan: planEncoding(request, problems) };
}

/** Nobody should wonder where these rows went. */
function warnOfRowsWithoutTarget({ table }: EncodeRequest, plan: EncodingPlan, problems: Problems): void {
  const { withoutTarget, targets } = plan;
  if (withoutTarget === 0) {
    return;
  }
  const message = withoutTargetWords(targets.encoding.columns, withoutTarget, table.rows);
  problems.add('rows-without-target', message, ['data', 'target'], undefined, { severity: 'hint' });
}

/** As many rows have a target but lack another cell; `missing: drop` passes over them. */
function warnOfRowsWithGaps({ table }: EncodeRequest, plan: EncodingPlan, problems: Problems): void {
  const count = table.rows - plan.withoutTarget - plan.kept.length;
  if (count === 0) {
    return;
  }
  const [some, all] = [formatCount(count), formatCount(table.rows)];
  const message = counted(
    count,
    t('{0} of {1} rows lacks a cell: it is neither learned from nor scored.', some, all),
    t('{0} of {1} rows lack a cell: they are neither learned from nor scored.', some, all),
  );
  problems.add('rows-with-gaps', message, ['data', 'missing'], undefined, { severity: 'hint' });
}

/** A category with more values than this needs some rows for each on average. */
const [manyCategories, fewRowsEach] = [100, 5];

/** Warns of categories whose values hardly repeat, each of which is an input of its own. */
function warnOfManyCategories({ data }: EncodeRequest, plan: EncodingPlan, problems: Problems): void {
  for (const { column, categories = [] } of plan.inputs.slice(0, describedColumns)) {
    const rowsEach = plan.kept.length / categories.length;
    if (categories.length <= manyCategories || rowsEach >= fewRowsEach) {
      continue;
    }
    const message = t(
      '“{0}” becomes {1} of the {2} inputs, one for each of its values, each in {3} rows on average: hardly anything can be learned from them. Leave it out of inputs.',
      column,
      formatCount(categories.length),
      formatCount(plan.inputSize),
      Number(rowsEach.toPrecision(2)),
    );
    const at = data.inputs?.indexOf(column) ?? -1;
    const path = data.inputs
      ? keyOf('inputs', data.inputs, at)
      : Object.hasOwn(data.types, column)
        ? ['data', 'types', column]
        : ['data', data.origin.kind];
    problems.add('many-categories', message, path, undefined, {
      severity: 'warning',
      column: { name: column, role: 'input' },
    });
  }
}

/** Arrays and images are not compared: that would take as long as reading them. */
function warnOfCopies(request: EncodeRequest, plan: EncodingPlan, problems: Problems): void {
  const { origin, split } = request.data;
  const isTable = origin.kind === 'file' && !isArrayOfNumbers(origin.path);
  if (!isTable || split.validation + split.test === 0) {
    return;
  }
  for (const { message } of copiedRows(request, plan)) {
    problems.add('repeated-rows', message, ['data', 'file'], undefined, { severity: 'warning' });
  }
}

/** A limit is meant for outliers alone. */
function warnOfTails(request: EncodeRequest, plan: EncodingPlan, problems: Problems): void {
  for (const { message } of cutTails(request, plan)) {
    problems.add('cut-tail', message, ['data', 'scale'], undefined, { severity: 'hint' });
  }
}

/** A class this many times as frequent as the other is hardly the one to be found. */
const commonClass = 3;

/** Says so where scores are about the class that most rows have, only since it is the last by name. */
function warnOfScoredClass({ data }: EncodeRequest, { kept, targets }: EncodingPlan, problems: Problems): void {
  const { classOf, encoding } = targets;
  const { classNames = [], columns } = encoding;
  if (data.origin.kind === 'source' || data.positive !== undefined || !classOf || classNames.length !== 2) {
    return;
  }
  const scored = kept.reduce((count, row) => count + classOf(row), 0);
  if (scored <= commonClass * (kept.length - scored)) {
    return;
  }
  const [rare, common] = classNames;
  const message = t(
    '“{0}”: {1} % of the rows are “{2}”, and precision, recall, average precision and thresholds are about this class, since it comes last by name. If “{3}” is to be found, write positive: {3}.',
    columns[0],
    Math.floor((1000 * scored) / kept.length) / 10,
    common,
    rare,
  );
  problems.add('scored-class', message, ['data', 'target'], undefined, { severity: 'hint', meant: rare });
}

/** Warns of each input that surely gives the target away, at its name where the spec lists it. */
function warnOfLeaks(request: EncodeRequest, plan: EncodingPlan, problems: Problems): void {
  const { origin, inputs: listed = [] } = request.data;
  const found = judgeInputs(request, plan, request.inputs.slice(0, describedColumns));
  for (const { column, message } of found.filter(({ sure }) => sure)) {
    const place = listed.indexOf(column);
    const path = place < 0 ? ['data', origin.kind] : keyOf('inputs', listed, place);
    const remedy = { column: { name: column, role: 'input' } } as const;
    problems.add('gives-away', `${message} ${doubtWords()}`, path, undefined, { severity: 'warning', ...remedy });
  }
}

function warningOf(problem: DataProblem): DataWarning[] {
  const { code, severity, message, path, formats, types, naValues, column, meant } = problem;
  const about = { code: code as DataWarning['code'], message, path, ...(severity === 'hint' && { severity }) };
  return severity === undefined ? [] : [{ ...about, formats, types, naValues, column, meant }];
}

/** Holds what checks need, in bounded memory: it is sent to hosts and kept with a run. */
function describe({ request: { table, inputs, targets }, plan, warnings }: Checked): DataFacts {
  const { kind, classNames } = plan.targets.encoding;
  const used = [...targets, ...inputs].slice(0, describedColumns).sort((a, b) => a - b);
  const facts = {
    columns: used.map((index) => describeColumn(table.columns[index])),
    rows: table.rows,
    inputSize: plan.inputSize,
    inputShape: plan.inputShape,
    targetSize: plan.targets.size,
    targetKind: kind,
    ...(plan.targetMoments && { targetMoments: plan.targetMoments }),
    parts: countsOf(plan),
    ...(warnings.length > 0 ? { warnings } : {}),
  };
  return classNames && areFew(classNames) ? { ...facts, classNames } : facts;
}

/** Whether the names of the classes are small enough to be sent and kept. */
export function areFew(classNames: readonly string[]): boolean {
  return (
    classNames.length <= describedClasses &&
    classNames.reduce((sum, { length }) => sum + length, 0) <= describedClassText
  );
}
