/** The file that a run's weights come from. */
import { t } from '@vscode/l10n';
import { counted } from './counted';
import { formatCount } from './formatCount';

export interface StartingPoint {
  readonly kind: 'weights' | 'checkpoint' | 'fork';
  /** The file's name, without its folder; of a fork with the id of its run. */
  readonly file: string;
  /** Epochs that the run had done when the file took effect. Of a fork those before its checkpoint. */
  readonly epoch: number;
  /** Only of a fork. */
  readonly inherited?: Inherited;
}

/** The part of a checkpoint that a fork has taken over. */
export interface Inherited {
  /** Names of the tensors whose values were taken over, and of those that were drawn. */
  readonly kept: readonly string[];
  readonly anew: readonly string[];
  /** Whether the optimizer's memory, the steps and the epochs go on, or begin anew. */
  readonly goesOn: boolean;
}

/** Tensors that are named of many. */
const namedTensors = 6;

/** `Started from weights iris.safetensors`. */
export function describeStart({ kind, file, epoch }: StartingPoint): string {
  switch (kind) {
    case 'checkpoint':
      return t('Checkpoint {0} at epoch {1}', file, formatCount(epoch));
    case 'fork':
      return t('Forked from {0} at epoch {1}', file, formatCount(epoch));
    case 'weights':
      return epoch === 0
        ? t('Started from weights {0}', file)
        : t('Weights {0} loaded at epoch {1}', file, formatCount(epoch));
  }
}

/** `kept 4 of 6 tensors: dense_1.weight, …; begin anew: dense_3.weight, …; the optimizer begins anew` */
export function describeInherited({ kept, anew, goesOn }: Inherited): string {
  const all = kept.length + anew.length;
  const tensors =
    anew.length === 0
      ? counted(all, t('kept the only tensor'), t('kept all {0} tensors', all))
      : t('kept {0} of {1} tensors: {2}; begin anew: {3}', kept.length, all, listed(kept), listed(anew));
  return `${tensors}; ${goesOn ? t('the optimizer goes on') : t('the optimizer begins anew')}`;
}

function listed(names: readonly string[]): string {
  return [...names.slice(0, namedTensors), ...(names.length > namedTensors ? ['…'] : [])].join(', ');
}
