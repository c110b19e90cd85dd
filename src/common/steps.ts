/**
 * Long work of the language service in short steps: a generator that yields wherever the editor may do other
 * work. `extension/language/turns.ts` spreads the steps over turns of the event loop.
 */
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
