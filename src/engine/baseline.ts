/** How well a constant answer does: a network that is no better has learned nothing from its inputs. */
import { assertNever } from '../common/assertNever';
import { log } from '../common/math';
import type { TagValues } from '../common/tagValues';
import { findLoss } from '../spec/catalogue/losses';
import { findMetric } from '../spec/catalogue/metrics';
import type { ConstantAnswer } from '../spec/catalogue/types';
import { outputActivation } from '../spec/outputActivation';
import { type Part, parts as partNames } from '../spec/spec';
import type { ProgramData } from './backend';
import { weightedMean, weightOf } from './evaluation';

import { argmax, makeMetric, metricContext } from './metrics';
import { makeLoss } from './reference/losses';
import type { TrainerOptions } from './run';

/** Samples whose loss is computed at a time. */
const batch = 256;

export type Baselines = Readonly<Partial<Record<Part, TagValues>>>;

/**
 * The loss and each metric of a constant answer, for every part that is not empty. The answer is taken from
 * the train part's targets: the catalogue names it for each loss and metric. A value that is not finite is
 * omitted.
 */
export function baselinesOf(run: Pick<TrainerOptions, 'plan' | 'data' | 'parts'>): Baselines {
  const { network, training } = run.plan;
  const context = metricContext(network);
  const own = findLoss(network.loss.name)?.constant ?? 'mean';
  const lossAnswer = constantAnswer(own, run, true);
  const metrics = training.metrics.map((metric) => ({
    metric: makeMetric(metric, context),
    answer: constantAnswer(context.kind === 'numbers' ? (findMetric(metric.name)?.constant ?? 'mean') : own, run),
  }));
  const found: Partial<Record<Part, TagValues>> = {};
  for (const part of partNames) {
    const rows = run.parts[part];
    if (rows.length === 0) {
      continue;
    }
    const values: [tag: string, value: number][] = [['loss', lossOf(lossAnswer, run, rows)]];
    for (const { metric, answer } of metrics) {
      const outputs = repeated(answer, Math.min(batch, rows.length));
      metric.reset();
      for (let from = 0; from < rows.length; from += batch) {
        metric.add(outputs, run.data.targets, rows, from, Math.min(batch, rows.length - from));
      }
      values.push([metric.name, metric.value()]);
    }
    found[part] = values.filter(([, value]) => Number.isFinite(value));
  }
  return found;
}

/** The mean loss of these rows, where the network gives the same answer to each. */
function lossOf(answer: Float64Array, { plan, data }: Pick<TrainerOptions, 'plan' | 'data'>, rows: Int32Array): number {
  const { network } = plan;
  const { targetSize } = data;
  const targets = new Float64Array(batch * targetSize);
  const weights = data.sampleWeights && new Float64Array(batch);
  const head = { fused: false, activation: outputActivation(network.layers)?.thing.name };
  const buffers = { outputs: repeated(answer, batch), targets, error: new Float64Array(0), size: answer.length };
  const loss = makeLoss(network.loss, head, buffers, weights);
  let sum = 0;
  let total = 0;
  for (let from = 0; from < rows.length; from += batch) {
    const count = Math.min(batch, rows.length - from);
    for (let s = 0; s < count; s++) {
      const row = rows[from + s];
      for (let k = 0; k < targetSize; k++) {
        targets[s * targetSize + k] = data.targets[row * targetSize + k];
      }
      if (weights) {
        weights[s] = data.sampleWeights![row];
      }
    }
    const weight = weightOf(data, rows, from, count);
    sum += loss(count, false) * weight;
    total += weight;
  }
  return weightedMean(sum, total);
}

function repeated(answer: Float64Array, times: number): Float64Array {
  const all = new Float64Array(times * answer.length);
  for (let s = 0; s < times; s++) {
    all.set(answer, s * answer.length);
  }
  return all;
}

/** The outputs for every sample. With `weighted` a sample counts as much as its loss does. */
function constantAnswer(
  answer: ConstantAnswer,
  { plan, data, parts }: Pick<TrainerOptions, 'plan' | 'data' | 'parts'>,
  weighted = false,
): Float64Array {
  const targets = new TrainTargets(weighted ? data : { ...data, sampleWeights: undefined }, parts.train);
  switch (answer) {
    case 'mean':
      return targets.means();
    case 'median':
      return targets.medians();
    case 'log_mean':
      return targets.means().map(log);
    case 'mean_and_log_variance': {
      const means = targets.means();
      return Float64Array.of(...means, ...targets.means((t, k) => (t - means[k]) * (t - means[k])).map(log));
    }
    case 'majority': {
      const means = targets.means();
      if (metricContext(plan.network).kind !== 'classes') {
        return means.map((share) => (share > 0.5 ? 1 : -1));
      }
      const most = argmax(means, 0, means.length);
      return means.map((_, k) => (k === most ? 1 : 0));
    }
    default:
      return assertNever(answer);
  }
}

/** Statistics of the train part's targets, for each target number. */
class TrainTargets {
  readonly #data: Pick<ProgramData, 'targets' | 'targetSize' | 'sampleWeights'>;
  readonly #rows: Int32Array;

  constructor(data: Pick<ProgramData, 'targets' | 'targetSize' | 'sampleWeights'>, rows: Int32Array) {
    this.#data = data;
    this.#rows = rows;
  }

  /** The weighted means of a function of the targets. */
  means(f: (target: number, k: number) => number = (target) => target): Float64Array {
    const { targets, targetSize, sampleWeights } = this.#data;
    const sums = new Float64Array(targetSize);
    let total = 0;
    for (const row of this.#rows) {
      const weight = sampleWeights ? sampleWeights[row] : 1;
      total += weight;
      for (let k = 0; k < targetSize; k++) {
        sums[k] += weight * f(targets[row * targetSize + k], k);
      }
    }
    return sums.map((sum) => sum / total);
  }

  /** The weighted medians: of an even number of equally weighted targets, the mean of the middle two. */
  medians(): Float64Array {
    const { targets, targetSize, sampleWeights } = this.#data;
    const weightOfRow = (row: number) => (sampleWeights ? sampleWeights[row] : 1);
    const half = this.#rows.reduce((sum, row) => sum + weightOfRow(row), 0) / 2;
    return Float64Array.from({ length: targetSize }, (_, k) => {
      const targetOf = (row: number) => targets[row * targetSize + k];
      const sorted = this.#rows.toSorted((a, b) => targetOf(a) - targetOf(b));
      let below = 0;
      for (const [at, row] of sorted.entries()) {
        below += weightOfRow(row);
        if (below === half && at + 1 < sorted.length) {
          return (targetOf(row) + targetOf(sorted[at + 1])) / 2;
        }
        if (below >= half) {
          return targetOf(row);
        }
      }
      return Number.NaN;
    });
  }
}
