/** All that a report tells of a kept run. */

import { goesBySteps } from '../common/trainingTime';
import { verdictLines } from '../common/verdict/words';
import { loadDataset, requestOf } from '../data';
import type { Dataset } from '../data/dataset';
import type { DataFiles } from '../data/files';
import { classAt } from '../engine/metrics';
import { predict } from '../engine/predict';
import { referenceBackend } from '../engine/referenceBackend';
import type { Confusion, RunReport } from '../export/exportInput';
import type { RunHeader } from '../runs/header';
import type { KeptRun } from '../runs/readRun';
import { decisionThreshold } from '../spec/lossRules';
import type { NetworkPlan } from '../spec/plan';
import { sizeOf } from '../spec/shape';
import type { Spec } from '../spec/spec';

export interface KeptModel {
  readonly header: RunHeader;
  readonly kept: KeptRun;
}

/** Without a confusion matrix where there are no classes, or where the data can no longer be read. */
export async function runReport(
  { header, kept }: KeptModel,
  spec: Spec,
  network: NetworkPlan,
  weights: ReadonlyMap<string, Float32Array>,
  files: DataFiles,
): Promise<RunReport> {
  const { id, created, seconds, seed, engine, data_hash: dataHash, final = {}, expect = [], verdict } = header;
  const loaded = await loadDataset(requestOf(spec), files).catch(() => undefined);
  const confusion = loaded && 'dataset' in loaded ? confusionOf(loaded.dataset, spec, network, weights) : undefined;
  const series = Object.entries(kept.series.all()).filter(([tag]) => !goesBySteps(tag));
  const numbers = Object.entries(final).map(([part, values]) => [
    part,
    Object.fromEntries(
      Object.entries(values).filter((entry): entry is [string, number] => typeof entry[1] === 'number'),
    ),
  ]);
  return {
    id,
    created,
    seconds,
    seed,
    engine,
    dataHash,
    specText: kept.specText ?? '',
    series: Object.fromEntries(series),
    final: Object.fromEntries(numbers),
    expect,
    verdict: verdict ? verdictLines(verdict, (value) => String(Number(value.toPrecision(4)))) : [],
    ...(confusion && { confusion }),
  };
}

function confusionOf(
  { inputs, targets, parts, inputSize, targetSize, targetEncoding }: Dataset,
  spec: Spec,
  network: NetworkPlan,
  weights: ReadonlyMap<string, Float32Array>,
): Confusion | undefined {
  const { classNames, kind } = targetEncoding;
  const size = sizeOf(network.outputShape);
  if (!classNames || (kind !== 'classes' && size !== 1)) {
    return undefined;
  }
  const part = (['test', 'validation'] as const).find((each) => parts[each].length > 0) ?? 'train';
  const rows = parts[part];
  const taken = new Float32Array(rows.length * inputSize);
  for (const [at, row] of rows.entries()) {
    taken.set(inputs.subarray(row * inputSize, (row + 1) * inputSize), at * inputSize);
  }
  const plan = { network, training: spec.training, seed: spec.seed };
  const outputs = predict(plan, weights, taken, rows.length, referenceBackend);
  const counts = classNames.map(() => classNames.map(() => 0));
  for (const [at, row] of rows.entries()) {
    const wanted = classAt(targets, row * targetSize, targetSize, 0.5);
    counts[wanted][classAt(outputs, at * size, size, decisionThreshold(network.loss))]++;
  }
  return { part, names: classNames, counts };
}
