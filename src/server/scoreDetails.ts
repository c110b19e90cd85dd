/** Where a trained network is right and wrong: groups of similar predictions, curves, the worst rows. */
import { shownClasses } from '../common/limits';
import { classAt } from '../engine/metrics';
import type { Calibration, RankCurve, Scatter, Scores, Threshold, WorstRow } from '../spec/measurements';
import { rankCurve } from './rankCurves';

const groupCount = 10;
/** A class is rare if more of the rows are in one group of equal width; of few rows that tells nothing. */
const [crowded, manyRows] = [0.8, 100];
/** More curves cannot be told apart in a picture. */
const mostCurves = 10;
/** More numbers to predict get no pictures. */
const mostTargets = 10;
/** Rows whose prediction and target are kept. */
const scatterRows = 1000;
const worstCount = 10;
const thresholds = [0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9];
/** For a rare class: the shares of rows with the highest scores whose lowest score is a threshold. */
const takenShares = [0.5, 0.3, 0.2, 0.1, 0.05, 0.03, 0.02, 0.01, 0.005, 0.002];
/** Fewer rows tell nothing of a threshold. */
const fewestTaken = 3;

export interface Answers {
  /** `[rows, size]` in the target's own units. */
  readonly outputs: ArrayLike<number>;
  /** `[rows, targetSize]`, classes one-hot. */
  readonly targets: ArrayLike<number>;
  readonly rows: number;
  readonly size: number;
  readonly targetSize: number;
  /** Names of the classes, where the target is one of them. */
  readonly classNames?: readonly string[];
  /** Names of the labels, where each target number is one: yes or no, whatever the others are. */
  readonly labels?: readonly string[];
  /** Names of the targets, where they are numbers. */
  readonly numbers?: readonly string[];
  /** An output above it means yes. */
  readonly threshold: number;
}

export type Details = Pick<
  Scores,
  'confusion' | 'calibration' | 'curves' | 'thresholds' | 'scatter' | 'targets' | 'worst'
>;

export function detailsOf(answers: Answers): Details {
  const { classNames, labels, rows, outputs, size } = answers;
  if (labels) {
    return { ...curvesOf(answers, labels, 0), worst: [] };
  }
  if (!classNames) {
    return answers.targetSize === 1 ? numberDetails(answers) : { ...targetsOf(answers), worst: [] };
  }
  const truth = (row: number) => classAt(answers.targets, row * size, size, 0.5);
  const chosen = (row: number) => classAt(outputs, row * size, size, answers.threshold);
  const matrix = classNames.length <= shownClasses && {
    confusion: { classes: classNames, counts: countsOf(rows, classNames.length, truth, chosen) },
  };
  const isYesNo = classNames.length === 2;
  const curves = isYesNo ? curvesOf(answers, [classNames[1]], size - 1) : curvesOf(answers, classNames, 0);
  // Logarithms and scores are no probabilities.
  const areProbabilities = Array.prototype.every.call(outputs, (output: number) => output >= 0 && output <= 1);
  const probabilityOf = (row: number, k: number) =>
    size > 1 ? outputs[row * size + k] : k === 1 ? outputs[row] : 1 - outputs[row];
  const worst = worstRows(
    rows,
    (row) => (areProbabilities ? 1 - probabilityOf(row, truth(row)) : Number(truth(row) !== chosen(row))),
    (row) => ({
      target: classNames[truth(row)],
      predicted: classNames[chosen(row)],
      ...(areProbabilities && { probability: probabilityOf(row, truth(row)) }),
    }),
  );
  if (!areProbabilities) {
    return { ...matrix, ...curves, worst };
  }
  const shown = (row: number) => probabilityOf(row, isYesNo ? 1 : chosen(row));
  const came = (row: number) => Number(isYesNo ? truth(row) === 1 : truth(row) === chosen(row));
  const calibration = probabilityGroups(isYesNo ? 'yes' : 'chosen', rows, shown, came);
  const steps = calibration.groupedBy === 'rows' ? rareThresholds(rows, shown) : thresholds;
  return {
    ...matrix,
    ...curves,
    calibration,
    ...(isYesNo && { thresholds: thresholdsOf(steps, rows, shown, came) }),
    worst,
  };
}

/** The curve of each name, whose outputs are `first` and those after it. */
function curvesOf(
  { outputs, targets, rows, size, targetSize }: Answers,
  names: readonly string[],
  first: number,
): { readonly curves?: readonly RankCurve[] } {
  if (names.length > mostCurves) {
    return {};
  }
  const curves = names.map((name, i) =>
    rankCurve(
      name,
      rows,
      (row) => outputs[row * size + first + i],
      (row) => targets[row * targetSize + first + i] > 0.5,
    ),
  );
  return { curves };
}

function numberDetails(answers: Answers): Details {
  const { outputs, targets, rows, size } = answers;
  const worst = worstRows(
    rows,
    (row) => Math.abs(outputs[row * size] - targets[row]),
    (row) => ({ target: targets[row], predicted: outputs[row * size] }),
  );
  return { ...againstTarget(answers, 0), worst };
}

function targetsOf(answers: Answers): Pick<Details, 'targets'> {
  const { numbers } = answers;
  if (!numbers) {
    return {};
  }
  const shown = numbers.slice(0, mostTargets).map((name, k) => ({ name, ...againstTarget(answers, k) }));
  return { targets: { shown, more: numbers.length - shown.length } };
}

/** The predictions of one of the targets against what came true; log-variances follow all means. */
function againstTarget(
  { outputs, targets, rows, size, targetSize }: Answers,
  k: number,
): { readonly calibration: Calibration; readonly scatter: Scatter } {
  const predicted = (row: number) => outputs[row * size + k];
  const actual = (row: number) => targets[row * targetSize + k];
  const order = sortedRows(rows, predicted);
  const count = Math.min(rows, scatterRows);
  // Evenly among the predictions, the smallest and the largest included.
  const shown = Float64Array.from({ length: count }, (_, i) =>
    count === 1 ? 0 : order[Math.round((i * (rows - 1)) / (count - 1))],
  );
  return {
    calibration: { of: 'number', groupedBy: 'rows', groups: equalGroups(order, predicted, actual) },
    scatter: { predicted: shown.map(predicted), targets: shown.map(actual) },
  };
}

function sortedRows(rows: number, key: (row: number) => number): Float64Array {
  return Float64Array.from({ length: rows }, (_, row) => row).sort((a, b) => key(a) - key(b));
}

/** Groups of about as many rows each, from the smallest prediction to the largest. */
function equalGroups(
  order: Float64Array,
  predicted: (row: number) => number,
  actual: (row: number) => number,
): Calibration['groups'] {
  const rows = order.length;
  const count = Math.min(groupCount, rows);
  return Array.from({ length: count }, (_, g) =>
    meansOf(order.subarray(Math.floor((g * rows) / count), Math.floor(((g + 1) * rows) / count)), predicted, actual),
  );
}

/** Counts `[target, predicted]`, row-major. */
function countsOf(
  rows: number,
  classes: number,
  truth: (row: number) => number,
  chosen: (row: number) => number,
): Float64Array {
  const counts = new Float64Array(classes * classes);
  for (let row = 0; row < rows; row++) {
    counts[truth(row) * classes + chosen(row)]++;
  }
  return counts;
}

/** Groups of equal width from 0 to 1, without those that have no rows; of a rare class, of equal size. */
function probabilityGroups(
  of: 'yes' | 'chosen',
  rows: number,
  probability: (row: number) => number,
  came: (row: number) => number,
): Calibration {
  const members = Array.from({ length: groupCount }, (): number[] => []);
  for (let row = 0; row < rows; row++) {
    members[Math.min(groupCount - 1, Math.floor(probability(row) * groupCount))].push(row);
  }
  const isRare = rows >= manyRows && members.some(({ length }) => length > crowded * rows);
  if (of === 'yes' && isRare) {
    return { of, groupedBy: 'rows', groups: equalGroups(sortedRows(rows, probability), probability, came) };
  }
  const filled = members.filter(({ length }) => length > 0);
  return { of, groupedBy: 'width', groups: filled.map((group) => meansOf(group, probability, came)) };
}

function meansOf(
  group: ArrayLike<number>,
  predicted: (row: number) => number,
  actual: (row: number) => number,
): Calibration['groups'][number] {
  let [sum, sumOfActual] = [0, 0];
  for (let i = 0; i < group.length; i++) {
    sum += predicted(group[i]);
    sumOfActual += actual(group[i]);
  }
  return { predicted: sum / group.length, actual: sumOfActual / group.length, rows: group.length };
}

/** Scores of so many of the highest rows, in three digits, ascending. */
function rareThresholds(rows: number, probability: (row: number) => number): readonly number[] {
  const sorted = Float64Array.from({ length: rows }, (_, row) => probability(row)).sort();
  const found = takenShares
    .map((share) => Math.round(share * rows))
    .filter((taken) => taken >= fewestTaken)
    .map((taken) => floorTo3(sorted[rows - taken]));
  return [...new Set(found)];
}

/** Not above the number, so that the row with it is still taken. */
function floorTo3(value: number): number {
  const [digits, exponent] = value.toExponential(2).split('e');
  const rounded = Number(`${digits}e${exponent}`);
  return rounded <= value ? rounded : Number(`${(Number(digits) - 0.01).toFixed(2)}e${exponent}`);
}

function thresholdsOf(
  steps: readonly number[],
  rows: number,
  probability: (row: number) => number,
  isYes: (row: number) => number,
): readonly Threshold[] {
  return steps.map((threshold) => {
    let [right, wrong, yes] = [0, 0, 0];
    for (let row = 0; row < rows; row++) {
      yes += isYes(row);
      if (probability(row) >= threshold) {
        right += isYes(row);
        wrong += 1 - isYes(row);
      }
    }
    return {
      threshold,
      recall: right / yes,
      precision: right / (right + wrong),
      falseAlarms: wrong / (rows - yes),
    };
  });
}

function worstRows(
  rows: number,
  badness: (row: number) => number,
  describe: (row: number) => Omit<WorstRow, 'row'>,
): readonly WorstRow[] {
  const order = Float64Array.from({ length: rows }, (_, row) => row).sort((a, b) => badness(b) - badness(a));
  return Array.from(order.subarray(0, worstCount), (row) => ({ row: row + 1, ...describe(row) }));
}
