/** Steps that take longer, in milliseconds, are done in pieces, so that a stop never waits for one. */
const longStep = 40;
/** Milliseconds before a step's updates from which on a whole one is not tried: pieces are somewhat slower there, too. */
const mostBefore = 1.25 * longStep;
/** So many times longer a step takes in pieces at most: every gradient is written out, and a tiny network is worked on layer by layer. */
const mostSlowdown = 4;
/** Steps in pieces after which whole ones are tried again: the machine may have been busy. */
const trialEvery = 64;
/** With so many steps grows the belief that whole ones would be quicker than they were when they were last tried. */
const hope = 1.25;

/**
 * Chooses how steps are done: whole, which is the fast way, or in pieces. How long one takes is not known before the first, which is
 * therefore done in pieces; whole ones are tried where they could be short, and where they were not, only once they could be after all.
 * What a whole step can save is of its updates, which it makes of gradients that it need not write out: where all else takes long, it
 * is never tried.
 */
export class Pace {
  /** How many times longer a step takes in pieces at most. */
  readonly #most: number;
  #inPieces = true;
  /** Steps in pieces until whole ones are tried. */
  #untilTrial = 1;
  /** How many times longer a step may take in pieces. */
  #slowdown: number;
  /** Milliseconds of the step in pieces before the whole one that is the trial. */
  #tried: number | undefined;
  /** Whole steps in a row that were long: one may have had to share the processor. */
  #long = 0;
  /** Milliseconds that the step under way has taken so far, and those of them before its updates. */
  #time = 0;
  #before = 0;

  /** `plain`: a whole step is its pieces one after the other, and takes as long as they do. */
  constructor(plain = false) {
    this.#most = plain ? 1 : mostSlowdown;
    this.#slowdown = this.#most;
  }

  get inPieces(): boolean {
    return this.#inPieces;
  }

  /** What a stretch of work took, and how many steps were done in it; `updating` where it began within the updates of one. */
  note(milliseconds: number, steps: number, updating = false): void {
    this.#time += milliseconds;
    if (!updating) {
      this.#before += milliseconds;
    }
    if (steps === 0) {
      return;
    }
    const each = this.#time / steps;
    const before = this.#before / steps;
    this.#time = 0;
    this.#before = 0;
    if (this.#inPieces) {
      this.#notePieces(each, before);
    } else {
      this.#noteWhole(each);
    }
  }

  #notePieces(each: number, before: number): void {
    this.#untilTrial--;
    if (this.#untilTrial > 0) {
      return;
    }
    if (each < this.#slowdown * longStep && before < mostBefore) {
      this.#inPieces = false;
      this.#tried = each;
    } else if (this.#untilTrial % trialEvery === 0) {
      this.#slowdown = Math.min(this.#most, this.#slowdown * hope);
    }
  }

  #noteWhole(each: number): void {
    this.#long = each > longStep ? this.#long + 1 : 0;
    const most = this.#tried === undefined ? 2 : 1;
    if (this.#long >= most) {
      if (this.#tried !== undefined) {
        this.#slowdown = Math.min(this.#most, Math.max(1, this.#tried / each));
      }
      this.#inPieces = true;
      this.#untilTrial = trialEvery;
      this.#long = 0;
    }
    this.#tried = undefined;
  }
}
