/** Judges which columns alone give the target away: the one judge of checks, new specs and the Data view. */
import { t } from '@vscode/l10n';
import { shorten } from '../../common/limits';
import type { GivenAway } from '../../spec/tableFacts';
import type { EncodeRequest, EncodingPlan } from '../encode';
import type { Column, NumberColumn, Table } from '../table';
import { alwaysTheSame, type Classes, type Fit, fitOf, guessClasses, trialOf } from './givesAway';
import { hashesOf, withoutRepeats } from './repeatedRows';
import { type CountsOf, countsOf, shareOfRowNumbers } from './rowNumbers';

/** Judges the inputs of a spec's table. */
export function judgeInputs(
  request: EncodeRequest,
  { kept, targets }: Pick<EncodingPlan, 'kept' | 'targets'>,
  inputs: readonly number[],
  counts?: CountsOf,
): readonly GivenAway[] {
  // A generated target is a function of its inputs.
  if (request.data.origin.kind === 'source') {
    return [];
  }
  const { classOf, encoding } = targets;
  const { classNames } = encoding;
  const classes = classOf && classNames ? { classOf, count: classNames.length } : undefined;
  const { table, targets: indices } = request;
  return judgeColumns({
    table,
    rows: kept,
    inputs,
    targets: indices,
    isByTime: isByTime(request),
    ...(classes && { classes }),
    ...(counts && { counts }),
  });
}

/** Asks whether a column that was found may be an input. */
export function doubtWords(): string {
  return t('Is it known before the target is? If not, leave it out of inputs.');
}

export function isByTime({ data }: Pick<EncodeRequest, 'data'>): boolean {
  return data.split.by?.kind === 'time';
}

/** With fewer rows than this a column may fit the target by chance. */
const fewestRows = 30;
/**
 * Rows that a column must tell apart, those that always the most frequent class gets wrong, before a perfect
 * one is surely more than an honest measurement of a small table.
 */
const sureRows = 60;
/** Shares of the rows, and of those that the most frequent class gets wrong, that may be guessed wrongly. */
const [wrongRows, wrongOfMost] = [0.001, 0.02];

export interface Judged {
  readonly table: Pick<Table, 'rows' | 'columns'>;
  /** The rows in use: each has a target. */
  readonly rows: Int32Array;
  readonly inputs: readonly number[];
  readonly targets: readonly number[];
  /** The class of each row; undefined where targets are numbers. */
  readonly classes?: Pick<Classes, 'classOf' | 'count'>;
  readonly isByTime: boolean;
  /** Known counts of the columns; default: they are counted when needed. */
  readonly counts?: CountsOf;
}

export function judgeColumns(judged: Judged): readonly GivenAway[] {
  const { table, rows, inputs, targets, classes, isByTime } = judged;
  // A single input has to give the target away.
  if (inputs.length < 2 || rows.length < fewestRows) {
    return [];
  }
  const judge = (some: readonly number[], of: Int32Array) =>
    classes
      ? byClasses(table, some, { ...classes, rows: of })
      : targets.flatMap((target) => byNumbers(table, some, target, of));
  const first = judge(inputs, rows);
  if (first.length === 0) {
    return [];
  }
  // A copy of a row would give its target away. Few tables get so far as to be searched for copies.
  const counts = judged.counts ?? countsOf(table.columns);
  const compared = comparedColumns(table, { inputs, targets, isByTime }, counts);
  const single = compared.length > 0 ? withoutRepeats(rows, hashesOf(compared, table.rows)) : rows;
  const last =
    single.length === rows.length
      ? first
      : single.length < fewestRows
        ? []
        : judge([...new Set(first.map(({ index }) => index))], single);
  // A column may give several targets away.
  return [...new Map(last.map(({ index, found }) => [index, found])).values()];
}

interface Found {
  readonly index: number;
  readonly found: GivenAway;
}

function byClasses({ columns }: Judged['table'], inputs: readonly number[], classes: Classes): readonly Found[] {
  const constant = alwaysTheSame(classes);
  if (constant.wrong === 0) {
    return [];
  }
  const trial = trialOf(classes, constant);
  return inputs.flatMap((index) => {
    const guessed = guessClasses(columns[index], classes, trial);
    const limit = Math.max(wrongRows * constant.rows, 2 * (classes.count - 1));
    if (!guessed || guessed.wrong > Math.min(limit, wrongOfMost * constant.wrong)) {
      return [];
    }
    const right = ({ wrong, rows }: typeof guessed) => 1 - wrong / rows;
    const message = t(
      'From “{0}” alone, {1} % of the rows are guessed right, against {2} % for always the most frequent class.',
      shorten(columns[index].name),
      percent(right(guessed)),
      percent(right(constant)),
    );
    return [foundAt(columns[index], index, right(guessed), message, constant.wrong >= sureRows)];
  });
}

function byNumbers(
  { columns }: Judged['table'],
  inputs: readonly number[],
  target: number,
  rows: Int32Array,
): readonly Found[] {
  const predicted = columns[target];
  if (predicted.type !== 'number') {
    return [];
  }
  return inputs.flatMap((index) => {
    const column = columns[index];
    // Many targets rise or fall with time.
    const fit = column.type === 'number' && column.dates ? undefined : fitOf(column, predicted, rows);
    return fit ? [foundAt(column, index, fit.value, fitWords(column, predicted, fit), rows.length >= sureRows)] : [];
  });
}

function foundAt({ name }: Column, index: number, value: number, message: string, sure: boolean): Found {
  return { index, found: { column: name, value, sure, message } };
}

function fitWords(column: Column, target: NumberColumn, { kind, value }: Fit): string {
  const names = [shorten(column.name), shorten(target.name)] as const;
  switch (kind) {
    case 'line':
      return t(
        'A straight line from “{0}” alone explains {1} % of the variance of “{2}”.',
        names[0],
        percent(value),
        names[1],
      );
    case 'groups':
      return t(
        'The categories of “{0}” alone explain {1} % of the variance of “{2}”.',
        names[0],
        percent(value),
        names[1],
      );
    case 'ranks':
      return t(
        'Sorted by “{0}”, the rows are sorted by “{1}” as well: the rank correlation is {2}.',
        ...names,
        value.toFixed(4),
      );
  }
}

/** Two decimals where they matter; only 1 itself, but for errors of float64, is 100. */
function percent(share: number): string {
  const value = 100 * share;
  return value > 99 ? String(Math.floor(value * 100 + 1e-6) / 100) : value.toFixed(0);
}

/**
 * The columns in which copies of a row are alike; none if rows have to repeat, since fewer different ones are
 * possible than there are. A copy may have a number of its own.
 */
export function comparedColumns(
  table: Judged['table'],
  { inputs, targets, isByTime }: Pick<Judged, 'inputs' | 'targets' | 'isByTime'>,
  counts: CountsOf,
): readonly Column[] {
  const isCompared = (index: number) =>
    shareOfRowNumbers(table.columns[index], table.rows, () => counts(index), isByTime) === undefined;
  const used = [...inputs.filter(isCompared), ...targets];
  let possible = 1;
  for (let at = 0; at < used.length && possible <= table.rows; at++) {
    const { distinct, missing } = counts(used[at]);
    possible *= distinct + (missing > 0 ? 1 : 0);
  }
  if (possible <= table.rows || used.length === targets.length) {
    return [];
  }
  return used.map((index) => table.columns[index]);
}
