/** Long work in short steps: a generator that yields wherever others may have their turn, and returns what it made. */
export type Steps<T> = Generator<void, T>;

/** Takes all steps at once. */
export function takeAll<T>(steps: Steps<T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done) {
      return step.value;
    }
  }
}

/** Takes steps, all at once or in turns with whoever else waits; where such work can be given up, `GivenUp` is what comes of it. */
export type TakeSteps<GivenUp extends undefined = never> = <T>(steps: Steps<T>) => Promise<T | GivenUp>;

/** Of the usual work on a row or a number so many are done in a few milliseconds. */
const stretchLength = 8192;

/** A loop over 0 … count−1 in short steps: `work` does those from `from` up to `to`, in a plain loop that engines make fast. */
export function* inStretches(
  count: number,
  work: (from: number, to: number) => void,
  length = stretchLength,
): Steps<void> {
  for (let from = 0; from < count; from += length) {
    work(from, Math.min(from + length, count));
    yield;
  }
}

/** A search through 0 … count−1 in short steps: `scan` gives what it finds from `from` up to `to`, or −1. So does the whole. */
export function* searchInStretches(count: number, scan: (from: number, to: number) => number): Steps<number> {
  for (let from = 0; from < count; from += stretchLength) {
    const found = scan(from, Math.min(from + stretchLength, count));
    if (found >= 0) {
      return found;
    }
    yield;
  }
  return -1;
}
