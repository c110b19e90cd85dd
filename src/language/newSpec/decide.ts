/** The choices for a new spec: those that a person with some experience would make. */
import type { WildValues } from '../../spec/dataFacts';
import { cyclesBetween } from '../../spec/dates';
import type { Scaling } from '../../spec/spec';
import type { GivenAway, TableColumn, TableFacts } from '../../spec/tableFacts';
import { isInput, otherColumns, type RoledColumn } from './roles';
import type { TargetGuess, Task } from './target';

export interface Choices {
  readonly task: Task;
  readonly target: TableColumn;
  /** The one of two classes that is to be found, where it is clearly the rarer one. */
  readonly positive?: string;
  readonly inputs: readonly TableColumn[];
  /** Columns that are not inputs; the role tells why. */
  readonly excluded: readonly RoledColumn[];
  /** Those of them that give the target away. */
  readonly givenAway: readonly GivenAway[];
  /** Columns whose type must be written, because it would be inferred wrongly. */
  readonly categories: readonly string[];
  /** The rows are images of this shape: channels, height, width. */
  readonly image?: readonly number[];
  /** Number of inputs of the network: a number takes one, a category one for each value. */
  readonly inputSize: number;
  readonly outputs: number;
  readonly split: Readonly<Record<'train' | 'validation' | 'test', number>>;
  /** The rows are in the order of this column. */
  readonly time?: { readonly column: string; readonly isInput: boolean };
  readonly stratify: boolean;
  readonly scale: Scaling;
  /** For a number to predict: the few targets that would decide what is learned. */
  readonly wild?: WildValues;
  readonly missing: 'error' | 'mean';
  readonly hidden: readonly number[];
  /** Penalty of large weights, which counts less the more rows there are. */
  readonly l2: number;
  /** Where one class has most rows and another is rare: the rows of all others, where they are few. */
  readonly others?: number;
  readonly learningRate: number;
  readonly batchSize: number;
  readonly epochs: number;
  /** Epochs without improvement after which training ends; undefined where too few rows could tell. */
  readonly patience?: number;
  /** Most rows have one class, another is rare, and each part holds rows of it: accuracy says little. */
  readonly rare: boolean;
  /** Share of the largest class: the accuracy of always predicting it. */
  readonly largestShare?: number;
  /** Share of the smallest class: the average precision of guessing. */
  readonly smallestShare: number;
}

/** With fewer rows than this, all are trained on. */
const fewRows = 10;
/** With fewer, a validation part is too small to tell when to stop, and a hidden layer learns by heart. */
const linearRows = 100;
/** With this many rows outside the most frequent class, the network is as large as with equal classes. */
const manyOthers = 1000;
/** With this many, a test part costs little. */
const manyRows = 5000;

export function decide(
  facts: TableFacts,
  { column: target, task }: TargetGuess,
  givenAway: readonly GivenAway[],
): Choices {
  const roled = withoutGivenAway(otherColumns(target, facts), givenAway);
  const candidates = roled.filter(isInput);
  const rows = facts.rows - target.missing;
  const isSplit = rows >= fewRows;
  const time = isSplit ? candidates.find(({ column }) => column.rising === true)?.column : undefined;
  const isTimeInput = candidates.length === 1 || (task === 'number' && time !== undefined && showsTrend(time));
  const used = candidates.filter(({ column }) => isTimeInput || column !== time);
  const inputs = used.map(({ column }) => column);
  const mixed = used.filter(({ role }) => role === 'mixed').map(({ column }) => column.name);
  const sizes = used.map(({ column, role }) => sizeOf(column, role === 'mixed'));
  const inputSize = sizes.reduce((sum, size) => sum + size, 0);
  const largest = target.counts[0]?.count ?? 0;
  const smallest = Math.min(...target.counts.map(({ count }) => count));
  const classes = task === 'number' ? 1 : target.distinct;
  const split = splitOf(rows);
  const isRare = task !== 'number' && smallest < largest / 4 && largest > rows / 2;
  // A network can learn what sets the common class apart only as far as there are rows of the others.
  const telling = isRare ? rows - largest : rows;
  // A class needs some rows for every part to get its share.
  const hasRows = isSplit && task !== 'number' && smallest >= 5;
  const stratify = hasRows && time === undefined;
  return {
    task,
    target,
    ...positiveOf(target, task),
    inputs,
    excluded: roled.filter((each) => !isInput(each)),
    givenAway: givenAway.filter(({ column: name }) =>
      roled.some(({ column, role }) => role === 'gives-away' && column.name === name),
    ),
    categories: mixed,
    inputSize,
    outputs: task === 'classes' ? classes : 1,
    split,
    ...(time && { time: { column: time.name, isInput: isTimeInput } }),
    stratify,
    scale: scaleOf(used),
    ...(task === 'number' && target.wild && { wild: target.wild }),
    missing: inputs.some(({ missing }) => missing > 0) ? 'mean' : 'error',
    hidden: hiddenOf(rows, telling),
    // Without a hidden layer, and with no rare class, this is the usual penalty of logistic regression.
    l2: Number((0.5 / (telling * split.train)).toPrecision(1)),
    ...(isRare && telling < manyOthers && { others: telling }),
    learningRate: rows < linearRows ? 0.01 : 0.003,
    batchSize: rows < 200 ? 16 : rows < manyRows ? 32 : 128,
    epochs: rows < linearRows ? 300 : rows < manyRows ? 200 : 30,
    ...(rows < linearRows ? {} : { patience: rows < manyRows ? 25 : 5 }),
    rare: hasRows && isRare,
    smallestShare: smallest / rows,
    ...(task === 'number' || rows === 0 ? {} : { largestShare: largest / rows }),
  };
}

/** A class this many times as frequent as the other is hardly the one to be found. */
const commonClass = 3;

/** Between 0 and 1, the second one is found without being named. */
function positiveOf({ type, distinct, counts }: TableColumn, task: Task): Pick<Choices, 'positive'> {
  const [common, rare] = counts;
  if (task === 'number' || distinct !== 2 || !rare || rare.count * commonClass >= common.count) {
    return {};
  }
  return type === 'number' && Number(rare.value) > Number(common.value) ? {} : { positive: rare.value };
}

/** The choices for images of one shape, whose classes are in `label`. */
export function decideForImages(label: TableColumn, rows: number, shape: readonly number[]): Choices {
  const pixels = { name: 'pixels', type: 'number', missing: 0, distinct: 256, counts: [] } as const;
  const guess = { column: label, task: label.distinct === 2 ? 'yesNo' : 'classes' } as const;
  const choices = decide({ rows, columns: [pixels, label] }, guess, []);
  const inputSize = shape.reduce((product, length) => product * length, 1);
  return { ...choices, scale: 'minmax', image: shape, inputSize };
}

/**
 * Whether a trend of numbers can be told from a season, and so be trusted to go on after the last row: only
 * over a year or more. Probabilities of classes would run off to 0 or 1 in any case.
 */
function showsTrend({ minimum = 0, maximum = 0 }: TableColumn): boolean {
  return cyclesBetween(minimum, maximum).includes('month');
}

/** Columns that give the target away are no inputs, unless no other would be left. */
function withoutGivenAway(roled: readonly RoledColumn[], givenAway: readonly GivenAway[]): readonly RoledColumn[] {
  const names = new Set(givenAway.map(({ column }) => column));
  const without = roled.map(
    (each): RoledColumn => (isInput(each) && names.has(each.column.name) ? { ...each, role: 'gives-away' } : each),
  );
  return without.some(isInput) ? without : roled;
}

function sizeOf({ type, distinct, bad = 0, minimum = 0, maximum = 0 }: TableColumn, mixed: boolean): number {
  if (type === 'date') {
    return 1 + 2 * cyclesBetween(minimum, maximum).length;
  }
  return mixed ? distinct + bad : type === 'number' ? 1 : distinct;
}

/** Keeps the common range of grey levels; standardises others, robustly where a few are far off
 * and no tail is cut off. */
function scaleOf(used: readonly RoledColumn[]): Choices['scale'] {
  const numbers = used.filter(({ role }) => role === 'number' || role === 'date').map(({ column }) => column);
  if (numbers.length === 0) {
    return 'none';
  }
  const levels = numbers.filter(({ whole, minimum, maximum = 256 }) => whole && minimum === 0 && maximum <= 255);
  if (numbers.length >= 16 && levels.length > 0.8 * numbers.length) {
    return 'minmax';
  }
  const isLimited = numbers.some(({ outliers }) => outliers) && !numbers.some(({ tail }) => tail);
  return isLimited ? 'robust' : 'standard';
}

/**
 * One layer, wider with more rows; none where there are few, a second one where there are many. `telling` are
 * the rows that set classes apart.
 */
function hiddenOf(rows: number, telling: number): readonly number[] {
  if (rows < linearRows) {
    return [];
  }
  if (telling < rows && telling < manyOthers) {
    return [telling < 300 ? 16 : 32];
  }
  return rows < manyRows ? [rows < 1000 ? 32 : 64] : [64, 32];
}

function splitOf(rows: number): Choices['split'] {
  if (rows < fewRows) {
    return { train: 1, validation: 0, test: 0 };
  }
  if (rows < linearRows) {
    return { train: 0.8, validation: 0.2, test: 0 };
  }
  return rows < manyRows ? { train: 0.85, validation: 0.15, test: 0 } : { train: 0.8, validation: 0.1, test: 0.1 };
}
