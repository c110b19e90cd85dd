/** Where a trained network is right and wrong: groups of similar predictions, thresholds, the worst rows. */
import { shownClasses } from '../common/limits';
import { classAt } from '../engine/metrics';
import type { Calibration, Scores, Threshold, WorstRow } from '../spec/measurements';

const groupCount = 10;
const worstCount = 10;
const thresholds = [0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9];

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
  /** An output above it means yes. */
  readonly threshold: number;
}

export function detailsOf(answers: Answers): Pick<Scores, 'confusion' | 'calibration' | 'thresholds' | 'worst'> {
  const { classNames, rows, outputs, size } = answers;
  if (!classNames) {
    return answers.targetSize === 1 ? numberDetails(answers) : { worst: [] };
  }
  const truth = (row: number) => classAt(answers.targets, row * size, size, 0.5);
  const chosen = (row: number) => classAt(outputs, row * size, size, answers.threshold);
  const matrix = classNames.length <= shownClasses && {
    confusion: { classes: classNames, counts: countsOf(rows, classNames.length, truth, chosen) },
  };
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
    return { ...matrix, worst };
  }
  const isYesNo = classNames.length === 2;
  const shown = (row: number) => probabilityOf(row, isYesNo ? 1 : chosen(row));
  const came = (row: number) => Number(isYesNo ? truth(row) === 1 : truth(row) === chosen(row));
  return {
    ...matrix,
    calibration: { of: isYesNo ? 'yes' : 'chosen', groups: probabilityGroups(rows, shown, came) },
    ...(isYesNo && { thresholds: thresholdsOf(rows, shown, came) }),
    worst,
  };
}

function numberDetails({ outputs, targets, rows, size }: Answers): Pick<Scores, 'calibration' | 'worst'> {
  const predicted = (row: number) => outputs[row * size];
  const worst = worstRows(
    rows,
    (row) => Math.abs(predicted(row) - targets[row]),
    (row) => ({ target: String(targets[row]), predicted: String(predicted(row)) }),
  );
  const order = Float64Array.from({ length: rows }, (_, row) => row).sort((a, b) => predicted(a) - predicted(b));
  const count = Math.min(groupCount, rows);
  const groups = Array.from({ length: count }, (_, g) =>
    meansOf(
      order.subarray(Math.floor((g * rows) / count), Math.floor(((g + 1) * rows) / count)),
      predicted,
      (row) => targets[row],
    ),
  );
  return { calibration: { of: 'number', groups }, worst };
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

/** Groups of equal width from 0 to 1, without those that have no rows. */
function probabilityGroups(
  rows: number,
  probability: (row: number) => number,
  came: (row: number) => number,
): Calibration['groups'] {
  const members = Array.from({ length: groupCount }, (): number[] => []);
  for (let row = 0; row < rows; row++) {
    members[Math.min(groupCount - 1, Math.floor(probability(row) * groupCount))].push(row);
  }
  return members.filter(({ length }) => length > 0).map((group) => meansOf(group, probability, came));
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

function thresholdsOf(
  rows: number,
  probability: (row: number) => number,
  isYes: (row: number) => number,
): readonly Threshold[] {
  return thresholds.map((threshold) => {
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
