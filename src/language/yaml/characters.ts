/** Characters that YAML does not allow. */
import { t } from '@vscode/l10n';
import type { Reporter } from '../problems/reporter';
import type { Span } from '../text/lines';

/**
 * Reports each such character, and returns whether there was one. The lexer uses some of them internally, so
 * it must not see them.
 */
export function reportCharacters(text: string, report: Reporter): boolean {
  let found = false;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (isText(code) || isPair(text, at)) {
      continue;
    }
    found = true;
    if (report.full) {
      break;
    }
    const span: Span = [at, at + 1];
    const name = `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
    report.error('yaml-character', span, t('The invisible character {0} is no text. Remove it.', name), [
      { title: t('Remove the character'), edits: [{ range: report.rangeOf(span), newText: '' }] },
    ]);
  }
  return found;
}

/**
 * Whether YAML allows this UTF-16 unit: tab, line ends, printable characters. Surrogates are checked in
 * pairs.
 */
function isText(code: number): boolean {
  if (code < 0x20) {
    return code === 0x09 || code === 0x0a || code === 0x0d;
  }
  if (code < 0xa0) {
    return code < 0x7f || code === 0x85;
  }
  return code < 0xd800 || (code > 0xdfff && code < 0xfffe);
}

/** Whether the unit is half of a whole surrogate pair. */
function isPair(text: string, at: number): boolean {
  const code = text.codePointAt(at) ?? 0;
  return code > 0xffff || (text.codePointAt(at - 1) ?? 0) > 0xffff;
}
