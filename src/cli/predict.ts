/** `nnspec predict`: a trained network over the rows of a file. All that is needed stands in the weights file. */
import { resolve } from 'node:path';
import { t } from '@vscode/l10n';
import { readRowsForPrediction } from '../data';
import type { WeightsMetadata } from '../engine';
import { argmax, decodeWeights, initialWeights, metadataOf, predict as predictRows, referenceBackend } from '../engine';
import { parseSpec } from '../language';
import { decisionThreshold, outputNames as namesOfOutputs } from '../spec/lossRules';
import type { TrainingPlan } from '../spec/plan';
import { planNetwork } from '../spec/planNetwork';
import { csvLine } from './csvLine';
import { fileErrorText } from './fileErrors';
import { type CliIo, exitStatus } from './io';
import { jsonLine } from './json';
import type { Arguments, OptionTypes } from './options';
import { type FileProblem, problemJson, problemText } from './problemOutput';
import { UsageError } from './usageError';

export const predictOptions: OptionTypes = { json: 'boolean', out: 'string' };

interface Model {
  readonly plan: TrainingPlan;
  readonly weights: ReadonlyMap<string, Float32Array>;
  readonly metadata: WeightsMetadata;
  readonly outputs: number;
}

export async function predict(args: Arguments, io: CliIo): Promise<number> {
  const [weightsPath, dataPath, ...rest] = args.positionals;
  if (weightsPath === undefined || dataPath === undefined || rest.length > 0) {
    throw new UsageError(t('Give a weights file and a data file, in this order.'));
  }
  const fail = (message: string) => {
    io.stderr.write(`${message}\n`);
    return exitStatus.failed;
  };
  const out = args.text('out');
  try {
    if (out !== undefined) {
      await io.files.mustBeWritable(resolve(io.cwd, out));
    }
  } catch (error) {
    return fail(fileErrorText(out ?? '', error));
  }
  const files: Uint8Array[] = [];
  for (const path of [weightsPath, dataPath]) {
    try {
      files.push(await io.files.read(resolve(io.cwd, path)));
    } catch (error) {
      return fail(fileErrorText(path, error));
    }
  }
  const model = readModel(files[0]);
  if ('problem' in model) {
    return fail(`${weightsPath}: ${model.problem}`);
  }
  const rows = readRowsForPrediction(files[1], model.metadata.inputs, dataPath);
  if ('problems' in rows) {
    for (const problem of rows.problems) {
      const { line = 0, character = 0, endCharacter = 0 } = problem.at ?? {};
      const range = { start: { line, character }, end: { line, character: endCharacter } };
      const found: FileProblem = { ...problem, severity: 'error', file: dataPath, range };
      (args.has('json') ? io.stdout : io.stderr).write(args.has('json') ? problemJson(found) : problemText(found));
    }
    return exitStatus.failed;
  }
  const outputs = predictRows(model.plan, model.weights, rows.inputs, rows.rows, referenceBackend);
  const classNames = classesOf(model);
  const threshold = decisionThreshold(model.plan.network.loss);
  const predictions = Array.from({ length: rows.rows }, (_, row) => {
    const values = Array.from(outputs.subarray(row * model.outputs, (row + 1) * model.outputs));
    const label = classNames && classOf(values, classNames, threshold);
    return { row: row + 1, outputs: values, ...(label === undefined ? {} : { class: label }) };
  });
  const table = () =>
    [
      csvLine(['row', ...outputNames(model), ...(classNames ? ['class'] : [])]),
      ...predictions.map(({ row, outputs: values, class: label }) =>
        csvLine([row, ...values, ...(label === undefined ? [] : [label])]),
      ),
    ].join('');
  if (args.has('json')) {
    for (const prediction of predictions) {
      io.stdout.write(jsonLine(prediction));
    }
  } else if (out === undefined) {
    io.stdout.write(table());
  }
  if (out !== undefined) {
    try {
      await io.files.writeAtomically(resolve(io.cwd, out), new TextEncoder().encode(table()));
    } catch (error) {
      return fail(fileErrorText(out, error));
    }
    io.stderr.write(`${t('{0}: {1} predictions written.', out, predictions.length)}\n`);
  }
  return exitStatus.fine;
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
  return { plan, weights: weights.ok, metadata: metadata.ok, outputs: network.outputShape[0] };
}

/** Independent labels, one to an output, are no classes. */
function classesOf({ metadata, outputs }: Model): readonly string[] | undefined {
  const { kind, classNames } = metadata.target;
  return kind === 'classes' || outputs === 1 ? classNames : undefined;
}

/** The most probable class; of two classes with one output the second where it is above the threshold. */
function classOf(outputs: readonly number[], classNames: readonly string[], threshold: number): string {
  const index = outputs.length === 1 ? Number(outputs[0] > threshold) : argmax(outputs, 0, outputs.length);
  return classNames[index];
}

function outputNames({ metadata, outputs }: Model): readonly string[] {
  const { columns, kind, classNames } = metadata.target;
  if (kind === 'classes' && classNames?.length === outputs) return classNames;
  return namesOfOutputs(columns, outputs);
}
