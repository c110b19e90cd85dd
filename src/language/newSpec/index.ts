/**
 * A sensible first spec for a table: guesses the target, makes the choices, and explains them in comments.
 */
import type { TableFacts } from '../../spec/tableFacts';
import { decide } from './decide';
import type { TargetGuess } from './target';
import { writeSpec } from './write';

export { type TargetGuess, type Task, targetGuesses } from './target';

/** The spec's text. `path` is the data file's, relative to the spec. */
export function newSpecFor(facts: TableFacts, path: string, target: TargetGuess): string {
  return writeSpec(decide(facts, target), { path, rows: facts.rows, format: facts.format });
}
