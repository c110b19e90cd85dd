/** Interprets measurements: what is wrong, or going well. Every number in a finding was measured. */
import { t } from '@vscode/l10n';
import {
  deadShare,
  explodingRatio,
  hasLearned,
  saturatedShare,
  vanishingRatio,
} from '../../src/common/healthThresholds';
import type { ActivationProbe, GradientProbe, LayerInfo } from '../../src/protocol/engine';
import { formatCount, formatNumber, formatShare } from './format';
import { type Trend, trend } from './smoothing';
import type { Store } from './store';

export interface Finding {
  readonly level: 'error' | 'warning' | 'info';
  readonly text: string;
  /** Layer index, for the link to its line in the spec. */
  readonly layer?: number;
}

/** A larger norm of dW counts as exploding: at a learning rate of 0.01, a step moves the weights by 10. */
const explodingNorm = 1e3;
/**
 * `warning` is the engine's warning about the values so far. Units and gradients are mentioned only where the
 * run does not go well: a network that learns may have saturated units.
 */
export function findings(
  layers: readonly LayerInfo[],
  activations: ActivationProbe | undefined,
  gradients: GradientProbe | undefined,
  { warning, goesWell = false }: { readonly warning?: string; readonly goesWell?: boolean } = {},
): Finding[] {
  const found: Finding[] = warning === undefined ? [] : [{ level: 'warning', text: warning }];
  if (goesWell) {
    return found;
  }
  for (const probed of activations?.layers ?? []) {
    const layer = layers[probed.layer];
    if (!layer) {
      continue;
    }
    if ((probed.dead ?? 0) >= deadShare) {
      found.push({
        level: 'warning',
        layer: probed.layer,
        text: t('{0}: {1} of its units are dead (0 for every sample).', layer.name, formatShare(probed.dead as number)),
      });
    }
    // An output layer with sigmoid or softmax saturates when it is certain, which is not a fault.
    if ((probed.saturated ?? 0) >= saturatedShare && probed.layer < layers.length - 1) {
      found.push({
        level: 'warning',
        layer: probed.layer,
        text: t('{0}: {1} of its activations are saturated.', layer.name, formatShare(probed.saturated as number)),
      });
    }
  }
  const depth = depthReading(layers, gradients);
  if (depth && depth.level !== 'info') {
    found.push(depth);
  }
  return found;
}

/** A sentence that interprets the gradient norms by depth. */
export function depthReading(layers: readonly LayerInfo[], gradients: GradientProbe | undefined): Finding | undefined {
  const probed = gradients?.layers ?? [];
  if (probed.length < 2) {
    return undefined;
  }
  const first = probed[0];
  const last = probed[probed.length - 1];
  const largest = Math.max(...probed.map((layer) => layer.gradientNorm));
  if (Number.isNaN(largest)) {
    return { level: 'info', text: t('The gradients are no longer finite: nothing can be read from them.') };
  }
  const names = [layers[first.layer]?.name ?? '', layers[last.layer]?.name ?? ''];
  if (largest > explodingNorm) {
    return {
      level: 'warning',
      text: t('The gradients explode: the largest norm is {0}. Lower the learning rate.', formatNumber(largest, 3)),
    };
  }
  if (!(largest > 0)) {
    return { level: 'info', text: t('Every gradient is 0: there is nothing left to learn from this batch.') };
  }
  // Samples can cancel out in dW, not in δ. The smaller ratio counts if δ shrinks, else that of dW.
  const deltaRatio = last.deltaNorm > 0 ? first.deltaNorm / last.deltaNorm : 1;
  const gradientRatio = last.gradientNorm > 0 ? first.gradientNorm / last.gradientNorm : 1;
  const ratio = deltaRatio < 1 ? Math.min(deltaRatio, gradientRatio) : gradientRatio;
  if (first.gradientNorm === 0) {
    return {
      level: 'warning',
      layer: first.layer,
      text: t('No gradient reaches {0}: its weights do not change.', names[0]),
    };
  }
  if (ratio < vanishingRatio) {
    return {
      level: 'warning',
      layer: first.layer,
      text: t(
        'The error vanishes on its way back: from {0} to {1} it shrinks {2} times, so the first layers hardly learn.',
        names[1],
        names[0],
        formatFactor(1 / ratio),
      ),
    };
  }
  if (ratio > explodingRatio) {
    return {
      level: 'warning',
      layer: first.layer,
      text: t(
        'The error grows on its way back: from {0} to {1} it grows {2} times.',
        names[1],
        names[0],
        formatFactor(ratio),
      ),
    };
  }
  return {
    level: 'info',
    text:
      ratio < 0.1
        ? t(
            'The error weakens on its way back ({0} to {1}: {2} times smaller), but it arrives.',
            names[1],
            names[0],
            formatFactor(1 / ratio),
          )
        : t(
            'The gradient reaches every layer: {0} has {1}, {2} has {3}.',
            names[1],
            formatNumber(last.gradientNorm, 3),
            names[0],
            formatNumber(first.gradientNorm, 3),
          ),
  };
}

function formatFactor(factor: number): string {
  return factor < 1e6 ? formatCount(Number(factor.toPrecision(2))) : factor.toExponential(1).replace('e+', 'e');
}

/**
 * Whether the measured outcome gives no reason for advice: the network is learning or has learned, or is
 * right about every sample, and no expectation is missed.
 */
export function goesWell(store: Store): boolean {
  const { run } = store;
  const { ended, started } = run;
  if (started?.parameters === 0) {
    return true;
  }
  if (run.state === 'diverged' || ended?.expect.some(({ ok }) => !ok)) {
    return false;
  }
  const loss = store.series('loss').y;
  if (!ended) {
    return learning(loss, !store.alive).good;
  }
  const judged = ended.final.validation ?? ended.final.train ?? [];
  return hasLearned(loss) || judged.some(([tag, value]) => tag === 'accuracy' && value === 1);
}

/**
 * The panel's first sentence, on whether the network is learning. `over`: the run has ended. `learns`: some
 * layer has weights.
 */
export function learning(
  loss: Float64Array,
  over = false,
  learns = true,
): { readonly trend: Trend | undefined; readonly good: boolean; readonly text: string } {
  const first = loss[0];
  const last = loss[loss.length - 1];
  if (loss.length === 0) {
    return { trend: undefined, good: true, text: '' };
  }
  if (!learns) {
    return { trend: undefined, good: true, text: t('No layer has weights, so there is nothing to learn.') };
  }
  const heading = trend(loss);
  const from = formatNumber(first);
  const to = formatNumber(last);
  if (heading === undefined) {
    return { trend: heading, good: true, text: over ? t('Loss at the end: {0}.', to) : t('Loss so far: {0}.', to) };
  }
  if (over) {
    const good = hasLearned(loss);
    return {
      trend: heading,
      good,
      text: good
        ? t('It has learned: the loss went from {0} to {1}.', from, to)
        : t('It has not learned: the loss went from {0} to {1}.', from, to),
    };
  }
  if (heading === 'falling') {
    return {
      trend: heading,
      good: true,
      text: t('It is learning: the loss went from {0} to {1} and is falling.', from, to),
    };
  }
  if (heading === 'rising') {
    return { trend: heading, good: false, text: t('The loss is rising: it went from {0} to {1}.', from, to) };
  }
  if (hasLearned(loss)) {
    return {
      trend: heading,
      good: true,
      text: t('It has learned: the loss went from {0} to {1} and has settled.', from, to),
    };
  }
  return { trend: heading, good: false, text: t('It is not learning: the loss stays near {0}.', to) };
}
