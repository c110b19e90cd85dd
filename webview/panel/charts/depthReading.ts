/** A sentence that reads the gradient norms by depth. It tells what was measured, and judges nothing. */
import { t } from '@vscode/l10n';
import type { GradientProbe, LayerInfo } from '../../../src/protocol/engine';
import { formatCount, formatNumber } from '../../shared/format';

/** Between these ratios of the first layer to the last the gradient counts as reaching every layer. */
const [weak, strong] = [0.1, 200];

export function depthReading(layers: readonly LayerInfo[], gradients: GradientProbe | undefined): string {
  const probed = gradients?.layers ?? [];
  if (probed.length < 2) {
    return '';
  }
  const [first, last] = [probed[0], probed[probed.length - 1]];
  const largest = Math.max(...probed.map((layer) => layer.gradientNorm));
  if (Number.isNaN(largest)) {
    return t('The gradients are no longer finite: nothing can be read from them.');
  }
  if (!(largest > 0)) {
    return t('Every gradient of this batch is 0.');
  }
  const [from, to] = [layers[last.layer]?.name ?? '', layers[first.layer]?.name ?? ''];
  if (first.gradientNorm === 0) {
    return t('No gradient reaches {0}: its weights do not change.', to);
  }
  // Samples can cancel out in dW, not in δ. The smaller ratio counts if δ shrinks, else that of dW.
  const deltaRatio = last.deltaNorm > 0 ? first.deltaNorm / last.deltaNorm : 1;
  const gradientRatio = last.gradientNorm > 0 ? first.gradientNorm / last.gradientNorm : 1;
  const ratio = deltaRatio < 1 ? Math.min(deltaRatio, gradientRatio) : gradientRatio;
  if (ratio < weak) {
    return t('On its way back from {0} to {1} the error shrinks {2} times.', from, to, formatFactor(1 / ratio));
  }
  if (ratio > strong) {
    return t('On its way back from {0} to {1} the error grows {2} times.', from, to, formatFactor(ratio));
  }
  return t(
    'The gradient reaches every layer: {0} has {1}, {2} has {3}.',
    from,
    formatNumber(last.gradientNorm, 3),
    to,
    formatNumber(first.gradientNorm, 3),
  );
}

function formatFactor(factor: number): string {
  return factor < 1e6 ? formatCount(Number(factor.toPrecision(2))) : factor.toExponential(1).replace('e+', 'e');
}
