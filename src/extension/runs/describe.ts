import { t } from '@vscode/l10n';
import { formatCount } from '../../common/formatCount';
import type { Progress } from '../../protocol/engine';
import type { RunState } from '../../runs/series';

/** `0.0312`, `1.250`, `1.25e-5`: a loss in the status bar. */
export function formatLoss(value: number | undefined): string {
  if (value === undefined) {
    return '–';
  }
  const size = Math.abs(value);
  return size !== 0 && (size < 0.001 || size >= 10_000) ? value.toExponential(2) : value.toFixed(size < 1 ? 4 : 3);
}

/** `8 s`, `3 min`, `2.0 h`. */
export function formatDuration(seconds: number): string {
  if (seconds < 90) {
    return t('{0} s', Math.ceil(seconds));
  }
  return seconds < 5400 ? t('{0} min', Math.round(seconds / 60)) : t('{0} h', (seconds / 3600).toFixed(1));
}

export function describeState(state: RunState): string {
  switch (state) {
    case 'waiting':
      return t('starting');
    case 'running':
      return t('training…');
    case 'pausing':
      return t('pausing…');
    case 'paused':
      return t('paused');
    case 'stopping':
      return t('stopping…');
    case 'completed':
      return t('finished');
    case 'early_stopping':
      return t('stopped early');
    case 'stopped':
      return t('stopped');
    case 'diverged':
      return t('diverged');
    case 'failed':
      return t('failed');
  }
}

/** `epoch 132/500`. */
export function describeEpoch({ epoch, epochs }: Pick<Progress, 'epoch' | 'epochs'>): string {
  return t('epoch {0}/{1}', formatCount(epoch), formatCount(epochs));
}
