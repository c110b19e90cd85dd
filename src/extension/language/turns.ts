/** Spreads long work over turns of the event loop, so that the extension host stays responsive. */
import type { Steps } from '../../common/steps';

/** Milliseconds of work per turn of the event loop, for all callers together. */
export const turnLength = 5;

/** Time at which the work of this turn must end; undefined before it has begun. */
let end: number | undefined;
const waiting: (() => void)[] = [];

/** The end of this turn's work. The first call begins the work and schedules the next turn. */
function endOfTurn(): number {
  if (end === undefined) {
    end = performance.now() + turnLength;
    setTimeout(beginTurn, 0);
  }
  return end;
}

function beginTurn(): void {
  end = undefined;
  waiting.shift()?.();
  // One caller continues per turn, since many may be waiting for the same file.
  if (waiting.length > 0) {
    endOfTurn();
  }
}

/** Waits for a turn with time left. For short work that many callers do at once. */
export async function freeTurn(): Promise<void> {
  while (performance.now() > endOfTurn()) {
    await new Promise<void>((done) => waiting.push(done));
  }
}

/** Runs steps to their end, over as many turns as they need. Undefined if `isStale` became true meanwhile. */
export async function inTurns<T>(steps: Steps<T>): Promise<T>;
export async function inTurns<T>(steps: Steps<T>, isStale: () => boolean): Promise<T | undefined>;
export async function inTurns<T>(steps: Steps<T>, isStale = () => false): Promise<T | undefined> {
  for (;;) {
    if (performance.now() > endOfTurn()) {
      await freeTurn();
      if (isStale()) {
        return undefined;
      }
    }
    const step = steps.next();
    if (step.done) {
      return step.value;
    }
  }
}
