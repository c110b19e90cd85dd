/** The scores of a trained network on a file, as Markdown. */
import { t } from '@vscode/l10n';
import { counted } from '../../common/counted';
import { formatCount } from '../../common/formatCount';
import { plain } from '../../language';
import type { Calibration, Scores } from '../../spec/measurements';
import { table } from './markdownTable';

/** More classes than this make a table too wide to read. */
const shownClasses = 20;

export function evaluationMarkdown(model: string, file: string, scores: Scores): string {
  const { rows, confusion, calibration, thresholds, worst } = scores;
  const classes = confusion?.classes.length ?? 0;
  const yes = plain(confusion?.classes[1] ?? '');
  return [
    `# ${t('Evaluation: {0}', plain(model))}`,
    t('On {0} of {1}.', counted(rows, t('{0} row', formatCount(rows)), t('{0} rows', formatCount(rows))), plain(file)),
    scoreTable(scores),
    t('The baseline is the score of one answer for every row, taken from the data that the network was trained on.'),
    ...(confusion && classes <= shownClasses
      ? [`## ${t('Confusion matrix')}`, t('A row is the true class, a column the predicted one.'), matrix(confusion)]
      : []),
    ...(calibration
      ? [`## ${t('Can the predictions be taken at their word?')}`, ...calibrationOf(calibration, yes)]
      : []),
    ...(thresholds
      ? [
          `## ${t('Where to draw the line')}`,
          t(
            'If a probability from this threshold on counts as “{0}”: the share of these rows that is found, the share of the found that is right, and the share of the others that is taken for “{0}”.',
            yes,
          ),
          table(
            [t('Threshold'), t('Found (recall)'), t('Right (precision)'), t('False alarms')],
            0,
            thresholds.map(({ threshold, recall, precision, falseAlarms }) => [
              String(threshold),
              share(recall),
              share(precision),
              share(falseAlarms),
            ]),
          ),
        ]
      : []),
    ...(worst.length > 0 ? [`## ${t('The rows that fit worst')}`, worstTable(worst)] : []),
  ].join('\n\n');
}

function scoreTable({ values, baseline }: Scores): string {
  const constant = new Map(baseline);
  const rows = values.map(([tag, value]) => {
    const other = constant.get(tag);
    return [plain(tag), number(value), other === undefined ? '' : number(other)];
  });
  return table([t('Score'), t('Network'), t('Baseline')], 1, rows);
}

function matrix({ classes, counts }: NonNullable<Scores['confusion']>): string {
  const size = classes.length;
  const at = (target: number, predicted: number) => counts[target * size + predicted];
  const sum = (values: readonly number[]) => values.reduce((so, value) => so + value, 0);
  const names = classes.map(plain);
  return table(['', ...names, 'recall'], 1, [
    ...classes.map((_, k) => {
      const row = classes.map((_name, j) => at(k, j));
      return [names[k], ...row.map(formatCount), share(at(k, k) / sum(row))];
    }),
    ['precision', ...classes.map((_, k) => share(at(k, k) / sum(classes.map((_name, j) => at(j, k))))), ''],
  ]);
}

function calibrationOf({ of, groups }: Calibration, yes: string): readonly string[] {
  const isNumber = of === 'number';
  const shown = isNumber ? number : share;
  const explained = {
    yes: t('Rows in groups of similar probability of “{0}”, and the share that is. The two should agree.', yes),
    chosen: t(
      'Rows in groups of similar probability of the chosen class, and the share that is right. The two should agree.',
    ),
    number: t('Rows in groups of similar predictions, and the mean of their targets. The two should agree.'),
  };
  const head = isNumber
    ? [t('Mean prediction'), t('Mean target'), t('Number of rows')]
    : [t('Mean probability'), t('Came true'), t('Number of rows')];
  const rows = groups.map(({ predicted, actual, rows: count }) => [
    shown(predicted),
    shown(actual),
    formatCount(count),
  ]);
  return [explained[of], table(head, 0, rows)];
}

function worstTable(worst: Scores['worst']): string {
  const hasProbability = worst.some(({ probability }) => probability !== undefined);
  const head = [t('Row'), t('Target'), t('Predicted')];
  const rows = worst.map(({ row, target, predicted, probability }) => [
    formatCount(row),
    plain(target),
    plain(predicted),
    ...(probability === undefined ? [] : [share(probability)]),
  ]);
  return table(hasProbability ? [...head, t('Probability of the target')] : head, 0, rows);
}

function number(value: number): string {
  return Number.isFinite(value) ? String(Number(value.toPrecision(4))).replace('-', '−') : '–';
}

function share(value: number): string {
  return Number.isFinite(value) ? value.toFixed(3) : '–';
}
