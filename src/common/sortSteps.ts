/** Sorting in short steps: stretches by the engine's own sort, which are then merged two by two. */
import { inStretches, type Steps } from './steps';

/** What is sorted in one go: a few milliseconds. */
const runLength = 4096;

/** What a list and a typed array have in common. */
interface Sortable<T> {
  [index: number]: T;
  readonly length: number;
  slice(from?: number, to?: number): Sortable<T>;
}

/** Sorts in place, as `sort` does: what `compare` finds equal keeps its order. */
export function* sortSteps<T>(values: T[], compare: (a: T, b: T) => number): Steps<void> {
  yield* inStretches(
    values.length,
    (from, to) => {
      const run = values.slice(from, to).sort(compare);
      for (let i = from; i < to; i++) {
        values[i] = run[i - from];
      }
    },
    runLength,
  );
  yield* mergeRuns<T>(values, (a, b) => compare(a, b) <= 0);
}

/** Sorts numbers in place, as a typed array does by itself: −0 stands before 0. None may be NaN. */
export function* sortNumberSteps(values: Float64Array): Steps<void> {
  yield* inStretches(values.length, (from, to) => values.subarray(from, to).sort(), runLength);
  yield* mergeRuns<number>(values, (a, b) => a < b || (a === b && (a !== 0 || 1 / a <= 1 / b)));
}

function* mergeRuns<T>(values: Sortable<T>, inOrder: (a: T, b: T) => boolean): Steps<void> {
  for (let length = runLength; length < values.length; length *= 2) {
    for (let start = 0; start + length < values.length; start += 2 * length) {
      yield* merge(values, start, start + length, Math.min(start + 2 * length, values.length), inOrder);
    }
  }
}

/** Merges what is sorted from `start` to `middle` with what is from there to `end`. */
function* merge<T>(
  values: Sortable<T>,
  start: number,
  middle: number,
  end: number,
  inOrder: (a: T, b: T) => boolean,
): Steps<void> {
  if (inOrder(values[middle - 1], values[middle])) {
    return;
  }
  const left = values.slice(start, middle);
  let [taken, next] = [0, middle];
  yield* inStretches(end - start, (from, to) => {
    for (let i = start + from; i < start + to; i++) {
      values[i] =
        taken < left.length && (next === end || inOrder(left[taken], values[next])) ? left[taken++] : values[next++];
    }
  });
}
