/** Early stopping, and the weights that it keeps: those of the best epoch, and of a run that has ended with them, those of its last step. */
import type { EarlyStopping } from '../spec/spec';
import type { FloatArray } from './backend';
import { Watch } from './earlyStopping';
import type { LearnedTensors } from './learnedTensors';
import type { Pieces } from './pieces';
import type { EpochRecord, TrainerState } from './run';

export class BestWeights {
  readonly #learned: LearnedTensors;
  readonly #watch?: Watch;
  readonly #brings: boolean;
  #best?: readonly FloatArray[];
  #last?: readonly FloatArray[];

  /** Without early stopping nothing is watched, and nothing kept. */
  constructor(learned: LearnedTensors, earlyStopping: EarlyStopping | undefined) {
    this.#learned = learned;
    if (earlyStopping) {
      this.#watch = new Watch(earlyStopping);
    }
    this.#brings = earlyStopping?.restoreBest === true;
  }

  /** The weights of an epoch that is to be booked, where they are to be kept. */
  *weightsOf(record: EpochRecord): Pieces<readonly FloatArray[] | undefined> {
    return this.#brings && this.#watch?.isBest(record) ? yield* this.#learned.readAll() : undefined;
  }

  /** Books an epoch, with what `weightsOf` gave; true where the run is to stop. */
  observe(record: EpochRecord, weights: readonly FloatArray[] | undefined): boolean {
    this.#best = weights ?? this.#best;
    return this.#watch?.observe(record) ?? false;
  }

  /** At the run's end: the best weights take the place of the last. Once begun to be gone on with to its end. */
  *bringBack(): Pieces<void> {
    if (!this.#best) {
      return;
    }
    this.#last = yield* this.#learned.readAll();
    yield* this.#learned.writeAll(this.#best);
  }

  /** Of a run that is to have more epochs: the last weights take their place again. */
  *goOn(): Pieces<void> {
    if (this.#last) {
      yield* this.#learned.writeAll(this.#last);
    }
    this.#last = undefined;
  }

  snapshot(): Pick<TrainerState, 'watch' | 'best' | 'last'> {
    return {
      watch: this.#watch?.snapshot(),
      // Nobody writes to them any more.
      best: this.#best,
      last: this.#last,
    };
  }

  restore({ watch, best, last }: Pick<TrainerState, 'watch' | 'best' | 'last'>): void {
    if (watch) {
      this.#watch?.restore(watch);
    }
    this.#best = best?.map((values) => values.slice());
    this.#last = last?.map((values) => values.slice());
  }
}
