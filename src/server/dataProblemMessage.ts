import type { DataProblem } from '../data/dataset';
import type { ProblemMessage } from '../protocol/engine';

/** A problem of the data as a message. */
export function fromDataProblem({ code, message, path, at, meant, column }: DataProblem): ProblemMessage {
  if (!at) {
    return { code, severity: 'error', message, path, meant, column };
  }
  const { file, line, character, endCharacter } = at;
  const range = { start: { line, character }, end: { line, character: endCharacter } };
  return { code, severity: 'error', message, path, meant, column, range, file };
}
