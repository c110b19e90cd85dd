import { t } from '@vscode/l10n';
import { printable } from '../../common/printable';

/** What a checkpoint lacks or holds in a wrong form, as a sentence. */
export function damaged(what: string): { readonly problem: string } {
  return {
    problem: t('The checkpoint is damaged: “{0}” is missing or not what it should be. Save it again.', short(what)),
  };
}

/** A word of a file for a sentence: however long it is there, and whatever it would do to a terminal. */
export function short(text: string): string {
  return printable(text.length > 40 ? `${text.slice(0, 40)}…` : text);
}
