/** What a loss asks of the network's outputs and of the targets. */
import type { TargetKind } from './dataFacts';
import { type LayerSpecLike, outputActivation } from './outputActivation';
import type { Thing } from './spec';

/** Losses of one distribution over classes: a target column becomes one-hot, several are probabilities. */
const overClasses: readonly string[] = [
  'categorical_crossentropy',
  'negative_log_likelihood',
  'categorical_hinge',
  'kl_divergence',
];
/** Losses of yes-or-no answers, one to an output. */
const overLabels: readonly string[] = ['binary_crossentropy', 'hinge', 'squared_hinge'];

/** What a loss makes of the target columns; focal is of the kind of the activation that it stands on. */
export function targetKindOf(loss: string, layers: readonly LayerSpecLike[] = []): TargetKind {
  if (overClasses.includes(loss)) {
    return 'classes';
  }
  if (overLabels.includes(loss)) {
    return 'binary';
  }
  if (loss !== 'focal') {
    return 'numbers';
  }
  return outputActivation(layers)?.thing.name === 'softmax' ? 'classes' : 'binary';
}

/** Whether activation and loss are computed together, on the logits. */
export function isFused(activation: string | undefined, loss: string): boolean {
  switch (activation) {
    case 'sigmoid':
      return loss === 'binary_crossentropy' || loss === 'focal';
    case 'softmax':
      return loss === 'categorical_crossentropy' || loss === 'kl_divergence' || loss === 'focal';
    case 'softmin':
      return loss === 'categorical_crossentropy' || loss === 'kl_divergence';
    default:
      return false;
  }
}

/** Outputs that one target number needs: gaussian_nll has a mean and a log-variance for each. */
export function outputsPerTarget({ name }: Thing): number {
  return name === 'gaussian_nll' ? 2 : 1;
}

/** An output above this counts as the answer yes: the middle of what the loss moves outputs towards. */
export function decisionThreshold({ name }: Thing): number {
  return name === 'hinge' || name === 'squared_hinge' ? 0 : 0.5;
}

/** What each output answers, by target column; the second half of gaussian_nll's outputs are log-variances. */
export function outputNames(columns: readonly string[], outputs: number): readonly string[] {
  return outputs === 2 * columns.length ? [...columns, ...columns.map((name) => `${name}.log_variance`)] : columns;
}
