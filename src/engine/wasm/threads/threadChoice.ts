/**
 * Decides by trying whether all of a program's threads work on the next steps or the first one alone. Where
 * other processes keep the processor busy, where its cores are far apart or a network is small, threads cost
 * more than they gain. Bits do not depend on it.
 *
 * ```
 *   calls of the usual kind … │ two of the other │ the usual … │ two of the other │ …
 *                             └─ faster by a tenth, three times in a row: that is the usual kind from now on
 * ```
 */

/** Multiply–adds of a step below which waking another thread costs more than it gains. */
export const worthThreads = 500_000;

/** Milliseconds between trials: few at first, more after each trial that the other kind has not won. */
const [shortestWait, longestWait] = [200, 6400];
/**
 * Factors by which the wait grows: after a trial, and after one in which the other kind was clearly slower.
 */
const [longer, muchLonger] = [2, 4];

/** Calls of a trial, of which the faster counts: the first has to wake the other threads. */
const callsOfTrial = 2;

const trialsToWin = 3;
/** Times differ by chance. */
const clearlyFaster = 0.9;

export class ThreadChoice {
  readonly #now: () => number;
  #usesAll = true;
  /** Milliseconds of a step, in the latest call of the usual kind. */
  #usual = Number.NaN;
  /** Milliseconds of a step in the current trial. */
  #tried = Number.POSITIVE_INFINITY;
  #callsLeft = 0;
  #won = 0;
  #wait = shortestWait;
  #due = Number.NaN;
  #began = 0;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Whether the usual kind of call, outside of trials, uses all threads. */
  get usesAll(): boolean {
    return this.#usesAll;
  }

  /** Whether all threads take part in the call that begins now. */
  begin(): boolean {
    this.#began = this.#now();
    if (Number.isNaN(this.#due)) {
      this.#due = this.#began + this.#wait;
    }
    if (this.#callsLeft === 0 && this.#began >= this.#due && !Number.isNaN(this.#usual)) {
      this.#callsLeft = callsOfTrial;
      this.#tried = Number.POSITIVE_INFINITY;
    }
    return this.#callsLeft > 0 ? !this.#usesAll : this.#usesAll;
  }

  /** Must follow each call, with the steps it has done. */
  end(steps: number): void {
    const time = (this.#now() - this.#began) / Math.max(1, steps);
    if (this.#callsLeft === 0) {
      this.#usual = time;
      return;
    }
    this.#tried = Math.min(this.#tried, time);
    this.#callsLeft--;
    if (this.#callsLeft === 0) {
      this.#judge();
    }
  }

  #judge(): void {
    if (this.#tried < this.#usual * clearlyFaster) {
      this.#won++;
      this.#wait = shortestWait;
      // The next trial follows the next call of the usual kind.
      this.#due = this.#now();
    } else {
      this.#won = 0;
      const clearlySlower = this.#usual < this.#tried * clearlyFaster;
      this.#wait = Math.min(this.#wait * (clearlySlower ? muchLonger : longer), longestWait);
      this.#due = this.#now() + this.#wait;
    }
    this.#usual = Number.NaN;
    if (this.#won < trialsToWin) {
      return;
    }
    this.#won = 0;
    this.#usesAll = !this.#usesAll;
    this.#due = this.#now() + this.#wait;
  }
}
