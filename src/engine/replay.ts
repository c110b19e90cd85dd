/** Interventions of an earlier run, which are done again at the same places. */
import type { Replayed } from './run';

export class Replay {
  readonly #left: Replayed[];

  constructor(interventions: readonly Replayed[] = []) {
    this.#left = [...interventions];
  }

  /** The step of the next one; infinite after the last. */
  get nextStep(): number {
    return this.#left[0]?.step ?? Number.POSITIVE_INFINITY;
  }

  /** Takes out the next one if its place is reached. */
  takeDue(step: number, epochs: number): Replayed | undefined {
    const next = this.#left[0];
    return next && next.step <= step && next.epochs <= epochs ? this.#left.shift() : undefined;
  }
}
