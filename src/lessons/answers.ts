/** Whether an answer is right. */
import { t } from '@vscode/l10n';
import { type TagValues, valueOfTag } from '../common/tagValues';
import type { Answer } from './blocks/question';
import { parseExpression, work } from './expression';
import type { Value } from './values';

/** Final values of a run by part of the data. */
type FinalValues = NonNullable<Parameters<typeof valueOfTag>[1]>;

/** The names that an answer may use: values computed above it, and the final values of a run by tag. */
export function namesWith(values: ReadonlyMap<string, Value>, final: FinalValues = {}): Map<string, Value> {
  const names = new Map(values);
  const parts: readonly (readonly [string, TagValues | undefined])[] = [
    ['', final.train],
    ['val_', final.validation],
    ['test_', final.test],
  ];
  for (const [prefix, part] of parts) {
    for (const [tag] of part ?? []) {
      names.set(prefix + tag, valueOfTag(prefix + tag, final) ?? Number.NaN);
    }
  }
  return names;
}

/** The number that is asked for, or a sentence that says why there is none. */
export function numberAsked(
  { expression }: Extract<Answer, { kind: 'number' }>,
  names: ReadonlyMap<string, Value>,
): number | string {
  const parsed = parseExpression(expression);
  const worked = 'problem' in parsed ? parsed : work(parsed, names);
  if ('problem' in worked) {
    return worked.problem.message;
  }
  return typeof worked.value === 'number' && Number.isFinite(worked.value)
    ? worked.value
    : t('The answer must be one number.');
}

/** A tolerance written as 0.05 is not exactly that in binary, nor is the difference. */
const slack = 1e-9;

export function isNear(given: number, asked: number, tolerance: number): boolean {
  return Math.abs(given - asked) <= tolerance + slack * Math.max(1, Math.abs(asked));
}
