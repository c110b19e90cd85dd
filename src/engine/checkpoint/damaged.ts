import { t } from '@vscode/l10n';
import { printable } from '../../common/printable';

/** What a checkpoint lacks or holds in a wrong form, as a sentence; with what is found in its place, where that can be written. */
export function damaged(what: string, found?: unknown): { readonly problem: string } {
  if (typeof found === 'number' || typeof found === 'string' || typeof found === 'boolean') {
    const problem = t(
      'The checkpoint is damaged: “{0}” is {1}, which it cannot be. Save it again.',
      short(what),
      short(String(found)),
    );
    return { problem };
  }
  return {
    problem: t('The checkpoint is damaged: “{0}” is missing or not what it should be. Save it again.', short(what)),
  };
}

/** A number or flag of a checkpoint that its run could not have, as a sentence. */
export function impossible(what: string, found: unknown, wanted: unknown): { readonly problem: string } {
  return {
    problem: t(
      'The checkpoint is damaged: “{0}” is {1}, and at this place of its run it is {2}. Save it again.',
      short(what),
      short(String(found)),
      String(wanted),
    ),
  };
}

/** A word of a file for a sentence: however long it is there, and whatever it would do to a terminal. */
export function short(text: string): string {
  return printable(text.length > 40 ? `${text.slice(0, 40)}…` : text);
}
