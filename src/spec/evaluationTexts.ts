/** The tables and sentences of an evaluation, as the command line and the page in the editor show them. */
import { t } from '@vscode/l10n';
import { errorOfDifference } from '../common/chance';
import { formatCount } from '../common/formatCount';
import { linearVerdict } from '../common/linearVerdict';
import type { Calibration, Scores } from './measurements';

/** How an output writes counts, other numbers, and names from the file. */
export interface Writing {
  readonly count: (value: number) => string;
  readonly number: (value: number, digits?: number) => string;
  readonly name: (text: string) => string;
}

/** A header and rows of cells. */
export interface TextTable {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** Says which rows of the file are not scored, and how many. */
export function notScored({ withoutTarget, withGaps }: Scores): readonly string[] {
  return [
    ...(withoutTarget ? [t('Rows without a target, which are not scored: {0}.', formatCount(withoutTarget))] : []),
    ...(withGaps
      ? [t('Rows that lack an input, which are not scored (missing: drop): {0}.', formatCount(withGaps))]
      : []),
  ];
}

/** Says how many rows of the file have no prediction. */
export function notPredicted(withGaps: number): string {
  return t('Rows that lack an input, which have no prediction (missing: drop): {0}.', formatCount(withGaps));
}

/** Whether two networks were scored on the same rows of a file. */
export function areOfSameRows(a: Scores, b: Scores): boolean {
  const same = a.kept?.every((row, at) => row === b.kept?.[at]) ?? b.kept === undefined;
  return a.rows === b.rows && same;
}

/** A sentence where the linear model does as well on the same rows; undefined if they cannot be compared. */
export function verdictOn(network: Scores, linear: Scores): string | undefined {
  if (network.linear || !linear.linear || network.losses.by !== linear.losses.by || !areOfSameRows(network, linear)) {
    return undefined;
  }
  const lossOf = ({ values }: Scores) => new Map(values).get('loss') ?? Number.NaN;
  return linearVerdict({
    rows: network.rows,
    network: lossOf(network),
    linear: lossOf(linear),
    error: errorOfDifference(network.losses.values, linear.losses.values),
  });
}

export function howToReadThresholds(yes: string): string {
  return t(
    'If a probability from this threshold on counts as “{0}”: the share of these rows that is found, the share of the found that is right, and the share of the others that is taken for “{0}”.',
    yes,
  );
}

/** Without thresholds at which nothing changes. */
export function thresholdTable(thresholds: NonNullable<Scores['thresholds']>): TextTable {
  const shares = thresholds.map(({ recall, precision, falseAlarms }) =>
    [recall, precision, falseAlarms].map(shareText),
  );
  const isNew = (index: number) => index === 0 || shares[index].join() !== shares[index - 1].join();
  return {
    head: [t('Threshold'), t('Found (recall)'), t('Right (precision)'), t('False alarms')],
    rows: thresholds.flatMap(({ threshold }, i) => (isNew(i) ? [[String(threshold), ...shares[i]]] : [])),
  };
}

export function howToReadGroups({ of }: Calibration, yes: string): string {
  return {
    yes: t('Rows in groups of similar probability of “{0}”, and the share that is. The two should agree.', yes),
    chosen: t(
      'Rows in groups of similar probability of the chosen class, and the share that is right. The two should agree.',
    ),
    number: t('Rows in groups of similar predictions, and the mean of their targets. The two should agree.'),
  }[of];
}

export function groupTable({ of, groupedBy, groups }: Calibration, { count, number }: Writing): TextTable {
  const isNumber = of === 'number';
  // Three decimals would make a rare class 0.
  const rare = (value: number) => number(value, 2);
  const shown = isNumber ? (value: number) => number(value) : groupedBy === 'rows' ? rare : shareText;
  return {
    head: isNumber
      ? [t('Mean prediction'), t('Mean target'), t('Number of rows')]
      : [t('Mean probability'), t('Came true'), t('Number of rows')],
    rows: groups.map(({ predicted, actual, rows }) => [shown(predicted), shown(actual), count(rows)]),
  };
}

/** Rows go by their line in the file where they have one. */
export function worstTable(worst: Scores['worst'], { count, number, name }: Writing): TextTable {
  const hasProbability = worst.some(({ probability }) => probability !== undefined);
  const hasLines = worst.every(({ line }) => line !== undefined);
  const nameOrNumber = (value: string | number) => (typeof value === 'number' ? number(value, 6) : name(value));
  return {
    head: [
      hasLines ? t('Line') : t('Row'),
      t('Target'),
      t('Predicted'),
      ...(hasProbability ? [t('Probability of the target')] : []),
    ],
    rows: worst.map(({ row, line, target, predicted, probability }) => [
      count(line ?? row),
      nameOrNumber(target),
      nameOrNumber(predicted),
      ...(probability === undefined ? [] : [shareText(probability)]),
    ]),
  };
}

export function shareText(value: number): string {
  return Number.isFinite(value) ? value.toFixed(3) : '–';
}
