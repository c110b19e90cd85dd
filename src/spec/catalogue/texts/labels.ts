/** Headings, captions and the words of the gallery, in both languages. */
import { counted } from '../../../common/counted';
import type { Language } from '../types';
import en from './labels.en.json';
import ko from './labels.ko.json';

export type Labels = typeof en;

export const labels: Readonly<Record<Language, Labels>> = { en, ko };

/** `fill` for a sentence whose first value is a count. */
export function fillCount(
  { one, others }: { readonly one: string; readonly others: string },
  count: number,
  ...values: readonly (string | number)[]
): string {
  return fill(counted(count, one, others), count, ...values);
}

/** Replaces `{0}`, `{1}`, … by values. */
export function fill(sentence: string, ...values: readonly (string | number)[]): string {
  return sentence.replace(/\{(\d)\}/g, (place, index) => String(values[Number(index)] ?? place));
}
