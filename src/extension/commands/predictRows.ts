import { readRowsForPrediction } from '../../data';
import type { DataProblem } from '../../data/dataset';
import { argmax, decodeWeights, initialWeights, metadataOf, predict, referenceBackend } from '../../engine';
import { parseSpec } from '../../language';
import { decisionThreshold, outputNames } from '../../spec/lossRules';
import { planNetwork } from '../../spec/planNetwork';

export interface Predictions {
  readonly rows: number;
  /** Name of each output: a class, or a target column. */
  readonly names: readonly string[];
  /** `[rows, names]`. */
  readonly outputs: Float32Array;
  /** Class of each row, where there are classes. */
  readonly classes?: readonly string[];
}

export type PredictionResult =
  | { readonly ok: Predictions }
  | { readonly problem: string }
  | { readonly problems: readonly DataProblem[] };

/** What the network of a weights file answers to the rows of a table. */
export function predictRows(weightBytes: Uint8Array, table: Uint8Array, fileName: string): PredictionResult {
  const file = decodeWeights(weightBytes);
  if ('problem' in file) return file;
  const metadata = metadataOf(file.ok);
  if ('problem' in metadata) return metadata;
  const { spec: text, inputs: encodings, inputShape, target, seed } = metadata.ok;
  const { spec, problems } = parseSpec(text, { fileName: '' });
  if (!spec) return { problem: problems[0].message };
  const { kind: targetKind, classNames } = target;
  const targetSize = targetKind === 'classes' ? (classNames?.length ?? target.columns.length) : target.columns.length;
  const { plan, issues } = planNetwork(spec, { inputShape, targetSize, targetKind, classNames });
  if (!plan) return { problem: issues[0].message };
  const weights = initialWeights(file.ok, plan);
  if ('problem' in weights) return weights;
  const rows = readRowsForPrediction(table, encodings, fileName);
  if ('problems' in rows) return rows;
  const training = { network: plan, training: spec.training, seed };
  const outputs = predict(training, weights.ok, rows.inputs, rows.rows, referenceBackend);
  const named = targetKind === 'classes' && classNames;
  const names = named ? classNames : outputNames(target.columns, plan.outputShape[0]);
  const threshold = decisionThreshold(plan.loss);
  const classes = classNames && classesOf(outputs, rows.rows, classNames, names.length, threshold);
  return { ok: { rows: rows.rows, names, outputs, classes } };
}

/** The most probable class; of two classes with one output the second where it is above the threshold. */
function classesOf(
  outputs: Float32Array,
  rows: number,
  names: readonly string[],
  size: number,
  threshold: number,
): string[] {
  return Array.from({ length: rows }, (_, row) => {
    const at = row * size;
    return names[size === 1 ? Number(outputs[at] > threshold) : argmax(outputs, at, size)];
  });
}
