/** Collects the problems of one file, without repeats, up to the cap. */
import type { Fix, Problem, Range, Severity } from '../../spec/problem';
import { maximumProblems } from '../text/limits';
import type { Lines, Span } from '../text/lines';
import type { FileCode } from './codes';

export class Reporter {
  readonly #problems: Problem[] = [];
  readonly #seen = new Set<string>();
  readonly #lines: Lines;
  /** Offsets of syntax errors: a bad key at the same place is not reported again. */
  readonly #broken = new Set<number>();
  #errors = 0;

  constructor(lines: Lines) {
    this.#lines = lines;
  }

  get hasErrors(): boolean {
    return this.#errors > 0;
  }

  /** True where the file has a syntax error: the tree may not be what was meant. */
  get isBroken(): boolean {
    return this.#broken.size > 0;
  }

  /** True where further errors are not shown, so that their messages need not be made. */
  get full(): boolean {
    return this.#errors >= maximumProblems;
  }

  rangeOf(span: Span): Range {
    return this.#lines.range(span);
  }

  error(code: FileCode, span: Span, message: string, fixes?: readonly Fix[]): void {
    this.add('error', code, span, message, fixes);
  }

  add(severity: Severity, code: FileCode, span: Span, message: string, fixes?: readonly Fix[]): void {
    if (code === 'bad-key' && this.#broken.has(span[0])) {
      return;
    }
    if (code === 'yaml-syntax') {
      this.#broken.add(span[0]);
    }
    const key = `${code} ${span[0]} ${span[1]} ${message}`;
    // An aliased part is read once for each alias; its faults are reported once.
    if (this.#seen.has(key)) {
      return;
    }
    if (severity === 'error') {
      this.#errors++;
    }
    if (this.#errors > maximumProblems) {
      return;
    }
    this.#seen.add(key);
    const range = this.#lines.range(span);
    this.#problems.push(
      fixes && fixes.length > 0 ? { code, severity, message, range, fixes } : { code, severity, message, range },
    );
  }

  /** In order of position. Above the cap, warnings and hints are dropped before errors. */
  list(): Problem[] {
    return capped(this.#problems);
  }
}

const rank: Readonly<Record<Severity, number>> = { error: 0, warning: 1, hint: 2 };

/** The most severe problems up to the cap, in order of position. */
export function capped(problems: readonly Problem[]): Problem[] {
  return worst(problems).sort(
    (a, b) => a.range.start.line - b.range.start.line || a.range.start.character - b.range.start.character,
  );
}

/** The most severe problems up to the cap, in order of severity. */
export function worst<P extends { readonly severity: Severity }>(problems: readonly P[]): P[] {
  return [...problems].sort((a, b) => rank[a.severity] - rank[b.severity]).slice(0, maximumProblems);
}
