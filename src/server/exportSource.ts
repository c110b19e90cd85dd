/** The network that an export is made of: from a spec with its data, or from a weights file. */
import { loadTable, requestOf } from '../data';
import type { DataFiles } from '../data/files';
import { decodeWeights, initialWeights } from '../engine/weights';
import { exportNetwork } from '../export';
import type { ExportData, ExportedFile, ExportFormat, ExportWeights } from '../export/exportInput';
import type { ProblemMessage } from '../protocol/engine';
import type { NetworkPlan } from '../spec/plan';
import { planNetwork } from '../spec/planNetwork';
import type { Spec } from '../spec/spec';
import { fromDataProblem } from './dataProblemMessage';
import { exportDataOf } from './exportData';
import { readModel } from './predictTable';
import { type KeptModel, runReport } from './runReport';

export interface ExportSource {
  readonly spec: Spec;
  readonly weights?: Uint8Array;
  /** The spec comes out of the weights file itself, which also knows how the data are encoded. */
  readonly isWeights?: boolean;
  /** For a format that tells of a kept run; the weights are the run's. */
  readonly run?: KeptModel;
}

type Refused =
  /** A sentence about the weights. */
  | { readonly problem: string }
  /** Problems of the spec or its data. */
  | { readonly problems: readonly ProblemMessage[] };

/** The files of an export. A format that takes trained weights must be given some. */
export async function exportFiles(
  source: ExportSource,
  format: ExportFormat,
  files: DataFiles,
): Promise<{ readonly files: readonly ExportedFile[] } | Refused> {
  const read = await networkOf(source, format, files);
  if ('problem' in read || 'problems' in read) {
    return read;
  }
  const weights = source.weights && weightsOf(source.weights, read.network);
  if (weights && 'problem' in weights) {
    return weights;
  }
  const run =
    source.run && weights && (await runReport(source.run, source.spec, read.network, weights.ok.tensors, files));
  const made = exportNetwork(format, {
    spec: source.spec,
    ...read,
    ...(weights && { weights: weights.ok }),
    ...(run && { run }),
  });
  return 'files' in made
    ? made
    : { problems: made.problems.map((problem) => ({ code: 'export', severity: 'error', ...problem })) };
}

/** The network with what is known of its data: from a weights file alone, where no rows are needed. */
async function networkOf(
  { spec, weights, isWeights = false }: ExportSource,
  format: ExportFormat,
  files: DataFiles,
): Promise<{ readonly network: NetworkPlan; readonly data: ExportData } | Refused> {
  if (weights && (format.needs === 'weights' || format.needs === 'run' || (isWeights && format.needs === 'network'))) {
    const model = readModel(weights, spec);
    return 'problem' in model
      ? model
      : { network: model.plan.network, data: { inputs: model.metadata.inputs, target: model.metadata.target } };
  }
  const opened = await loadTable(requestOf(spec), files);
  const problems = opened.problems.map(fromDataProblem);
  if (
    !('table' in opened) ||
    !opened.request ||
    !opened.plan ||
    problems.some(({ severity }) => severity === 'error')
  ) {
    return { problems };
  }
  const { table, request, plan } = opened;
  const { kind: targetKind, classNames } = plan.targets.encoding;
  const parts = {
    train: plan.parts.train.length,
    validation: plan.parts.validation.length,
    test: plan.parts.test.length,
  };
  const facts = { inputShape: plan.inputShape, targetSize: plan.targets.size, targetKind, classNames, parts };
  const { plan: network, issues } = planNetwork(spec, facts);
  return network ? { network, data: exportDataOf(spec, { table, request, plan }) } : { problems: issues };
}

function weightsOf(
  file: Uint8Array,
  network: NetworkPlan,
): { readonly ok: ExportWeights } | { readonly problem: string } {
  const decoded = decodeWeights(file);
  const tensors = 'problem' in decoded ? decoded : initialWeights(decoded.ok, network);
  return 'problem' in tensors ? tensors : { ok: { tensors: tensors.ok, file } };
}
