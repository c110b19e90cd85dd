/** The scores of a trained network on a file, as Markdown. */
import { t } from '@vscode/l10n';
import { counted } from '../../common/counted';
import { escapeHtml } from '../../common/escapeHtml';
import { formatCount } from '../../common/formatCount';
import { printable } from '../../common/printable';
import { plain } from '../../language';
import {
  groupTable,
  howToReadGroups,
  howToReadThresholds,
  notScored,
  shareText,
  type TextTable,
  thresholdTable,
  verdictOn,
  type Writing,
  worstTable,
} from '../../spec/evaluationTexts';
import { importanceCaution } from '../../spec/importanceTexts';
import type { Scores, Spread } from '../../spec/measurements';
import { blue, orange } from './charts';
import { calibrationFigure, curveFigures, importanceFigure, scatterFigures } from './evaluationCharts';
import { scrolling, table } from './markdownTable';

/** More classes than this make a table too wide to read. */
const shownClasses = 20;
/** Columns whose importance is shown. */
const shownColumns = 20;

/** `linear`: the scores of the linear model that was trained on the same data. */
export function evaluationMarkdown(model: string, file: string, scores: Scores, linear?: Scores): string {
  const { rows, confusion, calibration, curves, thresholds, scatter, targets, importance, worst } = scores;
  const yes = plain(confusion?.classes[1] ?? '');
  const verdict = linear && verdictOn(scores, linear);
  const hasMatrix = confusion && confusion.classes.length <= shownClasses;
  return [
    `# ${t('Evaluation: {0}', plain(model))}`,
    [t('On {0} of {1}.', rowsText(rows), plain(file)), ...notScored(scores)].join(' '),
    scoreTable(scores, linear),
    ...(verdict === undefined ? [] : [`**${verdict}**`]),
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
    ...(thresholds
      ? section(t('Where to draw the line'), howToReadThresholds(yes), tableText(thresholdTable(thresholds)))
      : []),
    ...(calibration
      ? section(
          t('Can the predictions be taken at their word?'),
          howToReadGroups(calibration, yes),
          scatter ? scatterFigures(scatter, calibration.groups, rows) : calibrationFigure(calibration),
          tableText(groupTable(calibration, writing)),
        )
      : []),
    ...(targets
      ? section(
          t('Predictions and targets'),
          ...targets.shown.flatMap((target) => [
            `### ${plain(target.name)}`,
            scatterFigures(target.scatter, target.calibration.groups, rows),
            tableText(groupTable(target.calibration, writing)),
          ]),
          ...(targets.more > 0 ? [t('Targets that are not shown: {0}.', formatCount(targets.more))] : []),
        )
      : []),
    ...(importance ? section(t('Which columns matter'), ...importanceOf(importance)) : []),
    ...(worst.length > 0 ? section(t('The rows that fit worst'), tableText(worstTable(worst, writing))) : []),
  ].join('\n\n');
}

const writing: Writing = { count: formatCount, number, name: plain };

function tableText({ head, rows }: TextTable): string {
  return table(head, 0, rows);
}

function section(title: string, ...content: readonly string[]): readonly string[] {
  return [`## ${title}`, ...content];
}

function howToReadMatrix(): string {
  return t(
    'A row is the true class, a column the predicted one. The stronger a colour, the larger the share of its row.',
  );
}

function scoreTable({ values, baseline }: Scores, linear?: Scores): string {
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
    return `<tr><th scope="row">${names[k]}</th>${cells}<td style="text-align:right">${shareText(at(k, k) / whole)}</td></tr>`;
  });
  const precisions = classes.map((_, k) => shareText(at(k, k) / sum(classes.map((_name, j) => at(j, k)))));
  const head = ['', ...names, t('recall')].map((name) => `<th scope="col" style="text-align:right">${name}</th>`);
  const foot = [...precisions, ''].map((value) => `<td style="text-align:right">${value}</td>`);
  return scrolling(
    `<table><thead><tr>${head.join('')}</tr></thead>\n${rows.join('\n')}\n<tr><th scope="row">${t('precision')}</th>${foot.join('')}</tr></table>`,
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

function number(value: number, digits = 4): string {
  if (!Number.isFinite(value)) {
    return '–';
  }
  const rounded = Number(value.toPrecision(digits));
  const size = Math.abs(rounded);
  const text = size >= 1e10 ? rounded.toExponential().replace('+', '') : size >= 1e4 ? formatCount(rounded) : rounded;
  return String(text).replaceAll('-', '−');
}
