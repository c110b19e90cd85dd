/** `nnspec evaluate`: how well a trained network does on a file that holds the targets. */
import { t } from '@vscode/l10n';
import { formatCount } from '../common/formatCount';
import { printable } from '../common/printable';
import { evaluateTable } from '../server/evaluateTable';
import type { RankCurve, Scores } from '../spec/measurements';
import { type CliIo, exitStatus } from './io';
import { jsonLine } from './json';
import { modelPaths, readModelFiles, reportNoResult, reportWarnings } from './modelFiles';
import type { Arguments, OptionTypes } from './options';
import { short, table } from './report/format';

export const evaluateOptions: OptionTypes = { json: 'boolean' };

/** More classes than this make lines too long for a terminal; JSON holds them all. */
const printedClasses = 12;

export async function evaluate(args: Arguments, io: CliIo): Promise<number> {
  const paths = modelPaths(args);
  const files = await readModelFiles(paths, io);
  if (typeof files === 'number') {
    return files;
  }
  const result = evaluateTable(files.weights, files.spec, files.table, paths.table);
  if (!('ok' in result)) {
    return reportNoResult(result, paths, args.has('json'), io);
  }
  reportWarnings(result.warnings, paths, io);
  io.stdout.write(args.has('json') ? json(result.ok) : text(result.ok));
  return exitStatus.fine;
}

function json({ rows, values, baseline, confusion, calibration, curves, worst }: Scores): string {
  const { loss, ...metrics } = Object.fromEntries(values);
  return jsonLine({
    event: 'evaluate',
    rows,
    loss,
    metrics,
    baseline: Object.fromEntries(baseline),
    ...(confusion && { confusion: { classes: confusion.classes, counts: rowsOf(confusion) } }),
    ...(calibration && { calibration: calibration.groups }),
    ...(curves && { curves: curves.map(curveJson) }),
    worst,
  });
}

function curveJson({ name, auc, averagePrecision, points }: RankCurve): object {
  return {
    class: name,
    auc,
    average_precision: averagePrecision,
    threshold: points.map(({ threshold }) => threshold),
    recall: points.map(({ recall }) => recall),
    precision: points.map(({ precision }) => precision),
    false_alarms: points.map(({ falseAlarms }) => falseAlarms),
  };
}

function text({ rows, values, baseline, confusion }: Scores): string {
  const constant = new Map(baseline);
  const shown = (value: number | undefined) => (value === undefined ? '' : short(value));
  const scores = values.map(([tag, value]) => [tag, short(value), shown(constant.get(tag))]);
  const lines = [
    `${t('Rows: {0}', formatCount(rows))}\n`,
    table([['', t('network'), constant.size > 0 ? t('baseline') : ''], ...scores]),
  ];
  if (confusion && confusion.classes.length <= printedClasses) {
    lines.push(`${t('Confusion matrix: a row is the true class, a column the predicted one.')}\n`, matrix(confusion));
  }
  return lines.join('');
}

/** The counts, with recall at the end of each row and precision at the end of each column. */
function matrix(confusion: NonNullable<Scores['confusion']>): string {
  const { classes } = confusion;
  const rows = rowsOf(confusion);
  const sum = (numbers: readonly number[]) => numbers.reduce((so, number) => so + number, 0);
  const share = (part: number, whole: number) => (whole === 0 ? '–' : (part / whole).toFixed(3));
  const names = classes.map((name) => printable(name));
  return table([
    ['', ...names, 'recall'],
    ...rows.map((counts, k) => [names[k], ...counts.map(String), share(counts[k], sum(counts))]),
    ['precision', ...classes.map((_, k) => share(rows[k][k], sum(rows.map((counts) => counts[k]))))],
  ]);
}

function rowsOf({ classes, counts }: NonNullable<Scores['confusion']>): readonly (readonly number[])[] {
  return classes.map((_, k) => [...counts.subarray(k * classes.length, (k + 1) * classes.length)]);
}
