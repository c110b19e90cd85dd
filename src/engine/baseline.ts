/** How well a constant answer does: a network that is no better has learned nothing from its inputs. */
import { assertNever } from '../common/assertNever';
import { log } from '../common/math';
import type { TagValues } from '../common/tagValues';
import { findLoss } from '../spec/catalogue/losses';
import { findMetric } from '../spec/catalogue/metrics';
import type { ConstantAnswer } from '../spec/catalogue/types';
import type { TargetKind } from '../spec/dataFacts';
import { outputActivation } from '../spec/outputActivation';
import { type Part, parts as partNames } from '../spec/spec';
import type { ProgramData } from './backend';
import { weightedMean, weightOf } from './evaluation';
import { argmax, makeMetric, metricContext } from './metrics';
import { makeLoss } from './reference/losses';
import { lossOfRow } from './rowLosses';
import type { TrainerOptions } from './run';

/** Samples whose loss is computed at a time. */
const batch = 256;

export type Baselines = Readonly<Partial<Record<Part, TagValues>>>;

/** Constant answers, taken from the train part's targets. Weights files hold them. */
export interface Constants {
  /** The network's outputs for every sample, to compare its loss with. */
  readonly loss: readonly number[];
  /** Answers in the targets' own units, to compare metrics with. */
  readonly metrics: Readonly<Partial<Record<ConstantAnswer, readonly number[]>>>;
}

type Run = Pick<TrainerOptions, 'plan' | 'data' | 'parts'>;

/** The loss and each metric of the constant answers, for every part that is not empty. */
export function baselinesOf(run: Run): Baselines {
  const constants = constantsOf(run);
  const filled = partNames.filter((part) => run.parts[part].length > 0);
  return Object.fromEntries(filled.map((part) => [part, scoresOf(constants, run, run.parts[part])]));
}

/** The answers that the catalogue names for the loss and for metrics of its kind of targets. */
export function constantsOf(run: Run): Constants {
  const { network } = run.plan;
  const own = findLoss(network.loss.name)?.constant ?? 'mean';
  const { kind } = metricContext(network);
  const weighted = new TrainTargets(run.data, run.parts.train);
  const { targets, units, targetSize, rowWeights } = run.data;
  const inUnits = { targets: units?.targets ?? targets, targetSize, sampleWeights: rowWeights };
  const plain = new TrainTargets(inUnits, run.parts.train);
  const wanted: readonly ConstantAnswer[] = kind === 'numbers' ? ['mean', 'median'] : [own];
  return {
    loss: answerOf(own, weighted, kind),
    metrics: Object.fromEntries(wanted.map((answer) => [answer, answerOf(answer, plain, kind)])),
  };
}

/** The scores of constant answers for these rows. A value that is not finite is omitted. */
export function scoresOf(
  constants: Constants,
  { plan, data }: Pick<Run, 'plan' | 'data'>,
  rows: Int32Array,
): TagValues {
  const { network, training } = plan;
  const { rowWeights } = data;
  const context = metricContext(network, rowWeights !== undefined);
  const own = findLoss(network.loss.name)?.constant ?? 'mean';
  const values: [tag: string, value: number][] = [['loss', lossOf(constants.loss, plan, data, rows)]];
  for (const thing of training.metrics) {
    const answer = context.kind === 'numbers' ? (findMetric(thing.name)?.constant ?? 'mean') : own;
    const metric = makeMetric(thing, context);
    const outputs = repeated(constants.metrics[answer] ?? [], Math.min(batch, rows.length));
    for (let from = 0; from < rows.length; from += batch) {
      const count = Math.min(batch, rows.length - from);
      metric.add(outputs, data.units?.targets ?? data.targets, rows, from, count, rowWeights);
    }
    values.push([metric.name, metric.value()]);
  }
  return values.filter(([, value]) => Number.isFinite(value));
}

/** The loss of each row of a part, where every row gets the constant answer. */
export function constantLosses({ plan, data, parts }: Run, part: Part): Float64Array {
  const answer = constantsOf({ plan, data, parts }).loss;
  const lossOf = lossOfRow(plan.network, data.targets, data.targetSize);
  return Float64Array.from(parts[part], (row) => lossOf(answer, 0, row));
}

/** The part of the data that a constant answer is measured by. */
type Answered = Pick<ProgramData, 'targets' | 'targetSize' | 'sampleWeights'>;

/** The mean loss of these rows, where the network gives the same answer to each. */
function lossOf(
  answer: readonly number[],
  { network }: TrainerOptions['plan'],
  data: Answered,
  rows: Int32Array,
): number {
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

function repeated(answer: readonly number[], times: number): Float64Array {
  const all = new Float64Array(times * answer.length);
  for (let s = 0; s < times; s++) {
    all.set(answer, s * answer.length);
  }
  return all;
}

function answerOf(answer: ConstantAnswer, targets: TrainTargets, kind: TargetKind): number[] {
  switch (answer) {
    case 'mean':
      return targets.means();
    case 'median':
      return targets.medians();
    case 'log_mean':
      return targets.means().map(log);
    case 'mean_and_log_variance': {
      const means = targets.means();
      return [...means, ...targets.means((t, k) => (t - means[k]) * (t - means[k])).map(log)];
    }
    case 'majority': {
      const shares = targets.means();
      if (kind !== 'classes') {
        return shares.map((share) => (share > 0.5 ? 1 : -1));
      }
      const most = argmax(shares, 0, shares.length);
      return shares.map((_, k) => (k === most ? 1 : 0));
    }
    default:
      return assertNever(answer);
  }
}

/** Statistics of the train part's targets, for each target number. */
class TrainTargets {
  readonly #data: Answered;
  readonly #rows: Int32Array;

  constructor(data: Answered, rows: Int32Array) {
    this.#data = data;
    this.#rows = rows;
  }

  /** The weighted means of a function of the targets. */
  means(f: (target: number, k: number) => number = (target) => target): number[] {
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
    return Array.from(sums, (sum) => sum / total);
  }

  /** The weighted medians: of an even number of equally weighted targets, the mean of the middle two. */
  medians(): number[] {
    const { targets, targetSize, sampleWeights } = this.#data;
    const weightOfRow = (row: number) => (sampleWeights ? sampleWeights[row] : 1);
    const half = this.#rows.reduce((sum, row) => sum + weightOfRow(row), 0) / 2;
    return Array.from({ length: targetSize }, (_, k) => {
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
