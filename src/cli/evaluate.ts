/** `nnspec evaluate`: how well a trained network does on a file that holds the targets. */
import { t } from '@vscode/l10n';
import { counted } from '../common/counted';
import { formatCount } from '../common/formatCount';
import { jsonLine } from '../common/jsonLine';
import { messageOf } from '../common/messageOf';
import { printable } from '../common/printable';
import type { FileBytes } from '../data/prediction';
import { evaluateTable } from '../server/evaluateTable';
import {
  areOfSameRows,
  groupTable,
  howToReadGroups,
  howToReadThresholds,
  notScored,
  type TextTable,
  thresholdTable,
  verdictOn,
  type Writing,
  worstTable,
} from '../spec/evaluationTexts';
import { importanceCaution } from '../spec/importanceTexts';
import type { Importance, RankCurve, Scores, Spread } from '../spec/measurements';
import { isArrayFile } from '../spec/tableFiles';
import { UsageError } from './errors';
import { type CliIo, exitStatus } from './io';
import { fail, readModelFiles, readTable, reportNoResult, reportWarnings, severalModelPaths } from './modelFiles';
import type { Arguments, OptionTypes } from './options';
import { short, table } from './report/format';

export const evaluateOptions: OptionTypes = { json: 'boolean', labels: 'string', importance: 'count' };

const [usualRepeats, mostRepeats] = [5, 1000];

/** More classes than this make lines too long for a terminal; JSON holds them all. */
const printedClasses = 12;

/** A network and its scores. */
interface Evaluated {
  readonly weights: string;
  readonly scores: Scores;
}

export async function evaluate(args: Arguments, io: CliIo): Promise<number> {
  const json = args.has('json');
  const [first, ...others] = severalModelPaths(args);
  const repeats = args.has('importance') ? (args.integer('importance', 1, mostRepeats) ?? usualRepeats) : undefined;
  const labelsPath = args.text('labels');
  if (labelsPath !== undefined && !isArrayFile(labelsPath)) {
    throw new UsageError(t('--labels takes an IDX or NumPy file with the target of each row.'));
  }
  let labels: FileBytes | undefined;
  try {
    labels = labelsPath === undefined ? undefined : { bytes: await readTable(labelsPath, io), fileName: labelsPath };
  } catch (error) {
    return fail(messageOf(error), io);
  }
  const importance = repeats === undefined ? undefined : { repeats };
  const evaluated: Evaluated[] = [];
  for (const paths of [first, ...others]) {
    const files = await readModelFiles(paths, json, io);
    if (typeof files === 'number') {
      return files;
    }
    const options = { labels, importance: paths === first ? importance : undefined };
    const result = evaluateTable(files.weights, files.spec, files.table, paths.table, options);
    if (!('ok' in result)) {
      return reportNoResult(result, paths, json, io);
    }
    if (paths === first) {
      reportWarnings(result.warnings, paths, io);
    }
    evaluated.push({ weights: paths.weights, scores: result.ok });
  }
  io.stdout.write(json ? evaluated.map((each) => line(each, others.length > 0)).join('') : text(evaluated));
  return exitStatus.fine;
}

function line({ weights, scores }: Evaluated, isOneOfSeveral: boolean): string {
  const { rows, withoutTarget, withGaps, values, baseline, confusion, calibration, curves, thresholds } = scores;
  const { worst, importance } = scores;
  const { loss, ...metrics } = Object.fromEntries(values);
  return jsonLine({
    event: 'evaluate',
    ...(isOneOfSeveral && { weights }),
    rows,
    ...(withoutTarget && { without_target: withoutTarget }),
    ...(withGaps && { with_missing: withGaps }),
    loss,
    metrics,
    baseline: Object.fromEntries(baseline),
    ...(confusion && { confusion: { classes: confusion.classes, counts: rowsOf(confusion) } }),
    ...(calibration && { calibration: calibration.groups }),
    ...(curves && { curves: curves.map(curveJson) }),
    ...(thresholds && {
      thresholds: thresholds.map(({ falseAlarms, ...rest }) => ({ ...rest, false_alarms: falseAlarms })),
    }),
    worst,
    ...(typeof importance === 'object' && { importance: importanceJson(importance) }),
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

function importanceJson({ rows, repeats, metric: name, columns }: Importance): object {
  return {
    rows,
    repeats,
    columns: columns.map(({ column, loss, metric }) => ({ column, loss, metrics: { [name]: metric } })),
  };
}

/** Rows that fit worst; JSON and the page in the editor have more. */
const printedWorst = 5;

const writing: Writing = { count: String, number: (value, digits = 4) => short(value, digits), name: printable };

/** Calibration, thresholds and the rows that fit worst. */
function detailsText({ confusion, calibration, thresholds, worst }: Scores, ofFirst: string): readonly string[] {
  const yes = printable(confusion?.classes[1] ?? '');
  const block = (title: string, { head, rows }: TextTable) => [`${ofFirst}${title}\n`, table([head, ...rows])];
  return [
    ...(calibration ? block(howToReadGroups(calibration, yes), groupTable(calibration, writing)) : []),
    ...(thresholds ? block(howToReadThresholds(yes), thresholdTable(thresholds)) : []),
    ...(worst.length > 0
      ? block(t('The rows that fit worst:'), worstTable(worst.slice(0, printedWorst), writing))
      : []),
  ];
}

/** The scores of each network, and more about the first. */
function text(evaluated: readonly Evaluated[]): string {
  const [network, ...others] = evaluated.map(({ scores }) => scores);
  const { rows, values, baseline, confusion, importance } = network;
  const shown = (value: number | undefined) => (value === undefined ? '' : short(value));
  const columns = [...evaluated.map(({ scores }) => new Map(scores.values)), new Map(baseline)];
  const isAlone = evaluated.length === 1;
  const names = evaluated.map(({ weights }) => printable(weights.replace(/\.safetensors$/, '')));
  // All below the scores is about the first network.
  const ofFirst = isAlone ? '' : `${names[0]}: `;
  const lines = [
    `${t('Rows: {0}', formatCount(rows))}\n`,
    ...notScored(network).map((sentence) => `${sentence}\n`),
    table([
      ['', ...(isAlone ? [t('network')] : names), baseline.length > 0 ? t('baseline') : ''],
      ...values.map(([tag]) => [tag, ...columns.map((column) => shown(column.get(tag)))]),
    ]),
  ];
  if (!others.every((other) => areOfSameRows(network, other))) {
    lines.push(
      `${t('The scores cannot be compared: the networks are scored on different rows, since one of them drops those that lack an input.')}\n`,
    );
  }
  if (others.some(({ losses }) => losses.by !== network.losses.by)) {
    lines.push(
      `${t('The losses cannot be compared: the networks were trained with different losses, or targets scaled differently. Compare the metrics.')}\n`,
    );
  }
  const verdict = others.map((other) => verdictOn(network, other)).find((found) => found !== undefined);
  if (verdict !== undefined) {
    lines.push(`${verdict}\n`);
  }
  if (confusion && confusion.classes.length <= printedClasses) {
    lines.push(
      `${ofFirst}${t('Confusion matrix: a row is the true class, a column the predicted one.')}\n`,
      matrix(confusion),
    );
  }
  lines.push(...detailsText(network, ofFirst));
  if (typeof importance === 'object') {
    lines.push(ofFirst, ...importanceText(importance));
  }
  return lines.join('');
}

function importanceText({ repeats, metric, columns }: Importance): readonly string[] {
  const spread = ({ mean, sd }: Spread) => (Number.isNaN(sd) ? short(mean) : `${short(mean)} ± ${short(sd)}`);
  const said = t(
    'Importance: how much worse the scores become if the cells of a column are permuted among the rows (mean ± standard deviation of {0}).',
    counted(repeats, t('one permutation'), t('{0} permutations', repeats)),
  );
  return [
    `${said}\n`,
    table([
      ['', 'loss', metric],
      ...columns.map((each) => [printable(each.column), spread(each.loss), spread(each.metric)]),
    ]),
    `${importanceCaution()}\n`,
  ];
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
