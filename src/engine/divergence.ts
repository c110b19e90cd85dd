import { t } from '@vscode/l10n';
import type { Divergence, FloatArray } from './backend';
import { type Pieces, pieceNumbers } from './pieces';

/** Where a number may not be finite. */
export interface Suspect extends Omit<Divergence, 'step'> {
  readonly values: FloatArray;
}

/** The first that holds a number that is not finite. */
export function* firstGuilty(suspects: Iterable<Suspect>): Pieces<Suspect | undefined> {
  for (const suspect of suspects) {
    const { values } = suspect;
    for (let from = 0; from < values.length; from += pieceNumbers) {
      if (!allFinite(values, from, Math.min(from + pieceNumbers, values.length))) {
        return suspect;
      }
      yield;
    }
  }
  return undefined;
}

function allFinite(values: FloatArray, from: number, to: number): boolean {
  for (let i = from; i < to; i++) {
    if (values[i] - values[i] !== 0) {
      return false;
    }
  }
  return true;
}

/** What to tell a person about a run that diverged. A tensor's name begins with its layer's. */
export function describeDivergence({ step, tensor }: Divergence): string {
  return t(
    'Training diverged at step {0}: {1} is not finite. Lower the learning rate or scale the inputs.',
    step,
    tensor === 'loss' ? t('the loss') : tensor,
  );
}
