/** “Fix all”: the quick fixes of errors that leave nothing to choose, again and again until none is left. */
import type { Steps } from '../../common/steps';
import type { Fix, Problem } from '../../spec/problem';
import { Lines } from '../text/lines';

/** Fixes of one round may bring others to light; files do not need more rounds than this. */
const mostRounds = 20;

/** The only thing to do about an error; undefined where a person must choose, and for warnings and hints. */
export function mechanicalFix({ severity, fixes = [] }: Problem): Fix | undefined {
  return severity === 'error' ? fixes.find(({ choice }) => !choice) : undefined;
}

/**
 * The text after all mechanical fixes. `problemsOf` checks a text; it may not find the same fix necessary
 * forever.
 */
export function* fixAllSteps(text: string, problemsOf: (text: string) => Steps<readonly Problem[]>): Steps<string> {
  const seen = new Set([text]);
  let current = text;
  for (let round = 0; round < mostRounds; round++) {
    const problems = yield* problemsOf(current);
    const fixes = problems.flatMap((problem) => mechanicalFix(problem) ?? []);
    const next = applyFixes(current, fixes);
    if (seen.has(next)) {
      return current;
    }
    seen.add(next);
    current = next;
  }
  return current;
}

/** The text after the fixes; one that would touch another's place waits for the next round. */
export function applyFixes(text: string, fixes: readonly Fix[]): string {
  const lines = new Lines(text);
  const edits: { start: number; end: number; newText: string }[] = [];
  for (const fix of fixes) {
    const own = fix.edits.map(({ range, newText }) => {
      return { start: lines.offsetAt(range.start), end: lines.offsetAt(range.end), newText };
    });
    if (own.every((edit) => edits.every((other) => edit.end < other.start || edit.start > other.end))) {
      edits.push(...own);
    }
  }
  edits.sort((a, b) => b.start - a.start || b.end - a.end);
  return edits.reduce((so, { start, end, newText }) => so.slice(0, start) + newText + so.slice(end), text);
}
