/** Checks every run of a sweep, before the first is trained. */
import { t } from '@vscode/l10n';
import type { Steps } from '../../common/steps';
import type { Problem } from '../../spec/problem';
import type { ParsedSpec } from '../reading/parse';
import { maximumProblems } from '../text/limits';
import { showWritten } from '../text/showValue';
import { type ChosenValue, choiceOf, type Sweep, specSteps } from './runs';
import { writtenOf } from './withValue';

/** Settings that fit together with any others. */
const free: readonly string[] = ['seed', 'name'];

/**
 * The errors of the runs, each at one of the values that it takes. `errorsOf` checks what only a whole spec
 * shows; the spec with its own values must be without errors.
 */
export function* checkRuns(sweep: Sweep, errorsOf: (parsed: ParsedSpec) => readonly Problem[]): Steps<Problem[]> {
  const problems = new Map<string, Problem>();
  /** Values that are known not to go together. */
  const wrong: (readonly ChosenValue[])[] = [];
  const seen = new Set<string>();
  function* errorIn(chosen: readonly ChosenValue[]): Steps<Problem | undefined> {
    const parsed = yield* specSteps(sweep, chosen);
    return (parsed.spec ? errorsOf(parsed) : parsed.problems).find(({ severity }) => severity === 'error');
  }
  for (let index = 0; index < sweep.count && problems.size < maximumProblems; index++) {
    const chosen = choiceOf(sweep, index).filter(({ setting }) => !free.includes(setting.written));
    const key = JSON.stringify(chosen.map(({ node }) => [node.span, writtenOf(node)]));
    if (seen.has(key) || wrong.some((values) => values.every((value) => holds(chosen, value)))) {
      continue;
    }
    seen.add(key);
    yield;
    const error = yield* errorIn(chosen);
    if (!error) {
      continue;
    }
    // A value takes part in the error if the file's own value in its place takes the error away.
    let culprits: readonly ChosenValue[] = chosen;
    for (const value of chosen) {
      const others = culprits.filter((other) => other !== value);
      if ((yield* errorIn(others))?.message === error.message) {
        culprits = others;
      }
    }
    wrong.push(culprits);
    const problem = problemAt(culprits.at(-1) ?? chosen[chosen.length - 1], culprits, error, sweep);
    const { start, end } = problem.range;
    const place = `${problem.code} ${start.line}:${start.character} ${end.line}:${end.character}`;
    problems.set(place, problems.get(place) ?? problem);
  }
  return [...problems.values()];
}

function holds(chosen: readonly ChosenValue[], { setting, node }: ChosenValue): boolean {
  return chosen.some((other) => other.setting === setting && other.node === node);
}

function problemAt(
  { node, setting }: ChosenValue,
  culprits: readonly ChosenValue[],
  { code, severity, message }: Problem,
  { parsed }: Sweep,
): Problem {
  const values = culprits.map((each) => `${each.setting.written} = ${showWritten(writtenOf(each.node))}`);
  return {
    code,
    severity,
    message: t('With {0}: {1}', values.join(', '), message),
    range: parsed.lines.range('from' in setting.values ? setting.span : node.span),
  };
}
