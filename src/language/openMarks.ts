/** Brackets and quotes that are opened and never closed: the cause of errors that a parser sees much later. */
import { t } from '@vscode/l10n';
import type { Fix } from '../spec/problem';
import type { Reporter } from './reporter';

const closing: Readonly<Record<string, string>> = { '{': '}', '[': ']' };

/** Follows the lexer through a text. */
export class OpenMarks {
  readonly #text: string;
  readonly #report: Reporter;
  readonly #stack: number[] = [];
  /** Where a bracket was opened that the lexer gave up on, or a quote that has no end. */
  readonly #open: number[] = [];
  #spoiled = false;

  constructor(text: string, report: Reporter) {
    this.#text = text;
    this.#report = report;
  }

  /** Where the first one stands; infinite where all are closed. */
  get first(): number {
    return Math.min(...this.#all(), Number.POSITIVE_INFINITY);
  }

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
        if (lexeme.length < 2 || !lexeme.endsWith(lexeme[0])) this.#open.push(start);
        break;
    }
  }

  /** Something else makes the tree incomplete, and was reported. */
  spoil(): void {
    this.#spoiled = true;
  }

  /** Reports each at its place, and says whether the tree lacks something for it. */
  report(mends: (fix: Fix) => boolean): boolean {
    for (const at of this.#all()) {
      const mark = this.#text[at];
      const close = closing[mark];
      const message = close
        ? t('This “{0}” is never closed. Add “{1}”.', mark, close)
        : t('This quote is never closed. Add {0} at the end of the text.', mark);
      this.#report.error(
        'yaml-syntax',
        [at, at + 1],
        message,
        this.#closeFix(at, close ? ` ${close}` : mark).filter(mends),
      );
    }
    return this.#spoiled || this.#all().length > 0;
  }

  #all(): readonly number[] {
    return [...this.#open, ...this.#stack];
  }

  /** Only what stands on one line has an obvious end, and only one mark can be open for it to be the right one. */
  #closeFix(at: number, close: string): Fix[] {
    const newline = this.#text.indexOf('\n', at);
    const end = newline < 0 ? this.#text.length : newline;
    const line = this.#text.slice(at, end);
    const written = line.replace(/\s+#.*$/, '').trimEnd();
    if (this.#all().length > 1 || /[,:]$/.test(written)) return [];
    const place = at + written.length;
    const range = this.#report.rangeOf([place, place]);
    return [{ title: t('Close it at the end of the line'), choice: true, edits: [{ range, newText: close }] }];
  }
}
