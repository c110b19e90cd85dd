/** Long work in short steps: a generator that yields wherever others may have their turn, and returns what it made. */
export type Steps<T> = Generator<undefined, T>;

/** Takes all steps at once. */
export function takeAll<T>(steps: Steps<T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}
