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

/** Does an intervention again. */
export function doAgain(
  { weights, file, value, tensor, index }: Replayed,
  trainer: {
    setWeights(weights: ReadonlyMap<string, ArrayLike<number>>, file?: string): void;
    setWeight(tensor: string, index: number, value: number): void;
    setLearningRate(value: number): void;
  },
): void {
  if (weights) {
    trainer.setWeights(weights, file);
  } else if (value !== undefined && tensor !== undefined && index !== undefined) {
    trainer.setWeight(tensor, index, value);
  } else if (value !== undefined) {
    trainer.setLearningRate(value);
  }
}
