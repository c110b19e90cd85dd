/** The result of a search for a learning rate in words, for command line and editor alike. */
import { t } from '@vscode/l10n';
import type { LearningRateReport } from './measurements';
import type { TrainingSpec } from './spec';

export function suggestionText({ verdict, suggestion = 0 }: LearningRateReport): string {
  switch (verdict) {
    case 'clear':
      return t('Suggested learning rate: {0}.', suggestion);
    case 'uncertain':
      return t(
        'Suggested learning rate: {0}, but the loss hardly falls in so few steps: compare it with larger and smaller ones.',
        suggestion,
      );
    case 'none':
      return t('The loss falls at none of the learning rates, so none can be suggested.');
  }
}

/** The keys of a spec that a search for a learning rate leaves aside. */
export function unusedKeys({ schedule, earlyStopping, crossValidation }: TrainingSpec): readonly string[] {
  return [
    ...(schedule ? ['schedule'] : []),
    ...(earlyStopping ? ['early_stopping'] : []),
    ...(crossValidation !== undefined ? ['cross_validation'] : []),
  ];
}

/** Undefined where the spec has none. */
export function unusedText(training: TrainingSpec): string | undefined {
  const keys = unusedKeys(training);
  return keys.length === 0 ? undefined : t('Not used in the search: {0}.', keys.join(', '));
}
