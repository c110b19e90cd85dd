/** Parameters that are each in range and still do not go together. */
import { t } from '@vscode/l10n';
import type { ParameterValue } from '../spec/spec';

export interface Conflict {
  readonly message: string;
  /** Where it is marked: at the first of these that the file gives. */
  readonly parameters: readonly string[];
}

/** What is wrong between the parameters of a thing, and what to write instead; undefined where nothing is. */
export function conflictOf(name: string, values: Readonly<Record<string, ParameterValue>>): Conflict | undefined {
  const { nesterov, momentum, dampening, min, max, lower, upper, at, base, maximum, step_min, step_max } = values;
  if (name === 'sgd' && nesterov === true && (momentum === 0 || (typeof dampening === 'number' && dampening !== 0))) {
    const message = t('nesterov needs momentum above 0 and dampening 0. Write, for example, momentum: 0.9.');
    return { message, parameters: ['nesterov'] };
  }
  if (isOrdered(min, max) === false) return { message: t('min must be below max.'), parameters: ['min', 'max'] };
  if (isOrdered(lower, upper) === false) {
    return { message: t('lower must be at most upper.'), parameters: ['lower', 'upper'] };
  }
  if (isOrdered(base, maximum) === false) {
    return { message: t('base must be at most maximum.'), parameters: ['base', 'maximum'] };
  }
  if (isOrdered(step_min, step_max) === false) {
    return { message: t('step_min must be at most step_max.'), parameters: ['step_min', 'step_max'] };
  }
  if (Array.isArray(at) && at.some((step, i) => i > 0 && step <= at[i - 1])) {
    return { message: t('The steps of “at” must rise. Write, for example, at: [100, 200].'), parameters: ['at'] };
  }
  return undefined;
}

function isOrdered(low: ParameterValue | undefined, high: ParameterValue | undefined): boolean | undefined {
  return typeof low === 'number' && typeof high === 'number' ? low <= high : undefined;
}
