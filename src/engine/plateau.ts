/** Lowers the learning rate when a watched value stops improving, by PyTorch's rules. */

import { higherIsBetter } from '../spec/catalogue/metrics';
import type { Thing } from '../spec/spec';

export interface PlateauState {
  /** Product of all cuts so far. The rate is multiplied by it. */
  readonly factor: number;
  readonly best: number;
  /** Epochs in a row without a better value. */
  readonly waited: number;
}

/** A cut that would change the rate by less is not made. */
const smallestCut = 1e-8;

export class Plateau {
  readonly monitor: string;
  readonly #rate: number;
  readonly #cut: number;
  readonly #patience: number;
  readonly #threshold: number;
  readonly #higher: boolean;
  #factor = 1;
  #best: number;
  #waited = 0;

  /** `rate` is the optimizer's own learning rate. */
  constructor({ parameters }: Thing, rate: number) {
    this.monitor = parameters.monitor as string;
    this.#rate = rate;
    this.#cut = parameters.factor as number;
    this.#patience = parameters.patience as number;
    this.#threshold = parameters.threshold as number;
    this.#higher = higherIsBetter(this.monitor);
    this.#best = this.#higher ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  }

  get factor(): number {
    return this.#factor;
  }

  /** Notes an epoch's value. It is an improvement if it passes the best by the relative threshold. */
  observe(value: number): void {
    const improved = this.#higher
      ? value > this.#best * (1 + this.#threshold)
      : value < this.#best * (1 - this.#threshold);
    if (improved) {
      this.#best = value;
      this.#waited = 0;
    } else {
      this.#waited++;
    }
    if (this.#waited <= this.#patience) {
      return;
    }
    this.#waited = 0;
    if (this.#rate * this.#factor * (1 - this.#cut) > smallestCut) {
      this.#factor *= this.#cut;
    }
  }

  snapshot(): PlateauState {
    return { factor: this.#factor, best: this.#best, waited: this.#waited };
  }

  restore({ factor, best, waited }: PlateauState): void {
    this.#factor = factor;
    this.#best = best;
    this.#waited = waited;
  }
}
