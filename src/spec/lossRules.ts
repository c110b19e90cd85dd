/** How a loss reads the network's outputs and the targets. */
import { findLoss } from './catalogue/losses';
import type { LossPairing } from './catalogue/types';
import type { TargetKind } from './dataFacts';
import { type LayerSpecLike, outputActivation } from './outputActivation';
import type { Thing } from './spec';

/** How a loss reads the target columns; for focal that depends on the output's activation. */
export function targetKindOf(loss: string, layers: readonly LayerSpecLike[] = []): TargetKind {
  const kind = findLoss(loss)?.target ?? 'numbers';
  if (kind !== 'by_activation') {
    return kind;
  }
  return outputActivation(layers)?.thing.name === 'softmax' ? 'classes' : 'binary';
}

/** Whether activation and loss are computed together, on the logits. */
export function isFused(activation: string | undefined, loss: string): boolean {
  return activation !== undefined && (findLoss(loss)?.fusedWith?.includes(activation) ?? false);
}

/** Outputs for each target number: gaussian_nll has a mean and a log-variance. */
export function outputsPerTarget({ name }: Thing): number {
  return findLoss(name)?.outputsPerTarget ?? 1;
}

/** An output above this counts as “yes”: the middle between the two labels of the loss. */
export function decisionThreshold({ name }: Thing): number {
  return findLoss(name)?.hasSignLabels ? 0 : 0.5;
}

/** The activations that a loss can read; undefined where it reads all. */
export function lossPairingOf(loss: string): LossPairing | undefined {
  return findLoss(loss)?.pairing;
}

/** Whether a loss is made for an activation's outputs, can at least read them (a warning), or cannot. */
export function pairingQuality(loss: string, activation: string): 'right' | 'possible' | 'wrong' {
  const { right, possible } = lossPairingOf(loss) ?? { right: [activation] };
  if (right.includes(activation)) {
    return 'right';
  }
  return activation !== 'linear' && (!possible || possible.includes(activation)) ? 'possible' : 'wrong';
}

/** The names of the outputs, by target column; the second half of gaussian_nll's are log-variances. */
export function outputNames(columns: readonly string[], outputs: number): readonly string[] {
  return outputs === 2 * columns.length ? [...columns, ...columns.map((name) => `${name}.log_variance`)] : columns;
}

/** The names under which outputs are told: `p_rose` for a class, `predicted_price` for a number. */
export function predictionNames(
  target: { readonly columns: readonly string[]; readonly kind: TargetKind; readonly classNames?: readonly string[] },
  outputs: number,
): readonly string[] {
  const { columns, kind, classNames } = target;
  if (kind === 'classes' && classNames?.length === outputs) {
    return classNames.map((name) => `p_${name}`);
  }
  if (kind === 'numbers') {
    return outputNames(columns, outputs).map((name) => `predicted_${name}`);
  }
  return columns.map((name) => `p_${outputs === 1 ? (classNames?.[1] ?? name) : name}`);
}
