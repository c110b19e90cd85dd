/** In milliseconds. While a whole step takes longer, no message is heard. */
const longStep = 40;
/** In milliseconds. A whole step is tried where one by phases took less: it will hardly take longer. */
const longestTrial = 4 * longStep;
/** Steps by phases after which a whole one is tried again: the machine may have been busy before. */
const stepsUntilTrial = 64;

/**
 * Chooses whether a run goes on by whole steps or by phases. Messages are heard only in between, so that long
 * steps are done by phases. Whole steps are preferred: they can be several times as fast, since they need not
 * write out gradients. The first step is done by phases, since nobody knows how long it takes.
 */
export class Pace {
  #unit: 'step' | 'phase' = 'phase';
  #untilTrial = 1;
  /** Milliseconds that the step under way has taken so far. */
  #time = 0;

  get unit(): 'step' | 'phase' {
    return this.#unit;
  }

  /** Takes in how long the last work took, and how many steps it finished. */
  note(milliseconds: number, steps: number): void {
    this.#time += milliseconds;
    if (steps === 0) {
      return;
    }
    const each = this.#time / steps;
    this.#time = 0;
    this.#untilTrial--;
    if (this.#unit === 'phase' && this.#untilTrial <= 0 && each < longestTrial) {
      this.#unit = 'step';
    } else if (this.#unit === 'step' && each > longStep) {
      this.#unit = 'phase';
      this.#untilTrial = stepsUntilTrial;
    }
  }
}
