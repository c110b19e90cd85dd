/** In milliseconds. Longer steps are done by phases, since no message is received within a whole step. */
const longStep = 40;
/** In milliseconds. A whole step, which may be far faster, is tried if a step by phases took less. */
const longestTrial = 4 * longStep;
/** After this many steps by phases a whole one is tried again: the machine may have been busy before. */
const stepsUntilTrial = 64;

/**
 * Chooses whether a run trains by whole steps or by phases. Whole steps can be several times as fast, since
 * they need not write out gradients. Long steps are done by phases, so that messages are received in between.
 * So is the first step, whose time is unknown.
 */
export class Pace {
  #unit: 'step' | 'phase' = 'phase';
  #untilTrial = 1;
  /** Milliseconds that the current step has taken so far. */
  #time = 0;

  get unit(): 'step' | 'phase' {
    return this.#unit;
  }

  /** Notes how long a chunk took, and how many steps it finished. */
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
