/**
 * Finds what in the data may mislead a training or its scores. Every sentence says the number that it rests
 * on.
 */
import { t } from '@vscode/l10n';
import { counted } from '../../common/counted';
import { formatCount, formatRounded } from '../../common/formatCount';
import { columnsAtOnce, shorten } from '../../common/limits';
import { wildTargetsDecide } from '../../common/wildTargets';
import type { WildValues } from '../../spec/dataFacts';
import type { ColumnView, DataFinding, FindingCode } from '../../spec/dataView';
import { withoutTargetWords } from '../../spec/markWords';
import { wildAdvice, wildWords } from '../../spec/wildTargets';
import type { EncodeRequest, EncodingPlan } from '../encode';
import { normalQuartiles } from '../inputs';
import { copiedRows } from '../leaks/copiedRows';
import { doubtWords, isByTime, judgeInputs } from '../leaks/judge';
import { shareOfRowNumbers } from '../leaks/rowNumbers';
import { sentinelsIn } from '../sentinels';
import { countBelow, sortedNumbers } from '../sorting';
import { cutTails } from '../tails';
import { mostExamined, wildValues } from '../wildValues';

/** Columns that get a sentence of their own for the same reason. */
const singly = 2;

export interface Examined {
  readonly request: EncodeRequest;
  readonly plan: EncodingPlan;
  /** The view of a column. */
  readonly viewOf: (index: number) => ColumnView;
}

/** The inputs beyond `inputs` are not looked at. */
export function findingsOf(examined: Examined, inputs: readonly number[]): readonly DataFinding[] {
  return [
    ...rowsWithoutTarget(examined),
    ...copies(examined),
    ...giveaways(examined, inputs),
    ...identifiers(rowNumbers(examined, inputs)),
    ...constants(examined, inputs),
    ...outliers(examined, inputs),
    ...tails(examined),
    ...wildTargets(examined),
  ];
}

/** A sentence for each of a few columns, or one for all of them. */
function forColumns<Found>(
  code: FindingCode,
  found: readonly (readonly [column: string, value: number, about: Found])[],
  one: (column: string, about: Found) => string,
  many: (count: string, names: string) => string,
): readonly DataFinding[] {
  if (found.length <= singly) {
    return found.map(([column, value, about]) => ({ code, columns: [column], value, message: one(column, about) }));
  }
  const columns = found.slice(0, columnsAtOnce).map(([column]) => column);
  const listed = columns.slice(0, 10).map((column) => `“${column}”`);
  const names = [...listed, ...(found.length > listed.length ? ['…'] : [])].join(', ');
  return [{ code, columns, value: found.length, message: many(formatCount(found.length), names) }];
}

function rowsWithoutTarget({ request, plan }: Examined): DataFinding[] {
  const { withoutTarget: value, targets } = plan;
  const { columns } = targets.encoding;
  return value === 0
    ? []
    : [{ code: 'no-target', columns, value, message: withoutTargetWords(columns, value, request.table.rows) }];
}

function copies({ request, plan, viewOf }: Examined): DataFinding[] {
  return copiedRows(request, plan, viewOf).map(({ count, message }) => ({
    code: 'repeated-rows',
    columns: [],
    value: count,
    message,
  }));
}

function giveaways({ request, plan, viewOf }: Examined, inputs: readonly number[]): readonly DataFinding[] {
  const found = judgeInputs(request, plan, inputs, viewOf);
  return forColumns(
    'gives-away',
    found.map(({ column, value, message }) => [shorten(column), value, message] as const),
    (_, message) => `${message} ${doubtWords()}`,
    (count, names) =>
      t('Each of {0} inputs alone gives the target away: {1}. Are they known before the target is?', count, names),
  );
}

/** A single row, as in a worked example, has nothing else. */
function constants({ request, viewOf }: Examined, inputs: readonly number[]): readonly DataFinding[] {
  const found = (request.table.rows > 1 ? inputs : [])
    .map(viewOf)
    .filter(({ distinct, missing }) => distinct === 1 && missing === 0)
    .map(({ name, numbers, values }) => [name, 1, values?.[0].value ?? String(numbers?.minimum)] as const);
  return forColumns(
    'constant',
    found,
    (column, value) =>
      t('“{0}” is {1} in every row, so it tells nothing apart. Leave it out of inputs.', column, value),
    (count, names) =>
      t('{0} inputs hold one value each in every row, so they tell nothing apart: {1}. They do no harm.', count, names),
  );
}

interface RowNumber {
  readonly index: number;
  readonly name: string;
  /** The share of different cells. */
  readonly share: number;
  readonly message: string;
}

/** Inputs that tell rows apart, such as their numbers. */
function rowNumbers({ request, viewOf }: Examined, inputs: readonly number[]): readonly RowNumber[] {
  const { data, table } = request;
  if (inputs.length < 2 || data.origin.kind === 'source') {
    return [];
  }
  return inputs.map(viewOf).flatMap(({ name, distinct, missing, index, numbers }) => {
    const counted = { distinct, missing };
    const share = shareOfRowNumbers(table.columns[index], table.rows, () => counted, isByTime(request));
    if (share === undefined) {
      return [];
    }
    const message = numbers
      ? t(
          '“{0}” has another whole number in each row, from {1} to {2}, like a number of the row. What is learned from it holds for no other row. Leave it out of inputs.',
          name,
          numbers.minimum,
          numbers.maximum,
        )
      : t(
          '“{0}” has {1} different values in {2} rows, like a name or a number of the row. What is learned from it holds for no other row.',
          name,
          formatCount(distinct),
          formatCount(table.rows - missing),
        );
    return [{ index, name, share, message }];
  });
}

function identifiers(numbered: readonly RowNumber[]): readonly DataFinding[] {
  return forColumns(
    'identifier',
    numbered.map(({ name, share, message }) => [name, share, message] as const),
    (_, message) => message,
    (count, names) => t('{0} inputs are different in nearly every row, like a name or a number: {1}.', count, names),
  );
}

/** Interquartile ranges beyond the quartiles, and how much wider the cells there must make the spread. */
const [farRanges, widened] = [10, 5];

function outliers(examined: Examined, inputs: readonly number[]): readonly DataFinding[] {
  const { request, viewOf } = examined;
  const { data, table, targets } = request;
  // A robust scale limits what such cells do.
  const looked = data.scale === 'robust' ? targets : [...targets, ...inputs];
  const isWild = (index: number) => wildOf(examined, index) !== undefined;
  const found = looked.map(viewOf).flatMap((view) => {
    const { name, numbers, index } = view;
    const column = table.columns[index];
    if (!numbers || column.type === 'category' || view.type === 'date') {
      return [];
    }
    const { lowerQuartile, upperQuartile, minimum, maximum, deviation } = numbers;
    const range = upperQuartile - lowerQuartile;
    const factor = deviation / (range / normalQuartiles);
    if (!(range > 0 && factor >= widened)) {
      return [];
    }
    const sorted = sortedNumbers(column.values);
    const [lowest, highest] = [lowerQuartile - farRanges * range, upperQuartile + farRanges * range];
    const above = sorted.length - 1 - sorted.findLastIndex((value) => value <= highest);
    const count = countBelow(sorted, lowest) + above;
    const farthest = upperQuartile - minimum > maximum - lowerQuartile ? minimum : maximum;
    const texts = [farthest, lowerQuartile, upperQuartile, factor].map(formatRounded);
    const isInput = view.role === 'input';
    // Wild targets and numbers that mean missing have sentences of their own.
    return count > 0 && !isWild(index) && !sentinelsIn(column)
      ? [[name, count, { count, texts, isInput }] as const]
      : [];
  });
  return forColumns(
    'outliers',
    found,
    (column, { count, texts: [farthest, low, high, factor], isInput }) => {
      const message = counted(
        count,
        t(
          '“{0}”: a cell lies far from the others, at {1}; half of all cells lie between {2} and {3}. It makes the standard deviation {4} times as large as theirs. Is it right?',
          column,
          farthest,
          low,
          high,
          factor,
        ),
        t(
          '“{0}”: {5} cells lie far from the others, up to {1}; half of all cells lie between {2} and {3}. They make the standard deviation {4} times as large as theirs. Are they right?',
          column,
          farthest,
          low,
          high,
          factor,
          formatCount(count),
        ),
      );
      const advice = t('If so, scale: robust limits what they do to the other cells.');
      return isInput ? `${message} ${advice}` : message;
    },
    (count, names) =>
      t(
        '{0} columns hold cells far from all others, which make their standard deviation large: {1}. If they are right, scale: robust limits what they do to the other cells of inputs.',
        count,
        names,
      ),
  );
}

function tails({ request, plan }: Examined): readonly DataFinding[] {
  return forColumns(
    'cut-tail',
    cutTails(request, plan).map(({ column, count, message }) => [shorten(column), count, message] as const),
    (_, message) => message,
    (count, names) =>
      t(
        '{0} columns have a long tail of which scale: robust limits more than one cell in a hundred: {1}. scale: standard keeps it.',
        count,
        names,
      ),
  );
}

/** The wild numbers of a target, which is learned as a number. */
function wildOf({ request }: Examined, index: number): WildValues | undefined {
  const column = request.table.columns[index];
  const { targetKind, targets } = request;
  const isTarget = targetKind === 'numbers' && targets.length <= mostExamined && targets.includes(index);
  return isTarget && column.type === 'number' ? wildValues(sortedNumbers(column.values)) : undefined;
}

function wildTargets(examined: Examined): readonly DataFinding[] {
  const { data, targets, table } = examined.request;
  return targets.flatMap((index) => {
    const wild = wildOf(examined, index);
    const { name } = table.columns[index];
    if (!wild) {
      return [];
    }
    const advice = wildTargetsDecide(examined.request.loss, data.scaleTarget) ? ` ${wildAdvice()}` : '';
    return [
      {
        code: 'wild-target',
        columns: [name],
        value: wild.count,
        message: `${wildWords(shorten(name), wild)}${advice}`,
      },
    ];
  });
}
