/** The choices for a new spec: those that a person with some experience would make. */
import { cyclesBetween } from '../../spec/dates';
import type { TableColumn, TableFacts } from '../../spec/tableFacts';
import { isInput, otherColumns, type RoledColumn } from './roles';
import type { TargetGuess, Task } from './target';

export interface Choices {
  readonly task: Task;
  readonly target: TableColumn;
  readonly inputs: readonly TableColumn[];
  /** Columns that are not inputs; the role tells why. */
  readonly excluded: readonly RoledColumn[];
  /** Columns whose type must be written, because it would be inferred wrongly. */
  readonly categories: readonly string[];
  /** Number of inputs of the network: a number takes one, a category one for each value. */
  readonly inputSize: number;
  readonly outputs: number;
  readonly split: Readonly<Record<'train' | 'validation' | 'test', number>>;
  readonly stratify: boolean;
  readonly scale: 'none' | 'standard' | 'minmax';
  readonly missing: 'error' | 'drop' | 'mean';
  readonly hidden: readonly number[];
  readonly learningRate: number;
  readonly batchSize: number;
  readonly epochs: number;
  /** Epochs without improvement after which training ends; undefined without a validation part. */
  readonly patience?: number;
  /** Some class is rare, and each part holds rows of it: accuracy says little. */
  readonly rare: boolean;
  /** Share of the largest class: the accuracy of always predicting it. */
  readonly largestShare?: number;
  /** Share of the smallest class: the average precision of guessing. */
  readonly smallestShare: number;
}

/** With fewer rows than this, all are trained on. */
const fewRows = 10;
const manyRows = 1000;

export function decide(facts: TableFacts, { column: target, task }: TargetGuess): Choices {
  const roled = otherColumns(target, facts);
  const used = roled.filter(isInput);
  const inputs = used.map(({ column }) => column);
  const mixed = used.filter(({ role }) => role === 'mixed').map(({ column }) => column.name);
  const sizes = used.map(({ column, role }) => sizeOf(column, role === 'mixed'));
  const inputSize = sizes.reduce((sum, size) => sum + size, 0);
  const rows = facts.rows - target.missing;
  const largest = target.counts[0]?.count ?? 0;
  const smallest = Math.min(...target.counts.map(({ count }) => count));
  const classes = task === 'number' ? 1 : target.distinct;
  const isSplit = rows >= fewRows;
  const split = !isSplit
    ? { train: 1, validation: 0, test: 0 }
    : rows >= manyRows
      ? { train: 0.7, validation: 0.15, test: 0.15 }
      : { train: 0.8, validation: 0.2, test: 0 };
  // A class needs some rows for every part to get its share.
  const stratify = isSplit && task !== 'number' && smallest >= 5;
  return {
    task,
    target,
    inputs,
    excluded: roled.filter((each) => !isInput(each)),
    categories: mixed,
    inputSize,
    outputs: task === 'classes' ? classes : 1,
    split,
    stratify,
    scale: scaleOf(used),
    missing: target.missing > 0 ? 'drop' : inputs.some(({ missing }) => missing > 0) ? 'mean' : 'error',
    hidden: hiddenOf(inputSize, rows),
    learningRate: rows >= manyRows ? 0.003 : 0.01,
    batchSize: rows < 200 ? 16 : rows < 5000 ? 32 : 128,
    epochs: rows < 200 ? 200 : rows < 5000 ? 100 : 30,
    ...(isSplit ? { patience: rows < 200 ? 30 : rows < 5000 ? 15 : 5 } : {}),
    rare: stratify && smallest < largest / 4,
    smallestShare: smallest / rows,
    ...(task === 'number' || rows === 0 ? {} : { largestShare: largest / rows }),
  };
}

function sizeOf({ type, distinct, bad = 0, minimum = 0, maximum = 0 }: TableColumn, mixed: boolean): number {
  if (type === 'date') {
    return 1 + 2 * cyclesBetween(minimum, maximum).length;
  }
  return mixed ? distinct + bad : type === 'number' ? 1 : distinct;
}

/** Keeps the common range of columns such as grey levels; standardises other numbers. */
function scaleOf(used: readonly RoledColumn[]): Choices['scale'] {
  const numbers = used.filter(({ role }) => role === 'number' || role === 'date').map(({ column }) => column);
  if (numbers.length === 0) {
    return 'none';
  }
  const levels = numbers.filter(({ whole, minimum, maximum = 256 }) => whole && minimum === 0 && maximum <= 255);
  return numbers.length >= 16 && levels.length > 0.8 * numbers.length ? 'minmax' : 'standard';
}

/** About two units per input, rounded up to a power of two; a second layer if there are enough rows. */
function hiddenOf(inputSize: number, rows: number): readonly number[] {
  const most = rows < 200 ? 16 : 64;
  let units = 8;
  while (units < 2 * inputSize && units < most) {
    units *= 2;
  }
  return rows < 200 ? [units] : [units, Math.max(8, units / 2)];
}
