import type { DataProblem } from '../data/dataset';
import type { ProblemMessage } from '../protocol/engine';

/** A problem of the data as a message. */
export function fromDataProblem({ at, ...problem }: DataProblem): ProblemMessage {
  const severity = problem.severity ?? 'error';
  if (!at) {
    return { ...problem, severity };
  }
  const { file, line, character, endCharacter } = at;
  const range = { start: { line, character }, end: { line, character: endCharacter } };
  return { ...problem, severity, range, file };
}
