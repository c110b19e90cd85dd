/** “Fix all”: applies the quick fixes of errors that leave no choice, until none is left. */
import type { Steps } from '../../common/steps';
import type { Fix, Problem } from '../../spec/problem';
import { Lines } from '../text/lines';

/** Fixes may bring further errors to light; no file needs more rounds than this. */
const maxRounds = 20;

/** The fix of an error that leaves no choice; undefined for a choice, and for warnings and hints. */
export function mechanicalFix({ severity, fixes = [] }: Problem): Fix | undefined {
  return severity === 'error' ? fixes.find(({ choice }) => !choice) : undefined;
}

/** The text after all mechanical fixes. `problemsOf` checks a text. Stops at a text that was seen before. */
export function* fixAllSteps(text: string, problemsOf: (text: string) => Steps<readonly Problem[]>): Steps<string> {
  const seen = new Set([text]);
  let current = text;
  for (let round = 0; round < maxRounds; round++) {
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

/** The text after the fixes, without those that touch the place of an earlier one. */
export function applyFixes(text: string, fixes: readonly Fix[]): string {
  const lines = new Lines(text);
  const edits: PlacedEdit[] = [];
  for (const fix of fixes) {
    const own = fix.edits.map(({ range, newText }) => {
      return { start: lines.offsetAt(range.start), end: lines.offsetAt(range.end), newText };
    });
    own.sort(byPlace);
    if (!touch(edits, own)) {
      edits.push(...own);
      edits.sort(byPlace);
    }
  }
  const parts: string[] = [];
  let from = 0;
  for (const { start, end, newText } of edits) {
    parts.push(text.slice(from, start), newText);
    from = end;
  }
  return parts.join('') + text.slice(from);
}

interface PlacedEdit {
  readonly start: number;
  readonly end: number;
  readonly newText: string;
}

function byPlace(a: PlacedEdit, b: PlacedEdit): number {
  return a.start - b.start || a.end - b.end;
}

/** Whether an edit of one list touches one of the other; both are in order. */
function touch(some: readonly PlacedEdit[], others: readonly PlacedEdit[]): boolean {
  let index = 0;
  return others.some(({ start, end }) => {
    while (index < some.length && some[index].end < start) {
      index++;
    }
    return index < some.length && some[index].start <= end;
  });
}
