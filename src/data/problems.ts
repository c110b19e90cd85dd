import { t } from '@vscode/l10n';
import { problemText, shorten } from '../common/limits';
import type { Remedies } from '../spec/problem';
import type { DataProblem } from './dataset';

export const problemLimit = 100;

/** Collects problems, at most `problemLimit`. */
export class Problems {
  readonly #list: DataProblem[] = [];

  /** Whether there are errors. */
  get any(): boolean {
    return this.#list.some(({ severity }) => severity === undefined);
  }

  get full(): boolean {
    return this.#list.length >= problemLimit;
  }

  add(
    code: string,
    message: string,
    path: readonly (string | number)[],
    at?: DataProblem['at'],
    more: Remedies & Pick<DataProblem, 'severity'> = {},
  ): void {
    if (this.full) {
      return;
    }
    this.#list.push({ code, message: shorten(message, problemText), path, ...(at ? { at } : {}), ...more });
  }

  /** Errors, warnings, then hints, in the order of the data file; those without a place in it come first. */
  list(): DataProblem[] {
    const place = (problem: DataProblem) => problem.at?.line ?? -1;
    const rank = ({ severity }: DataProblem) => (severity === undefined ? 0 : severity === 'warning' ? 1 : 2);
    return this.#list
      .map((problem, index) => ({ problem, index }))
      .sort(
        (a, b) =>
          rank(a.problem) - rank(b.problem) ||
          place(a.problem) - place(b.problem) ||
          (a.problem.at?.character ?? -1) - (b.problem.at?.character ?? -1) ||
          a.index - b.index,
      )
      .map(({ problem }) => problem);
  }
}

/** A sentence for a name that does not exist: the nearest one, or a list of all. */
export function suggestion(near: string | undefined, names: readonly string[]): string {
  if (near !== undefined) {
    return t('Did you mean “{0}”?', near);
  }
  const shown = names.slice(0, 12).join(', ');
  return t('The columns are: {0}.', names.length > 12 ? `${shown}, …` : shown);
}
