/** What to try next, from what was measured; at most three sentences, the most useful first. */
import { t } from '@vscode/l10n';
import type { LayerInfo } from '../../src/protocol/engine';
import { deadShare, depthReading, saturatedShare } from './findings';
import { formatShort } from './format';
import type { Store } from './store';

export function advice(store: Store): string[] {
  const lines: string[] = [];
  const { started, ended } = store;
  if (!started || !ended) {
    return lines;
  }
  const rate = store.progress?.learningRate;
  if (ended.reason === 'diverged') {
    lines.push(
      rate === undefined
        ? t('Lower the learning rate and restart.')
        : t('Lower the learning rate, for example to {0}, and restart.', formatShort(rate / 10)),
    );
    if (started.spec.data.scale === 'none') {
      lines.push(t('Scale the inputs: write “scale: standard” under “data”.'));
    }
    return lines;
  }
  const loss = store.series('loss').y;
  const validation = store.series('val_loss').y;
  const improved = loss.length > 1 && loss[loss.length - 1] < 0.7 * loss[0];
  const probed = store.activations?.layers ?? [];
  if (!improved && isLinear(store.layers)) {
    lines.push(
      t('Every layer is linear, so the network is one linear map: give a hidden layer an activation such as tanh.'),
    );
  }
  if (probed.some((layer) => (layer.dead ?? 0) >= deadShare)) {
    lines.push(t('Many units are dead: try leaky_relu, or a lower learning rate.'));
  }
  if (probed.some((layer) => (layer.saturated ?? 0) >= saturatedShare && layer.layer < store.layers.length - 1)) {
    lines.push(t('Hidden units are saturated: scale the inputs, or try relu.'));
  }
  if (depthReading(store.layers, store.gradients)?.level === 'warning' && lines.length === 0) {
    lines.push(t('The first layers get hardly any gradient: try tanh or relu in the hidden layers, or fewer layers.'));
  }
  if (validation.length > 1) {
    const least = validation.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
    const last = validation[validation.length - 1];
    if (last > 1.5 * least && last > 1.5 * loss[loss.length - 1]) {
      lines.push(t('It overfits: the validation loss was lower before. Try early_stopping, dropout or fewer units.'));
    }
  }
  const missed = ended.expect.some((expectation) => !expectation.ok);
  if (lines.length === 0 && (missed || !improved)) {
    lines.push(
      improved
        ? t('It was still learning something: try more epochs or a higher learning rate.')
        : t('It hardly learned: try a higher learning rate, more units or the adam optimizer.'),
    );
  }
  if (lines.length === 0) {
    lines.push(
      t('Change the activation or the seed and train again to compare, or save the weights to predict with them.'),
    );
  }
  return lines.slice(0, 3);
}

/** A bend in the last layer alone shapes the output, not what can be told apart. */
function isLinear(layers: readonly LayerInfo[]): boolean {
  return !layers.slice(0, -1).some(({ activation }) => activation !== undefined && activation.name !== 'linear');
}
