import type { Steps } from '../../common/steps';

/** Milliseconds of work in one turn of the event loop, whoever does it; between two turns the host may do other work. */
export const stretch = 5;

/** When the work of this turn has to end; undefined before it has begun. */
let end: number | undefined;
const waiting: (() => void)[] = [];

/** Begins the turn's work, if nobody has, and the next turn after it. */
function endOfTurn(): number {
  if (end === undefined) {
    end = performance.now() + stretch;
    setTimeout(beginTurn, 0);
  }
  return end;
}

function beginTurn(): void {
  end = undefined;
  waiting.shift()?.();
  // One goes on in each turn: many features ask at once when a file has been read.
  if (waiting.length > 0) {
    endOfTurn();
  }
}

function nextTurn(): Promise<void> {
  return new Promise((done) => waiting.push(done));
}

/** Runs steps to their end, a stretch at a time. Undefined where `isStale` said that nobody waits any more. */
export async function inSlices<T>(steps: Steps<T>): Promise<T>;
export async function inSlices<T>(steps: Steps<T>, isStale: () => boolean): Promise<T | undefined>;
export async function inSlices<T>(steps: Steps<T>, isStale = () => false): Promise<T | undefined> {
  for (;;) {
    if (performance.now() > endOfTurn()) {
      await nextTurn();
      if (isStale()) {
        return undefined;
      }
      continue;
    }
    const step = steps.next();
    if (step.done) {
      return step.value;
    }
  }
}
