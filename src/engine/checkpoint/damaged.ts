import { t } from '@vscode/l10n';
import { printable } from '../../common/printable';

/** A sentence about a part of a checkpoint that is missing or wrong. It quotes a number, text or flag. */
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

/** A file's text as a sentence quotes it: shortened, and without characters that a terminal would act on. */
export function short(text: string): string {
  return printable(text.length > 40 ? `${text.slice(0, 40)}…` : text);
}
