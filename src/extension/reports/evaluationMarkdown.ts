/** The scores of a trained network on a file, as Markdown. */
import { t } from '@vscode/l10n';
import { counted } from '../../common/counted';
import { escapeHtml } from '../../common/escapeHtml';
import { formatCount } from '../../common/formatCount';
import { printable } from '../../common/printable';
import { plain } from '../../language';
import { importanceCaution } from '../../spec/importanceTexts';
import type { Calibration, Scores, Spread } from '../../spec/measurements';
import { blue, orange } from './charts';
import { calibrationFigure, curveFigures, importanceFigure, scatterFigures } from './evaluationCharts';
import { scrolling, table } from './markdownTable';

/** More classes than this make a table too wide to read. */
const shownClasses = 20;
/** Columns whose importance is shown. */
const shownColumns = 20;

/** `linear`: the scores of the linear model that was trained on the same data. */
export function evaluationMarkdown(
  model: string,
  file: string,
  scores: Scores,
  linear?: Pick<Scores, 'values'>,
): string {
  const { rows, confusion, calibration, curves, thresholds, scatter, targets, importance, worst } = scores;
  const yes = plain(confusion?.classes[1] ?? '');
  const hasMatrix = confusion && confusion.classes.length <= shownClasses;
  return [
    `# ${t('Evaluation: {0}', plain(model))}`,
    t('On {0} of {1}.', rowsText(rows), plain(file)),
    scoreTable(scores, linear),
    [
      t('The baseline is the score of one answer for every row, taken from the data that the network was trained on.'),
      ...(linear
        ? [
            t(
              'The linear model was trained on the same data: what the network does better, it owes to its hidden layers.',
            ),
          ]
        : []),
    ].join(' '),
    ...(hasMatrix ? section(t('Confusion matrix'), howToReadMatrix(), matrix(confusion)) : []),
    ...(curves ? section(t('How well classes are told apart'), curveFigures(curves)) : []),
    ...(thresholds ? section(t('Where to draw the line'), howToReadThresholds(yes), thresholdTable(thresholds)) : []),
    ...(calibration
      ? section(
          t('Can the predictions be taken at their word?'),
          howToReadGroups(calibration, yes),
          scatter ? scatterFigures(scatter, calibration.groups, rows) : calibrationFigure(calibration),
          groupTable(calibration),
        )
      : []),
    ...(targets
      ? section(
          t('Predictions and targets'),
          ...targets.shown.flatMap((target) => [
            `### ${plain(target.name)}`,
            scatterFigures(target.scatter, target.calibration.groups, rows),
            groupTable(target.calibration),
          ]),
          ...(targets.more > 0 ? [t('Targets that are not shown: {0}.', formatCount(targets.more))] : []),
        )
      : []),
    ...(importance ? section(t('Which columns matter'), ...importanceOf(importance)) : []),
    ...(worst.length > 0 ? section(t('The rows that fit worst'), worstTable(worst)) : []),
  ].join('\n\n');
}

function section(title: string, ...content: readonly string[]): readonly string[] {
  return [`## ${title}`, ...content];
}

function howToReadMatrix(): string {
  return t(
    'A row is the true class, a column the predicted one. The stronger a colour, the larger the share of its row.',
  );
}

function howToReadThresholds(yes: string): string {
  return t(
    'If a probability from this threshold on counts as “{0}”: the share of these rows that is found, the share of the found that is right, and the share of the others that is taken for “{0}”.',
    yes,
  );
}

function howToReadGroups({ of }: Calibration, yes: string): string {
  return {
    yes: t('Rows in groups of similar probability of “{0}”, and the share that is. The two should agree.', yes),
    chosen: t(
      'Rows in groups of similar probability of the chosen class, and the share that is right. The two should agree.',
    ),
    number: t('Rows in groups of similar predictions, and the mean of their targets. The two should agree.'),
  }[of];
}

function scoreTable({ values, baseline }: Scores, linear?: Pick<Scores, 'values'>): string {
  const columns = [
    { name: t('Network'), scores: values },
    ...(linear ? [{ name: t('Linear model'), scores: linear.values }] : []),
    { name: t('Baseline'), scores: baseline },
  ];
  const rows = values.map(([tag]) => {
    const own = columns.map(({ scores }) => new Map(scores).get(tag));
    return [plain(tag), ...own.map((value) => (value === undefined ? '' : number(value)))];
  });
  return table([t('Score'), ...columns.map(({ name }) => name)], 1, rows);
}

/** Blue where the prediction is right, else orange. */
function matrix({ classes, counts }: NonNullable<Scores['confusion']>): string {
  const size = classes.length;
  const at = (target: number, predicted: number) => counts[target * size + predicted];
  const sum = (values: readonly number[]) => values.reduce((so, value) => so + value, 0);
  const names = classes.map((name) => escapeHtml(printable(name)));
  const cell = (target: number, predicted: number, whole: number) => {
    const strength = whole > 0 ? Math.round((50 * at(target, predicted)) / whole) : 0;
    const color = `color-mix(in srgb,${target === predicted ? blue : orange} ${strength}%,transparent)`;
    return `<td style="text-align:right;background:${color}">${formatCount(at(target, predicted))}</td>`;
  };
  const rows = classes.map((_, k) => {
    const whole = sum(classes.map((_name, j) => at(k, j)));
    const cells = classes.map((_name, j) => cell(k, j, whole)).join('');
    return `<tr><th scope="row">${names[k]}</th>${cells}<td style="text-align:right">${share(at(k, k) / whole)}</td></tr>`;
  });
  const precisions = classes.map((_, k) => share(at(k, k) / sum(classes.map((_name, j) => at(j, k)))));
  const head = ['', ...names, t('recall')].map((name) => `<th scope="col" style="text-align:right">${name}</th>`);
  const foot = [...precisions, ''].map((value) => `<td style="text-align:right">${value}</td>`);
  return scrolling(
    `<table><thead><tr>${head.join('')}</tr></thead>\n${rows.join('\n')}\n<tr><th scope="row">${t('precision')}</th>${foot.join('')}</tr></table>`,
  );
}

function groupTable({ of, groups }: Calibration): string {
  const isNumber = of === 'number';
  const shown = isNumber ? number : share;
  const head = isNumber
    ? [t('Mean prediction'), t('Mean target'), t('Number of rows')]
    : [t('Mean probability'), t('Came true'), t('Number of rows')];
  const rows = groups.map(({ predicted, actual, rows: count }) => [
    shown(predicted),
    shown(actual),
    formatCount(count),
  ]);
  return table(head, 0, rows);
}

function thresholdTable(thresholds: NonNullable<Scores['thresholds']>): string {
  return table(
    [t('Threshold'), t('Found (recall)'), t('Right (precision)'), t('False alarms')],
    0,
    thresholds.map(({ threshold, recall, precision, falseAlarms }) => [
      String(threshold),
      share(recall),
      share(precision),
      share(falseAlarms),
    ]),
  );
}

function importanceOf(importance: NonNullable<Scores['importance']>): readonly string[] {
  if (importance === 'omitted') {
    return [
      t(
        'Not measured: a second would do for too few rows only. On the command line, nnspec evaluate WEIGHTS DATA --importance takes all the time that it needs.',
      ),
    ];
  }
  const { rows, repeats, metric, metricBetter, columns } = importance;
  const spread = ({ mean, sd }: Spread) =>
    Number.isNaN(sd) ? number(mean, 3) : `${number(mean, 3)}\u00a0±\u00a0${number(sd, 2)}`;
  const shown = columns.slice(0, shownColumns);
  const head = metricBetter === 'higher' ? t('{0} falls by', plain(metric)) : t('{0} rises by', plain(metric));
  return [
    t(
      'How much worse the scores become if the cells of a column are permuted among the rows: measured on {0}, {1} times for each column.',
      rowsText(rows),
      repeats,
    ),
    importanceFigure(shown, spread),
    importanceCaution(),
    table(
      [t('Column'), t('{0} rises by', 'loss'), head],
      1,
      shown.map(({ column, loss, metric: other }) => [plain(column), spread(loss), spread(other)]),
    ),
    ...(columns.length > shown.length
      ? [t('Columns that matter less and are not shown: {0}.', formatCount(columns.length - shown.length))]
      : []),
  ];
}

function rowsText(rows: number): string {
  return counted(rows, t('{0} row', formatCount(rows)), t('{0} rows', formatCount(rows)));
}

function worstTable(worst: Scores['worst']): string {
  const hasProbability = worst.some(({ probability }) => probability !== undefined);
  const head = [t('Row'), t('Target'), t('Predicted')];
  const rows = worst.map(({ row, target, predicted, probability }) => [
    formatCount(row),
    nameOrNumber(target),
    nameOrNumber(predicted),
    ...(probability === undefined ? [] : [share(probability)]),
  ]);
  return table(hasProbability ? [...head, t('Probability of the target')] : head, 0, rows);
}

function nameOrNumber(value: string | number): string {
  return typeof value === 'number' ? number(value, 6) : plain(value);
}

function number(value: number, digits = 4): string {
  if (!Number.isFinite(value)) {
    return '–';
  }
  const rounded = Number(value.toPrecision(digits));
  const size = Math.abs(rounded);
  const text = size >= 1e10 ? rounded.toExponential().replace('+', '') : size >= 1e4 ? formatCount(rounded) : rounded;
  return String(text).replaceAll('-', '−');
}

function share(value: number): string {
  return Number.isFinite(value) ? value.toFixed(3) : '–';
}
