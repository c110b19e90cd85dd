/** Long work of the language service takes turns with everything else that the extension host does. */
import type { Steps } from '../../common/steps';

/** Milliseconds of work in one turn of the event loop, for all who work at once. */
export const turnLength = 5;

/** When the work of this turn has to end; undefined before it has begun. */
let end: number | undefined;
const waiting: (() => void)[] = [];

/** Begins the turn's work, if nobody has, and schedules the next turn. */
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
  // One goes on in each turn: many features ask at once when a file has been read.
  if (waiting.length > 0) {
    endOfTurn();
  }
}

/** Waits until a turn has time left: before work that is short, but done by many at once. */
export async function freeTurn(): Promise<void> {
  while (performance.now() > endOfTurn()) {
    await new Promise<void>((done) => waiting.push(done));
  }
}

/** Runs steps to their end, over as many turns as they need. Undefined where `isStale` became true on the way. */
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
