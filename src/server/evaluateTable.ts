/** Scores of a trained network on the rows of a table that holds the targets. */
import { t } from '@vscode/l10n';
import { permutation, purposes } from '../common/random';
import { predictionRows, type TableSource } from '../data';
import type { DataProblem } from '../data/dataset';
import { widthOf } from '../data/inputs';
import type { FileBytes, PredictionRows } from '../data/prediction';
// Not from the engine's index: the command line reads weights without loading the compiler.
import type { FloatArray, Program, ProgramData } from '../engine/backend';
import { type Constants, scoresOf } from '../engine/baseline';
import { Evaluation } from '../engine/evaluation';
import { forwardWork } from '../engine/forwardWork';
import { lossOfRow } from '../engine/rowLosses';
import { wasmBackend } from '../engine/wasmBackend';
import type { TargetKind } from '../spec/dataFacts';
import { isLinearMap } from '../spec/linearity';
import { decisionThreshold, outputsPerTarget } from '../spec/lossRules';
import type { ImportanceOptions, Scores } from '../spec/measurements';
import type { TrainingPlan } from '../spec/plan';
import type { Spec, Thing } from '../spec/spec';
import { scaleTarget } from '../spec/targetScale';
import { permutationImportance } from './importance';
import { inUnits, type Model, readModel } from './predictTable';
import { type Details, detailsOf } from './scoreDetails';

export type EvaluationResult =
  /** `warnings` are doubts about how the table was read. */
  | { readonly ok: Scores; readonly warnings: readonly DataProblem[] }
  /** A problem of the weights file. */
  | { readonly problem: string }
  /** Problems of the table. */
  | { readonly problems: readonly DataProblem[] };

const batch = 256;
/** From fewer rows importance is not measured. */
const fewestRows = 50;

/** Metrics that are always measured, beside those of the spec. */
const usual = {
  classes: ['accuracy', 'precision', 'recall', 'f1', 'auc', 'average_precision'],
  numbers: ['mean_squared_error', 'root_mean_squared_error', 'mean_absolute_error', 'r2'],
} as const;

/**
 * `spec` is parsed from `specTextOf(weights)`; undefined if it has errors. `fileName` is the table's,
 * `labels` a file of its targets.
 */
export function evaluateTable(
  weights: Uint8Array,
  spec: Spec | undefined,
  table: TableSource,
  fileName: string,
  { labels, importance }: { readonly labels?: FileBytes; readonly importance?: ImportanceOptions } = {},
): EvaluationResult {
  const model = readModel(weights, spec);
  if ('problem' in model) {
    return model;
  }
  const { metadata } = model;
  const rows = predictionRows(table, metadata.inputs, metadata.target, fileName, {
    ...model.reading,
    labels,
    needsTargets: true,
  });
  if ('problems' in rows) {
    return rows;
  }
  if (!rows.targets || rows.rows === 0) {
    const target = metadata.target.columns.join(', ');
    const message = rows.withGaps
      ? t('No row of the file has the target “{0}” and all inputs, so there is nothing to score.', target)
      : rows.kept
        ? t('No row of the file has the target “{0}”, so there is nothing to score.', target)
        : t('The file has no rows to evaluate on.');
    return { problems: [{ code: 'no-rows', message, path: [] }] };
  }
  const plan = withUsualMetrics(model.plan, metadata.target.kind);
  const data = dataOf(model, rows.inputs, rows.targets, rows.rows);
  const all = Int32Array.from({ length: rows.rows }, (_, row) => row);
  const maxBatch = Math.min(batch, rows.rows);
  const program = wasmBackend.compile(plan, data, { maxBatch, initial: model.weights });
  const evaluation = new Evaluation(plan, data, all, maxBatch);
  const outputs = new Float32Array(rows.rows * model.size);
  let filled = 0;
  evaluation.run(program, () => {
    const ofBatch = program.outputs().subarray(0, Math.min(maxBatch * model.size, outputs.length - filled));
    outputs.set(ofBatch, filled);
    filled += ofBatch.length;
    return true;
  });
  const { classNames, kind, columns } = metadata.target;
  const hasClasses = classNames !== undefined && (kind === 'classes' || model.size === 1);
  const constants = metadata.constants && unweighted(metadata.constants, kind);
  const answers = {
    outputs: inUnits(model, outputs, rows.rows),
    targets: rows.targets,
    rows: rows.rows,
    size: model.size,
    targetSize: data.targetSize,
    classNames: hasClasses ? classNames : undefined,
    labels: kind === 'binary' && !hasClasses ? columns : undefined,
    numbers: kind === 'numbers' ? columns : undefined,
    threshold: decisionThreshold(plan.network.loss),
  };
  return {
    ok: {
      rows: rows.rows,
      ...(rows.kept && { kept: rows.kept }),
      ...(rows.withoutTarget && { withoutTarget: rows.withoutTarget }),
      ...(rows.withGaps && { withGaps: rows.withGaps }),
      values: evaluation.values() ?? [],
      linear: spec !== undefined && isLinearMap(spec.layers),
      losses: { by: measureOf(model), values: lossesOf(model, outputs, data) },
      baseline: constants?.loss.length === model.size ? scoresOf(constants, { plan, data }, all) : [],
      ...inFile(detailsOf(answers), rows),
      ...(importance && importanceOf(model, program, maxBatch, importance)),
    },
    warnings: rows.warnings,
  };
}

/** Tells which losses can be compared: those of the same function, of targets in the same scale. */
function measureOf({ plan, metadata }: Model): string {
  return JSON.stringify([plan.network.loss, metadata.target.scaling ?? null]);
}

function lossesOf(
  { plan, size }: Model,
  outputs: FloatArray,
  { targets, targetSize, samples }: ProgramData,
): Float64Array {
  const lossOf = lossOfRow(plan.network, targets, targetSize);
  return Float64Array.from({ length: samples }, (_, row) => lossOf(outputs, row * size, row));
}

/** Names the worst rows by their place in the file. */
function inFile(details: Details, { kept, lineOf }: Pick<PredictionRows, 'kept' | 'lineOf'>): Details {
  const worst = details.worst.map((each) => {
    const line = lineOf(each.row - 1);
    const row = kept ? kept[each.row - 1] + 1 : each.row;
    return { ...each, row, ...(line !== undefined && { line }) };
  });
  return { ...details, worst };
}

function importanceOf(
  { plan, metadata }: Model,
  program: Program,
  maxBatch: number,
  { repeats, work = Number.POSITIVE_INFINITY }: ImportanceOptions,
): Pick<Scores, 'importance'> {
  const { inputs, seed, target } = metadata;
  const { samples } = program.data;
  const affordable = Math.floor(work / (forwardWork(plan.network) * inputs.length * repeats));
  if (affordable < Math.min(samples, fewestRows)) {
    return { importance: 'omitted' };
  }
  const [metric = { name: target.kind === 'numbers' ? 'r2' : 'accuracy', parameters: {} }] = plan.training.metrics;
  // All rows in their order, or a sample of them.
  const drawn = permutation(seed, purposes.probe, 0, samples).subarray(0, affordable).sort();
  return {
    importance: permutationImportance({
      program,
      plan,
      metric,
      columns: inputs.map((encoding) => ({ name: encoding.column, width: widthOf(encoding) })),
      rows: drawn,
      maxBatch,
      repeats,
      order: (column, repeat) => permutation(seed, purposes.permute, repeat * inputs.length + column, drawn.length),
    }),
  };
}

/** Here no class counts more than another, also if the network was trained with `class_weight`. */
function unweighted(constants: Constants, kind: TargetKind): Constants {
  const [shares = constants.loss] = Object.values(constants.metrics);
  return kind === 'numbers' ? constants : { ...constants, loss: shares };
}

/** The metrics of the spec first, each once. */
function withUsualMetrics(plan: TrainingPlan, kind: TargetKind): TrainingPlan {
  const own = plan.training.metrics;
  const names = kind === 'numbers' ? usual.numbers : usual.classes;
  const more = names
    .filter((name) => own.every((metric) => metric.name !== name))
    .map((name): Thing => ({ name, parameters: {} }));
  return { ...plan, training: { ...plan.training, metrics: [...own, ...more] } };
}

function dataOf({ plan, metadata, size }: Model, inputs: FloatArray, own: Float64Array, samples: number): ProgramData {
  const targetSize = size / outputsPerTarget(plan.network.loss);
  const { scaling: scales } = metadata.target;
  if (!scales) {
    return { inputs, targets: own, samples, targetSize };
  }
  const targets = own.map((value, at) => scaleTarget(value, scales[at % targetSize]));
  return { inputs, targets, samples, targetSize, units: { scales, targets: own } };
}
