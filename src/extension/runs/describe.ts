import { t } from '@vscode/l10n';
import { formatCount } from '../../common/formatCount';
import type { Progress, Started } from '../../protocol/engine';
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
    case 'interrupted':
      return t('interrupted');
  }
}

/** The editor's icon of a state. */
export function iconOfState(state: RunState): string {
  switch (state) {
    case 'waiting':
    case 'running':
    case 'pausing':
    case 'stopping':
      // One that spins has the window drawn sixty times a second, which takes time from the training.
      return 'play-circle';
    case 'paused':
      return 'debug-pause';
    case 'completed':
    case 'early_stopping':
      return 'check';
    case 'stopped':
      return 'debug-stop';
    case 'interrupted':
      return 'debug-disconnect';
    case 'diverged':
    case 'failed':
      return 'error';
  }
}

/** `epoch 132/500`, in a cross-validation `fold 2/5 · epoch 132/500`. */
export function describeEpoch(
  { epoch, epochs }: Pick<Progress, 'epoch' | 'epochs'>,
  started?: Pick<Started, 'fold' | 'spec'>,
): string {
  const words = t('epoch {0}/{1}', formatCount(epoch), formatCount(epochs));
  const folds = started?.spec.training.crossValidation;
  return started?.fold === undefined || folds === undefined
    ? words
    : `${t('fold {0}/{1}', started.fold, folds)} · ${words}`;
}

/** `0.3120 ± 0.0210`: a mean over the folds and its spread. */
export function formatSpread({ mean, sd }: { readonly mean: number; readonly sd: number }): string {
  return Number.isNaN(sd) ? formatLoss(mean) : `${formatLoss(mean)} ± ${formatLoss(sd)}`;
}
