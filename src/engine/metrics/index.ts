/** Metrics: numbers for people, computed batch by batch. Training does not minimise them. */
import { decisionThreshold, outputsPerTarget, targetKindOf } from '../../spec/lossRules';
import type { NetworkPlan } from '../../spec/plan';
import type { Thing } from '../../spec/spec';
import { sizeOf } from '../shape';
import { countMetric, isCountMetric } from './counts';
import { differenceMetric, isDifferenceMetric } from './differences';
import type { Metric, MetricContext } from './metric';
import { isRankMetric, rankMetric } from './ranks';
import { accuracy, topAccuracy } from './shares';

export type { Metric } from './metric';
export { argmax, classAt } from './metric';

export function metricContext(network: NetworkPlan, weighted = false): MetricContext {
  const outputSize = sizeOf(network.outputShape);
  return {
    kind: targetKindOf(network.loss.name, network.layers),
    outputSize,
    targetSize: outputSize / outputsPerTarget(network.loss),
    weighted,
    threshold: decisionThreshold(network.loss),
  };
}

export function makeMetric({ name, parameters }: Thing, context: MetricContext): Metric {
  if (name === 'accuracy') {
    return accuracy(context);
  }
  if (name === 'top_k_accuracy') {
    return topAccuracy(context, parameters.k as number);
  }
  if (isRankMetric(name)) {
    return rankMetric(name, context);
  }
  if (isCountMetric(name)) {
    return countMetric(name, context);
  }
  if (isDifferenceMetric(name)) {
    return differenceMetric(name, context);
  }
  throw new Error(`The engine has no metric ${name}: check the spec before training.`);
}
