/** Outputs of a trained network for the rows of a table. */
import { t } from '@vscode/l10n';
import { csvLine } from '../common/csvLine';
import { formatCount } from '../common/formatCount';
import { shortFloat } from '../common/shortFloat';
import { predictionRows, type TableSource, tableCells } from '../data';
import { asDataBytes, type DataBytes } from '../data/bytes';
import type { DataProblem } from '../data/dataset';
import { hasMark } from '../data/findCharset';
import type { PredictionRows } from '../data/prediction';
import type { FloatArray } from '../engine/backend';
// Not from the engine's index: the command line and the editor read weights without loading the compiler.
import { classAt, makeMetric, metricContext } from '../engine/metrics';
import { predict } from '../engine/predict';
import { referenceBackend } from '../engine/referenceBackend';
import { decodeWeights, initialWeights, metadataOf, type WeightsMetadata } from '../engine/weights';
import { decisionThreshold, predictionNames } from '../spec/lossRules';
import type { TrainingPlan } from '../spec/plan';
import { planNetwork } from '../spec/planNetwork';
import type { Problem } from '../spec/problem';
import type { ArrayNames, Spec, TextFormat } from '../spec/spec';
import { unscaleOutputs } from '../spec/targetScale';

export interface Predictions {
  /** Rows of the file. */
  readonly rows: number;
  /** The rows with a prediction, where others have none since they lack an input. */
  readonly kept?: Int32Array;
  /** The column of each output: `p_rose` for a class, `predicted_price` for a number. */
  readonly names: readonly string[];
  /** `[kept rows, names]`, in the target's own units. */
  readonly outputs: FloatArray;
  /** Class of each kept row, if there are classes; undefined for a row whose outputs are NaN. */
  readonly classes?: readonly (string | undefined)[];
  /** Name of the column of the classes. */
  readonly classColumn: string;
  /** The file's own columns, if they were asked for. */
  readonly own?: { readonly names: readonly string[]; readonly cells: (row: number) => readonly string[] };
  /** How they are written: like the file's own columns, if those were asked for and are text. */
  readonly writing: CsvWriting;
  /** The size from which the digits of an output count; see `shortFloat`. */
  readonly scales: readonly (number | undefined)[];
  /** How well the outputs agree with the targets, if the file has them: a sentence. */
  readonly score?: string;
  /** Doubts about how the table was read. */
  readonly warnings: readonly DataProblem[];
}

export interface CsvWriting {
  readonly delimiter: string;
  readonly decimal: string;
  /** With a byte order mark, by which Excel knows UTF-8. */
  readonly marked: boolean;
}

/** The character with which a marked file begins. */
export const byteOrderMark = '\uFEFF';

const plainCsv: CsvWriting = { delimiter: ',', decimal: '.', marked: false };

export interface PredictionOptions {
  /** Predictions that could have more characters as CSV are refused before they are made. */
  readonly longest?: number;
  /** The file's own columns come first in the CSV. */
  readonly keepColumns?: boolean;
  /** The names of the images, which come first in the CSV in place of the number of the row. */
  readonly images?: readonly string[];
}

export type PredictionResult =
  | { readonly ok: Predictions }
  /** A problem of the weights file. */
  | { readonly problem: string }
  /** Problems of the table. */
  | { readonly problems: readonly DataProblem[] };

export interface Model {
  readonly plan: TrainingPlan;
  readonly weights: ReadonlyMap<string, Float32Array>;
  readonly metadata: WeightsMetadata;
  readonly size: number;
  /** How the training's table was read. */
  readonly reading: {
    readonly preferred?: TextFormat;
    readonly arrays?: ArrayNames;
    readonly naValues?: readonly string[];
    readonly dropsGaps: boolean;
  };
}

/** The text of the spec that a weights file holds, which the caller parses, and the shape of a sample. */
export function specTextOf(
  weights: Uint8Array,
): { readonly ok: string; readonly inputShape: readonly number[] } | { readonly problem: string } {
  const file = decodeWeights(weights);
  const metadata = 'problem' in file ? file : metadataOf(file.ok);
  return 'problem' in metadata ? metadata : { ok: metadata.ok.spec, inputShape: metadata.ok.inputShape };
}

/** The target columns of the training; none where the weights file cannot be read. */
export function targetsOf(weights: Uint8Array): readonly string[] {
  const file = decodeWeights(weights);
  const metadata = 'problem' in file ? file : metadataOf(file.ok);
  return 'problem' in metadata ? [] : metadata.ok.target.columns;
}

/** Characters of a number and the comma before it, and of a row's number, at most. */
const [numberLength, rowLength] = [24, 12];

/** The first error among the problems of a spec from a weights file, as a problem of that file. */
export function specFault(problems: readonly Problem[]): { readonly problem: string } | undefined {
  const fault = problems.find(({ severity }) => severity === 'error');
  return (
    fault && {
      problem: t(
        'The spec in this weights file has an error in its line {0}: {1}',
        fault.range.start.line + 1,
        fault.message,
      ),
    }
  );
}

/**
 * `spec` is parsed from `specTextOf(weights)`; undefined if it has errors. `fileName` is the table's, for
 * messages and for its kind (CSV, TSV).
 */
export function predictTable(
  weights: Uint8Array,
  spec: Spec | undefined,
  table: TableSource,
  fileName: string,
  { longest = Number.POSITIVE_INFINITY, keepColumns = false, images }: PredictionOptions = {},
): PredictionResult {
  const model = readModel(weights, spec);
  if ('problem' in model) {
    return model;
  }
  const { plan, size, metadata } = model;
  const rows = predictionRows(table, metadata.inputs, metadata.target, fileName, model.reading);
  if ('problems' in rows) {
    return rows;
  }
  const { columns, kind, classNames } = metadata.target;
  // Several independent labels are not classes.
  const hasClasses = classNames !== undefined && (kind === 'classes' || size === 1);
  const label = hasClasses ? classNames.reduce((most, { length }) => Math.max(most, length), 0) : 0;
  const ownLength = keepColumns && 'length' in table ? table.length : 0;
  if (ownLength + rows.fileRows * (rowLength + numberLength * size + label) > longest) {
    return {
      problem: t(
        'The predictions for {0} rows are too long for the editor. Write them into a file: nnspec predict WEIGHTS DATA --out FILE.',
        formatCount(rows.fileRows),
      ),
    };
  }
  const raw = predict(plan, model.weights, rows.inputs, rows.rows, referenceBackend);
  const outputs = inUnits(model, raw, rows.rows);
  const threshold = decisionThreshold(plan.network.loss);
  const classes = hasClasses ? classesOf(outputs, rows.rows, size, classNames, threshold) : undefined;
  const predicted = (name: string) => `predicted_${name}`;
  return {
    ok: {
      rows: rows.fileRows,
      kept: rows.kept,
      names: predictionNames(metadata.target, size),
      outputs,
      classes,
      classColumn: predicted(columns.join('_')),
      own:
        keepColumns && 'length' in table
          ? { names: rows.columns, cells: tableCells(table, rows.columns, fileName, model.reading) }
          : images && { names: ['file'], cells: (row) => [images[row]] },
      writing: keepColumns && 'length' in table ? writingOf(table, rows) : plainCsv,
      scales: metadata.target.scaling?.map(({ log, scale }) => (log ? undefined : scale)) ?? [],
      warnings: rows.warnings,
      score: rows.targets && scoreOf(plan, kind, outputs, rows.targets, rows),
    },
  };
}

/** Text of other encodings gets a mark as well: it is written in UTF-8, for which Excel would not take it. */
function writingOf(table: Uint8Array | DataBytes, { format }: PredictionRows): CsvWriting {
  if (!format) {
    return plainCsv;
  }
  const { delimiter, decimal, encoding } = format;
  return { delimiter, decimal, marked: encoding !== 'utf-8' || hasMark(asDataBytes(table)) };
}

/** The network's outputs `[rows, size]` in the target's own units. */
export function inUnits({ size, metadata }: Model, outputs: FloatArray, rows: number): FloatArray {
  const { scaling } = metadata.target;
  return scaling ? unscaleOutputs(outputs, rows, size, scaling, new Float64Array(outputs.length)) : outputs;
}

/** Lines of a CSV: the file's own columns, else `row` (from 1); one for each output; the class, if any. */
export function* predictionsCsv(predictions: Predictions): Generator<string, void> {
  const { names, classes, classColumn, own, writing } = predictions;
  const line = (cells: readonly (string | number)[]) => csvLine(cells, writing.delimiter);
  const head = line([...(own?.names ?? ['row']), ...names, ...(classes ? [classColumn] : [])]);
  yield writing.marked ? `${byteOrderMark}${head}` : head;
  const none = names.map(() => '');
  const written = (value: number) => String(value).replace('.', writing.decimal);
  for (const { row, outputs, label } of eachRow(predictions)) {
    const values = outputs?.map(written) ?? none;
    yield line([...(own?.cells(row) ?? [row + 1]), ...values, ...(classes ? [label ?? ''] : [])]);
  }
}

/** One row of the file, with its outputs and its class if it has any. */
interface PredictedRow {
  readonly row: number;
  /** Without digits that say nothing. */
  readonly outputs?: readonly number[];
  readonly label?: string;
}

export function* eachRow({ rows, kept, names, outputs, scales, classes }: Predictions): Generator<PredictedRow, void> {
  const { length } = names;
  let at = 0;
  for (let row = 0; row < rows; row++) {
    if (kept && kept[at] !== row) {
      yield { row };
    } else {
      const values = Array.from({ length }, (_, k) => shortFloat(outputs[at * length + k], scales[k]));
      yield { row, outputs: values, label: classes?.[at] };
      at++;
    }
  }
}

/** Measured as in training, by the metrics of the spec. */
function scoreOf(
  { network, training }: TrainingPlan,
  kind: WeightsMetadata['target']['kind'],
  outputs: FloatArray,
  targets: Float64Array,
  { rows, fileRows }: PredictionRows,
): string | undefined {
  const usual = kind === 'numbers' ? ['mean_absolute_error', 'r2'] : ['accuracy'];
  const wanted = training.metrics.length > 0 ? training.metrics : usual.map((name) => ({ name, parameters: {} }));
  const context = metricContext(network);
  const metrics = wanted.map((metric) => makeMetric(metric, context));
  const { outputSize, targetSize } = context;
  const row = new Int32Array(1);
  let known = 0;
  for (let i = 0; i < rows; i++) {
    if (!targets.subarray(i * targetSize, (i + 1) * targetSize).some(Number.isNaN)) {
      known++;
      row[0] = i;
      for (const metric of metrics) {
        metric.add(outputs.subarray(i * outputSize, (i + 1) * outputSize), targets, row, 0, 1);
      }
    }
  }
  // A file without any target is there to be predicted alone.
  if (known === 0) {
    return undefined;
  }
  const values = metrics.map((metric) => `${metric.name} ${Number(metric.value().toPrecision(4))}`);
  return t('Score on {0} of {1} rows: {2}', formatCount(known), formatCount(fileRows), values.join(', '));
}

export function readModel(bytes: Uint8Array, spec: Spec | undefined): Model | { readonly problem: string } {
  const file = decodeWeights(bytes);
  if ('problem' in file) {
    return file;
  }
  const metadata = metadataOf(file.ok);
  if ('problem' in metadata) {
    return metadata;
  }
  const { target, inputShape, seed } = metadata.ok;
  const { columns, kind: targetKind, classNames } = target;
  const targetSize = targetKind === 'classes' ? (classNames?.length ?? columns.length) : columns.length;
  const planning = spec && planNetwork(spec, { inputShape, targetSize, targetKind, classNames });
  const network = planning?.plan;
  if (!spec || !network) {
    const fault = planning?.issues.find(({ severity }) => severity === 'error')?.message;
    return {
      problem:
        fault === undefined
          ? t('The spec in the weights file cannot be read by this version. Train again and save the weights.')
          : t('The network in this weights file does not fit its data: {0}', fault),
    };
  }
  const weights = initialWeights(file.ok, network);
  if ('problem' in weights) {
    return weights;
  }
  const plan = { network, training: spec.training, seed };
  const { origin, format } = spec.data;
  const reading = {
    preferred: metadata.ok.format,
    arrays: origin.kind === 'file' ? origin.arrays : undefined,
    naValues: format?.naValues,
    dropsGaps: spec.data.missing === 'drop',
  };
  return { plan, weights: weights.ok, metadata: metadata.ok, size: network.outputShape[0], reading };
}

/** The most probable class; with one output, the second of two classes if it is above the threshold. */
function classesOf(
  outputs: FloatArray,
  rows: number,
  size: number,
  names: readonly string[],
  threshold: number,
): (string | undefined)[] {
  return Array.from({ length: rows }, (_, row) => {
    const at = row * size;
    if (outputs.subarray(at, at + size).some(Number.isNaN)) {
      return undefined;
    }
    return names[classAt(outputs, at, size, threshold)];
  });
}
