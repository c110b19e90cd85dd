/** Levels of lists and objects. Nothing that is written by this program has as many. */
const mostLevels = 64;

/**
 * A value from JSON that somebody else may have written; undefined where it is none, or is nested so deeply
 * that to walk through it could exhaust the stack.
 */
export function parseJson(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return hasFewLevels(value, mostLevels) ? value : undefined;
  } catch {
    return undefined;
  }
}

function hasFewLevels(value: unknown, levels: number): boolean {
  return (
    typeof value !== 'object' ||
    value === null ||
    (levels > 0 && Object.values(value).every((each) => hasFewLevels(each, levels - 1)))
  );
}
