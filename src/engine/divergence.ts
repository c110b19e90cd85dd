import { t } from '@vscode/l10n';
import type { Divergence, FloatArray } from './backend';

/** A tensor that may hold numbers that are not finite. */
export interface Suspect extends Omit<Divergence, 'step'> {
  readonly values: FloatArray;
}

/** The first suspect with a number that is not finite. */
export function firstNonFinite(suspects: Iterable<Suspect>): Suspect | undefined {
  for (const suspect of suspects) {
    if (!allFinite(suspect.values)) {
      return suspect;
    }
  }
  return undefined;
}

function allFinite(values: FloatArray): boolean {
  for (let i = 0; i < values.length; i++) {
    if (!Number.isFinite(values[i])) {
      return false;
    }
  }
  return true;
}

/** The message about a run that has diverged after some updates. A tensor's name begins with its layer's. */
export function describeDivergence({ step, tensor }: Divergence, updates: number): string {
  const name = tensor === 'loss' ? t('the loss') : tensor;
  return updates === 0
    ? t(
        'Training cannot begin: {0} is not finite at the first step, before any weight has changed. Scale the inputs, or use an activation or initial weights that keep the numbers small.',
        name,
      )
    : t('Training diverged at step {0}: {1} is not finite.', step, name);
}
