/**
 * Finds what in the data may mislead a training or its scores. Every sentence says the number that it rests
 * on.
 */
import { t } from '@vscode/l10n';
import { counted } from '../../common/counted';
import { formatCount } from '../../common/formatCount';
import { columnsAtOnce } from '../../common/limits';
import type { ColumnView, DataFinding, FindingCode } from '../../spec/dataView';
import type { Part } from '../../spec/spec';
import type { EncodeRequest, EncodingPlan } from '../encode';
import { normalQuartiles } from '../inputs';
import type { Column } from '../table';
import { areWhole, sortedNumbers } from './columnView';
import { alwaysTheSame, type Classes, fewestRows, fitOf, guessClasses, trialOf } from './givesAway';
import { hashesOf, repeatedRows, withoutRepeats } from './repeatedRows';
import { countBelow } from './rowOrder';

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
  const numbered = rowNumbers(examined, inputs);
  const compared = comparedColumns(examined, numbered);
  const hashes = compared.length > 0 ? hashesOf(compared, examined.request.table.rows) : undefined;
  // A copy of a row would give the target of the row away.
  const rows = hashes ? withoutRepeats(examined.plan.kept, hashes) : examined.plan.kept;
  return [
    ...(hashes ? copies(examined, compared, hashes) : []),
    ...giveaways(examined, inputs, rows),
    ...identifiers(numbered),
    ...constants(examined, inputs),
    ...outliers(examined, inputs),
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

/** Two rows may be equal by chance. */
const [fewestCopies, leastShare] = [2, 0.001];

/**
 * The columns in which copies of a row are alike; none if rows have to repeat, since fewer different ones are
 * possible than there are. A copy may have a number of its own.
 */
function comparedColumns({ request, viewOf }: Examined, numbered: readonly RowNumber[]): readonly Column[] {
  const { table, inputs, targets } = request;
  const numbers = new Set(numbered.map(({ index }) => index));
  const used = [...inputs.filter((index) => !numbers.has(index)), ...targets];
  let possible = 1;
  for (let at = 0; at < used.length && possible <= table.rows; at++) {
    const { distinct, missing } = viewOf(used[at]);
    possible *= distinct + (missing > 0 ? 1 : 0);
  }
  if (possible <= table.rows || used.length === targets.length) {
    return [];
  }
  return used.map((index) => table.columns[index]);
}

function copies({ plan }: Examined, columns: readonly Column[], hashes: Float64Array): DataFinding[] {
  const rowsOf = (part: Part) => plan.parts[part].map((at) => plan.kept[at]);
  const byPart = { train: rowsOf('train'), validation: rowsOf('validation'), test: rowsOf('test') };
  return repeatedRows(columns, hashes, byPart)
    .filter(({ count, of }) => count >= fewestCopies && count >= leastShare * of)
    .map(({ part, count, of, example: [row, train] }) => ({
      code: 'repeated-rows',
      columns: [],
      value: count,
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

/** Shares of the rows, and of those that the most frequent class gets wrong, that may be guessed wrongly. */
const [wrongRows, wrongOfMost] = [0.001, 0.02];

function giveaways(
  { request, plan, viewOf }: Examined,
  inputs: readonly number[],
  rows: Int32Array,
): readonly DataFinding[] {
  const { data, table, targets } = request;
  // A single input has to give the target away, and a generated target is a function of its inputs.
  if (inputs.length < 2 || data.origin.kind === 'source' || rows.length < fewestRows) {
    return [];
  }
  const { classOf, encoding } = plan.targets;
  const found: [string, number, string][] = [];
  if (classOf && encoding.classNames) {
    const classes: Classes = { rows, classOf, count: encoding.classNames.length };
    const constant = alwaysTheSame(classes);
    const trial = trialOf(classes);
    for (const index of inputs) {
      const guessed = viewOf(index).distinct > 1 ? guessClasses(table.columns[index], classes, trial) : undefined;
      if (!guessed || guessed.wrong > wrongOfMost * constant.wrong) {
        continue;
      }
      const limit = Math.max(wrongRows * guessed.rows, 2 * (classes.count - 1));
      if (guessed.wrong <= limit) {
        const right = (each: typeof guessed) => percent(1 - each.wrong / each.rows);
        const message = t(
          'From “{0}” alone, {1} % of the rows are guessed right, against {2} % for always the most frequent class. Is it known before the target is? If not, leave it out of inputs.',
          viewOf(index).name,
          right(guessed),
          right(constant),
        );
        found.push([viewOf(index).name, 1 - guessed.wrong / guessed.rows, message]);
      }
    }
  } else {
    for (const target of targets) {
      const column = table.columns[target];
      for (const index of column.type === 'number' ? inputs : []) {
        // Many targets rise or fall with time.
        const fit =
          column.type === 'number' && viewOf(index).type !== 'date'
            ? fitOf(table.columns[index], column, rows)
            : undefined;
        if (fit) {
          found.push([viewOf(index).name, fit.value, givesNumber(viewOf(index).name, column.name, fit)]);
        }
      }
    }
  }
  return forColumns(
    'gives-away',
    found,
    (_, message) => message,
    (count, names) =>
      t('Each of {0} inputs alone gives the target away: {1}. Are they known before the target is?', count, names),
  );
}

function givesNumber(column: string, target: string, { kind, value }: NonNullable<ReturnType<typeof fitOf>>): string {
  switch (kind) {
    case 'line':
      return t(
        'A straight line from “{0}” alone explains {1} % of the variance of “{2}”. Is it known before the target is? If not, leave it out of inputs.',
        column,
        percent(value),
        target,
      );
    case 'groups':
      return t(
        'The categories of “{0}” alone explain {1} % of the variance of “{2}”. Are they known before the target is? If not, leave the column out of inputs.',
        column,
        percent(value),
        target,
      );
    case 'ranks':
      return t(
        'Sorted by “{0}”, the rows are sorted by “{1}” as well: the rank correlation is {2}. Is it known before the target is? If not, leave it out of inputs.',
        column,
        target,
        value.toFixed(4),
      );
  }
}

/** Two decimals where they matter; only 1 itself, but for errors of float64, is 100. */
function percent(share: number): string {
  const value = 100 * share;
  return value > 99 ? String(Math.floor(value * 100 + 1e-6) / 100) : value.toFixed(0);
}

/** Three digits, the thousands of long numbers set apart. */
function shortNumber(value: number): string {
  const rounded = Number(value.toPrecision(3));
  return Math.abs(rounded) < 1e4 ? String(rounded) : formatCount(rounded);
}

function constants({ viewOf }: Examined, inputs: readonly number[]): readonly DataFinding[] {
  const found = inputs
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

/** Names such as `id`, `PassengerId`, `row_no`. */
const identifierName =
  /(?:^|[\s_\-.]|(?<=[a-z]))(?:id|Id|ID|index|Index|uuid|key)$|^(?:no|nr|row|번호|일련번호|순번)\.?$/i;
/** Below, numbers may be different by chance. */
const fewestNumbered = 20;
/** A category column with at least this share of different values tells rows, not kinds of rows. */
const nearlyUnique = 0.9;

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
  if (inputs.length < 2 || data.origin.kind === 'source' || table.rows < fewestNumbered) {
    return [];
  }
  return inputs.map(viewOf).flatMap((view) => {
    const { name, distinct, missing, index, numbers } = view;
    const column = table.columns[index];
    if (column.type === 'category') {
      const share = distinct / (table.rows - missing);
      const message = t(
        '“{0}” has {1} different values in {2} rows, like a name or a number of the row. What is learned from it holds for no other row.',
        name,
        formatCount(distinct),
        formatCount(table.rows - missing),
      );
      return share >= nearlyUnique ? [{ index, name, share, message }] : [];
    }
    const { values } = column;
    if (!numbers || view.type === 'date' || distinct < table.rows || !areWhole(values)) {
      return [];
    }
    const counts = values.every((value, row) => row === 0 || value === values[row - 1] + 1);
    // In time the number of a row may tell of a trend.
    if (!(counts && data.split.by?.kind !== 'time') && !identifierName.test(name)) {
      return [];
    }
    const message = t(
      '“{0}” has another whole number in each row, from {1} to {2}, like a number of the row. What is learned from it holds for no other row. Leave it out of inputs.',
      name,
      numbers.minimum,
      numbers.maximum,
    );
    return [{ index, name, share: 1, message }];
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

function outliers({ request, viewOf }: Examined, inputs: readonly number[]): readonly DataFinding[] {
  const { data, table, targets } = request;
  // A robust scale limits what such cells do.
  const looked = data.scale === 'robust' ? targets : [...targets, ...inputs];
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
    const texts = [farthest, lowerQuartile, upperQuartile, factor].map(shortNumber);
    const isInput = view.role === 'input';
    return count > 0 ? [[name, count, { count, texts, isInput }] as const] : [];
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
