/** Collects the problems of a lesson; those of a block count from the block's beginning. */
import { capped, Lines, maximumProblems, type OwnReading, type Span } from '../language';
import type { Problem, Range, Severity } from '../spec/problem';

/** Codes of problems that only lessons have. Codes of specs that fit are used as they are. */
export const lessonFileCodes = [
  'bad-expression',
  'bad-question',
  'too-many-blocks',
  'unclosed-block',
  'unknown-block',
  'unknown-cell',
] as const;
type LessonCode = (typeof lessonFileCodes)[number];

/** A code of specs that lessons use too: `docs/problems.md` explains both. */
type SharedCode = 'bad-name' | 'conflict' | 'custom-formula' | 'duplicate-name' | 'missing-value' | 'unknown-key';

export class Faults {
  readonly #lines: Lines;
  readonly #problems: Problem[] = [];
  #errors = 0;

  constructor(text: string) {
    this.#lines = new Lines(text);
  }

  get errors(): number {
    return this.#errors;
  }

  /** True where further errors are not shown, so that nothing more need be read. */
  get full(): boolean {
    return this.#errors >= maximumProblems;
  }

  add(code: LessonCode | SharedCode, span: Span, message: string, severity: Severity = 'error'): void {
    this.#push({ code, severity, message, range: this.#lines.range(span) });
  }

  /** Problems of a text that begins at an offset, the beginning of a line. Returns them with their places. */
  addAll(problems: readonly Problem[], offset: number): readonly Problem[] {
    const line = this.lineOf(offset);
    return problems.map((problem) => {
      const fixes = problem.fixes?.map((fix) => ({
        ...fix,
        edits: fix.edits.map((edit) => ({ ...edit, range: lowered(edit.range, line) })),
      }));
      return this.#push({ ...problem, range: lowered(problem.range, line), ...(fixes && { fixes }) });
    });
  }

  #push(problem: Problem): Problem {
    this.#errors += problem.severity === 'error' ? 1 : 0;
    this.#problems.push(problem);
    return problem;
  }

  /** Those found while the block at an offset was read. */
  addFrom(reading: OwnReading, offset: number): void {
    this.addAll(reading.problems(), offset);
  }

  lineOf(offset: number): number {
    return this.#lines.positionAt(offset).line;
  }

  list(): readonly Problem[] {
    return capped(this.#problems);
  }
}

/** A range that counts from a block's first line, in the file. */
export function lowered({ start, end }: Range, line: number): Range {
  return {
    start: { ...start, line: start.line + line },
    end: { ...end, line: end.line + line },
  };
}
