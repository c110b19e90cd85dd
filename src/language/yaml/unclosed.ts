/** Brackets and quotes that are never closed: the parser reports their errors much later in the text. */
import { t } from '@vscode/l10n';
import type { Steps } from '../../common/steps';
import type { Fix } from '../../spec/problem';
import type { Reporter } from '../problems/reporter';
import type { FixCheck } from './syntaxFixes';

/** Finds them from the tokens of the lexer. */
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

/** Reports each bracket or quote at its place. */
export function* reportUnclosed(
  unclosed: readonly number[],
  text: string,
  report: Reporter,
  check: FixCheck,
): Steps<void> {
  for (const at of unclosed) {
    if (report.full) {
      return;
    }
    const mark = text[at];
    const close = closing[mark];
    const message = close
      ? t('This “{0}” is never closed. Add “{1}”.', mark, close)
      : t('This quote is never closed. Add {0} at the end of the text.', mark);
    // With several open, the right place to close one is not known.
    const fixes = () => (unclosed.length > 1 ? [] : closeFix(at, close ? ` ${close}` : mark, text, report));
    report.error('yaml-syntax', [at, at + 1], message, yield* check(fixes));
  }
}

/** A fix only where the value is complete on its line: otherwise its end is not clear. */
function closeFix(at: number, close: string, text: string, report: Reporter): Fix[] {
  const newline = text.indexOf('\n', at);
  const end = newline < 0 ? text.length : newline;
  const line = text.slice(at, end);
  const written = line.replace(/(?<!\s)\s+#[\s\S]*/, '').trimEnd();
  if (/[,:]$/.test(written)) {
    return [];
  }
  const place = at + written.length;
  const range = report.rangeOf([place, place]);
  return [{ title: t('Close it at the end of the line'), choice: true, edits: [{ range, newText: close }] }];
}
