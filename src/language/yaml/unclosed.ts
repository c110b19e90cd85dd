/**
 * Brackets and quotes that are opened and never closed: the cause of errors that a parser sees much later.
 */
import { t } from '@vscode/l10n';
import type { Fix } from '../../spec/problem';
import type { Reporter } from '../problems/reporter';

/** Finds them by following the lexer through a text. */
export class UnclosedFinder {
  readonly #stack: number[] = [];
  /** Offsets of brackets that the lexer gave up on, and of quotes without an end. */
  readonly #open: number[] = [];

  see(type: string | null, lexeme: string, start: number): void {
    switch (type) {
      case 'flow-map-start':
      case 'flow-seq-start':
        this.#stack.push(start);
        break;
      case 'flow-map-end':
      case 'flow-seq-end':
        this.#stack.pop();
        break;
      case 'flow-error-end':
        this.#open.push(...this.#stack.splice(0));
        break;
      case 'double-quoted-scalar':
      case 'single-quoted-scalar':
        if (lexeme.length < 2 || !lexeme.endsWith(lexeme[0])) {
          this.#open.push(start);
        }
        break;
    }
  }

  all(): number[] {
    return [...this.#open, ...this.#stack];
  }
}

const closing: Readonly<Record<string, string>> = { '{': '}', '[': ']' };

/** Reports each mark at its place. */
export function reportUnclosed(
  unclosed: readonly number[],
  text: string,
  report: Reporter,
  mends: (fix: Fix) => boolean,
): void {
  for (const at of unclosed) {
    const mark = text[at];
    const close = closing[mark];
    const message = close
      ? t('This “{0}” is never closed. Add “{1}”.', mark, close)
      : t('This quote is never closed. Add {0} at the end of the text.', mark);
    // Only one mark can be open for a fix to be the right one.
    const fixes = unclosed.length > 1 ? [] : closeFix(at, close ? ` ${close}` : mark, text, report);
    report.error('yaml-syntax', [at, at + 1], message, fixes.filter(mends));
  }
}

/** Only what stands on one line has an obvious end. */
function closeFix(at: number, close: string, text: string, report: Reporter): Fix[] {
  const newline = text.indexOf('\n', at);
  const end = newline < 0 ? text.length : newline;
  const line = text.slice(at, end);
  const written = line.replace(/\s+#.*$/, '').trimEnd();
  if (/[,:]$/.test(written)) {
    return [];
  }
  const place = at + written.length;
  const range = report.rangeOf([place, place]);
  return [{ title: t('Close it at the end of the line'), choice: true, edits: [{ range, newText: close }] }];
}
