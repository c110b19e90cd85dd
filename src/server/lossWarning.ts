import { t } from '@vscode/l10n';
import type { EpochRecord } from '../protocol/engine';

/**
 * A warning where the validation loss is not finite. A training loss that is not finite ends the run; this
 * does not (as in PyTorch and Keras), since the weights are sound.
 */
export function lossWarning({ epoch, values }: EpochRecord): string | undefined {
  const value = values.find(([tag]) => tag === 'val_loss')?.[1] ?? 0;
  return Number.isFinite(value)
    ? undefined
    : t(
        'val_loss is {0} at epoch {1}, though the training loss is finite: for some validation samples the network’s numbers grow too large for float32. Look among them for values far from those of the training samples.',
        String(value),
        epoch,
      );
}
