/**
 * A sensible first spec for a table: guesses the target, makes the choices, and explains them in comments.
 */
import { t } from '@vscode/l10n';
import { formatCount } from '../../common/formatCount';
import { describedColumns } from '../../common/limits';
import type { GivenAway, TableColumn, TableFacts } from '../../spec/tableFacts';
import { decide, decideForImages } from './decide';
import { type TargetGuess, targetGuesses } from './target';
import { type NewSpec, writeSpec } from './write';

export { predictedColumn, type TargetGuess, type Task, targetGuesses } from './target';
export type { NewSpec, WrittenChoice } from './write';

/** The columns to predict, the most likely first, or why there is none. `name` is the table's. */
export function proposableTargets(
  facts: TableFacts,
  name: string,
): { readonly guesses: readonly TargetGuess[] } | { readonly problem: string } {
  if (facts.others) {
    const problem = t(
      '{0} has more than {1} columns, too many to propose a network for. Write its data chapter by hand: file and target are enough.',
      name,
      formatCount(describedColumns),
    );
    return { problem };
  }
  const guesses = targetGuesses(facts);
  if (guesses.length === 0) {
    const problem = t(
      '{0} has no column that could be predicted from the others. It needs one that varies, and another to predict it from.',
      name,
    );
    return { problem };
  }
  return { guesses };
}

/** The spec for a folder of images of one shape, whose classes are in `label`. */
export function newSpecForImages(label: TableColumn, path: string, rows: number, shape: readonly number[]): NewSpec {
  return writeSpec(decideForImages(label, rows, shape), { path, rows });
}

/**
 * The spec for a target, with its choices. `path` is the data file's, relative to the spec. The columns that
 * are `givenAway` give the target away.
 */
export function newSpecFor(
  facts: TableFacts,
  path: string,
  target: TargetGuess,
  givenAway: readonly GivenAway[],
): NewSpec {
  return writeSpec(decide(facts, target, givenAway), { path, ...facts });
}
