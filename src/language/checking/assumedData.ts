/** Properties of the data that follow from the spec alone: enough to check shapes before any row is read. */
import { targetKindOf } from '../../spec/lossRules';
import type { PlanData } from '../../spec/planNetwork';
import { findSource } from '../../spec/sources';
import type { Spec } from '../../spec/spec';

/** Number of classes of the shipped sets. */
const shippedClasses: Readonly<Record<string, number>> = {
  iris: 3,
  penguins: 3,
  wine: 3,
  digits: 10,
  breast_cancer: 2,
};

/** Undefined where the rows must be read first: files, inline rows, sets with text inputs, chosen columns. */
export function assumedData({ data, layers, training }: Spec): PlanData | undefined {
  if (
    data.origin.kind !== 'source' ||
    data.inputs ||
    data.target ||
    data.split.by?.column !== undefined ||
    data.weights !== undefined ||
    Object.keys(data.types).length > 0
  ) {
    return undefined;
  }
  const { name, parameters } = data.origin.source;
  const source = findSource(name);
  // The penguins have text inputs, whose one-hot size depends on the rows.
  if (!source || name === 'penguins') {
    return undefined;
  }
  const inputShape = data.shape ?? [source.columns.length - source.target.length];
  const targetKind = targetKindOf(training.loss.name, layers);
  if (targetKind !== 'classes') {
    return { inputShape, targetSize: 1, targetKind };
  }
  const isClasses = source.kind === 'shipped' || source.classes;
  if (!isClasses) {
    return undefined;
  }
  const written = parameters.classes;
  const classes = source.kind === 'shipped' ? shippedClasses[name] : typeof written === 'number' ? written : 2;
  if (classes === undefined) {
    return undefined;
  }
  return { inputShape, targetSize: classes, targetKind };
}
