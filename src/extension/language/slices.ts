import type { Steps } from '../../common/steps';

/** Milliseconds of work at a stretch; between two stretches the host may do other work. */
const stretch = 10;

/** Runs steps to their end, a stretch at a time. Undefined where `isStale` said that nobody waits any more. */
export async function inSlices<T>(steps: Steps<T>): Promise<T>;
export async function inSlices<T>(steps: Steps<T>, isStale: () => boolean): Promise<T | undefined>;
export async function inSlices<T>(steps: Steps<T>, isStale = () => false): Promise<T | undefined> {
  let pause = performance.now() + stretch;
  for (;;) {
    const step = steps.next();
    if (step.done) {
      return step.value;
    }
    if (performance.now() > pause) {
      await new Promise((done) => setTimeout(done, 0));
      if (isStale()) {
        return undefined;
      }
      pause = performance.now() + stretch;
    }
  }
}
