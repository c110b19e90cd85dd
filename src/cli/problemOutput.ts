/** Prints problems: one a line, positions from 1 in UTF-16 units, end exclusive. */
import { t } from '@vscode/l10n';
import { assertNever } from '../common/assertNever';
import { jsonLine } from '../common/jsonLine';
import { printable } from '../common/printable';
import type { ParsedSpec } from '../language';
import type { ProblemMessage } from '../protocol/engine';
import type { Problem, Range, Severity } from '../spec/problem';
import { shownDataPath } from './dataFiles';

/** A problem in a file. `file` is relative to the working directory. */
export interface FileProblem {
  readonly file: string;
  readonly code: string;
  readonly severity: Severity;
  readonly message: string;
  readonly range: Range;
}

const fileStart: Range = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };

export function problemOfFile(file: string, code: string, message: string): FileProblem {
  return { file, code, severity: 'error', message, range: fileStart };
}

export function fromSpecProblem(specPath: string, { code, severity, message, range, file }: Problem): FileProblem {
  return { file: file === undefined ? specPath : shownDataPath(specPath, file), code, severity, message, range };
}

/** Places a problem in the spec or in the data file. */
export function fromProblemMessage(specPath: string, problem: ProblemMessage, parsed: ParsedSpec): FileProblem {
  const { code, severity, message, path, range, file } = problem;
  if (file !== undefined) {
    return { file: shownDataPath(specPath, file), code, severity, message, range: range ?? fileStart };
  }
  return { file: specPath, code, severity, message, range: range ?? locate(parsed, path) };
}

export function problemJson({ file, code, severity, message, range }: FileProblem): string {
  const { start, end } = range;
  const place = {
    line: start.line + 1,
    column: start.character + 1,
    endLine: end.line + 1,
    endColumn: end.character + 1,
  };
  return jsonLine({ file, code, severity, ...place, message });
}

export function problemText({ file, code, severity, message, range }: FileProblem): string {
  const place = `${file}:${range.start.line + 1}:${range.start.character + 1}`;
  return `${printable(`${place}: ${severityText(severity)}: ${message} [${code}]`)}\n`;
}

export function hasErrors(problems: readonly { readonly severity: Severity }[]): boolean {
  return problems.some(({ severity }) => severity === 'error');
}

function locate(parsed: ParsedSpec, path: readonly (string | number)[] | undefined): Range {
  return (path && parsed.locate(path)) ?? parsed.locate(['data']) ?? fileStart;
}

function severityText(severity: Severity): string {
  switch (severity) {
    case 'error':
      return t('error');
    case 'warning':
      return t('warning');
    case 'hint':
      return t('hint');
    default:
      return assertNever(severity);
  }
}
