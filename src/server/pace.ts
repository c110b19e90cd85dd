/** Steps that take longer, in milliseconds, are done in pieces, so that a stop never waits for one. */
const longStep = 40;
/** A step takes longer in pieces, on one thread and with every gradient written out; beyond this many times it would be long whole, too. */
const slowdown = 4;
/** Steps in pieces after which whole ones are tried again: the machine may have been busy. */
const trialEvery = 64;

/**
 * Chooses how steps are done: whole, which is the fast way, or in pieces. How long one takes is not known before the first, which is
 * therefore done in pieces.
 */
export class Pace {
  #inPieces = true;
  /** Steps in pieces until whole ones are tried. */
  #untilTrial = 1;
  /** Whole steps in a row that were long: one may have had to share the processor. */
  #long = 0;
  /** Milliseconds that the step under way has taken so far. */
  #time = 0;

  get inPieces(): boolean {
    return this.#inPieces;
  }

  /** What a stretch of work took, and how many steps were done in it. */
  note(milliseconds: number, steps: number): void {
    this.#time += milliseconds;
    if (steps === 0) return;
    const each = this.#time / steps;
    this.#time = 0;
    if (this.#inPieces) {
      this.#untilTrial--;
      if (this.#untilTrial <= 0 && each < slowdown * longStep) this.#inPieces = false;
      return;
    }
    this.#long = each > longStep ? this.#long + 1 : 0;
    if (this.#long >= 2) {
      this.#inPieces = true;
      this.#untilTrial = trialEvery;
      this.#long = 0;
    }
  }
}
