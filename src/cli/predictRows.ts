/** What a trained network answers to the rows of a table. All that is needed stands in the weights file. */
import { t } from '@vscode/l10n';
import { inStretches, type Steps } from '../common/steps';
import { predictionRowSteps } from '../data';
import type { DataProblem } from '../data/dataset';
// Not by the engine's facade: the extension predicts too, and needs no compiler of networks for that.
import { argmax } from '../engine/metrics';
import { predict } from '../engine/predict';
import { referenceBackend } from '../engine/referenceBackend';
import { decodeWeights, initialWeights, metadataOf, type WeightsMetadata } from '../engine/weights';
import { parseSpec } from '../language';
import { decisionThreshold, outputNames } from '../spec/lossRules';
import type { TrainingPlan } from '../spec/plan';
import { planNetwork } from '../spec/planNetwork';
import { csvLine } from './csvLine';

export interface Predictions {
  readonly rows: number;
  /** Name of each output: a class, or a target column. */
  readonly names: readonly string[];
  /** `[rows, names]`. */
  readonly outputs: Float32Array;
  /** Class of each row, where there are classes; none for a row whose outputs are not numbers. */
  readonly classes?: readonly (string | undefined)[];
}

export type PredictionResult =
  | { readonly ok: Predictions }
  /** What is wrong with the weights file. */
  | { readonly problem: string }
  /** What is wrong with the table. */
  | { readonly problems: readonly DataProblem[] };

/** Writing a line takes some microseconds. */
const linesOfStretch = 1024;

interface Model {
  readonly plan: TrainingPlan;
  readonly weights: ReadonlyMap<string, Float32Array>;
  readonly metadata: WeightsMetadata;
  readonly size: number;
}

/** `fileName` is the table's, for its messages and its kind (CSV, TSV). Pure: reads no file, throws nothing. In short steps. */
export function* predictionSteps(weights: Uint8Array, table: Uint8Array, fileName: string): Steps<PredictionResult> {
  const model = readModel(weights);
  if ('problem' in model) {
    return model;
  }
  const { plan, size, metadata } = model;
  const rows = yield* predictionRowSteps(table, metadata.inputs, fileName);
  if ('problems' in rows) {
    return rows;
  }
  const outputs = predict(plan, model.weights, rows.inputs, rows.rows, referenceBackend);
  const { columns, kind, classNames } = metadata.target;
  const names = kind === 'classes' && classNames?.length === size ? classNames : outputNames(columns, size);
  // Independent labels, one to an output, are no classes.
  const hasClasses = classNames !== undefined && (kind === 'classes' || size === 1);
  const threshold = decisionThreshold(plan.network.loss);
  const classes = hasClasses ? yield* classesOf(outputs, rows.rows, size, classNames, threshold) : undefined;
  return { ok: { rows: rows.rows, names, outputs, classes } };
}

/** A CSV with the columns `row` (from 1), one of each output, and `class`, where there are classes. */
export function* predictionsCsvSteps({ rows, names, outputs, classes }: Predictions): Steps<string> {
  let text = csvLine(['row', ...names, ...(classes ? ['class'] : [])]);
  yield* inStretches(
    rows,
    (from, to) => {
      for (let row = from; row < to; row++) {
        const values = outputs.subarray(row * names.length, (row + 1) * names.length);
        text += csvLine([row + 1, ...values, ...(classes ? [classes[row] ?? ''] : [])]);
      }
    },
    linesOfStretch,
  );
  return text;
}

function readModel(bytes: Uint8Array): Model | { readonly problem: string } {
  const file = decodeWeights(bytes);
  if ('problem' in file) {
    return file;
  }
  const metadata = metadataOf(file.ok);
  if ('problem' in metadata) {
    return metadata;
  }
  const { spec: text, target, inputShape, seed } = metadata.ok;
  const { spec } = parseSpec(text, { fileName: 'weights' });
  const { columns, kind: targetKind, classNames } = target;
  const targetSize = targetKind === 'classes' ? (classNames?.length ?? columns.length) : columns.length;
  const network = spec && planNetwork(spec, { inputShape, targetSize, targetKind, classNames }).plan;
  if (!spec || !network) {
    return {
      problem: t('The spec in the weights file cannot be read by this version. Train again and save the weights.'),
    };
  }
  const weights = initialWeights(file.ok, network);
  if ('problem' in weights) {
    return weights;
  }
  const plan = { network, training: spec.training, seed };
  return { plan, weights: weights.ok, metadata: metadata.ok, size: network.outputShape[0] };
}

/** The most probable class; of two classes with one output the second where it is above the threshold. */
function* classesOf(
  outputs: Float32Array,
  rows: number,
  size: number,
  names: readonly string[],
  threshold: number,
): Steps<(string | undefined)[]> {
  const classOf = (at: number): string | undefined =>
    outputs.subarray(at, at + size).some(Number.isNaN)
      ? undefined
      : names[size === 1 ? Number(outputs[at] > threshold) : argmax(outputs, at, size)];
  const classes: (string | undefined)[] = [];
  yield* inStretches(rows, (from, to) => {
    for (let row = from; row < to; row++) {
      classes.push(classOf(row * size));
    }
  });
  return classes;
}
