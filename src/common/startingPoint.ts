/** The file that a run's weights come from. */
import { t } from '@vscode/l10n';
import { formatCount } from './formatCount';

export interface StartingPoint {
  readonly kind: 'weights' | 'checkpoint';
  /** The file's name, without its folder. */
  readonly file: string;
  /** Epochs that the run had done when the file took effect. */
  readonly epoch: number;
}

/** `Started from weights iris.safetensors`. */
export function describeStart({ kind, file, epoch }: StartingPoint): string {
  if (kind === 'checkpoint') {
    return t('Checkpoint {0} at epoch {1}', file, formatCount(epoch));
  }
  return epoch === 0
    ? t('Started from weights {0}', file)
    : t('Weights {0} loaded at epoch {1}', file, formatCount(epoch));
}
