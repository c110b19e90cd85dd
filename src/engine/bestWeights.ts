/**
 * Early stopping and the weights that it keeps: those of the best epoch and, once a run has ended with them,
 * those of its last step.
 */
import type { EarlyStopping } from '../spec/spec';
import type { FloatArray } from './backend';
import { Watch } from './earlyStopping';
import type { LearnedTensors } from './learnedTensors';
import type { EpochRecord, TrainerState } from './run';

export class BestWeights {
  readonly #learned: LearnedTensors;
  readonly #watch?: Watch;
  readonly #restoresBest: boolean;
  #best?: readonly FloatArray[];
  #last?: readonly FloatArray[];

  /** Without early stopping it keeps nothing. */
  constructor(learned: LearnedTensors, earlyStopping: EarlyStopping | undefined) {
    this.#learned = learned;
    if (earlyStopping) {
      this.#watch = new Watch(earlyStopping);
    }
    this.#restoresBest = earlyStopping?.restoreBest === true;
  }

  /** Notes an epoch, and keeps its weights if it is the best so far. True where the run is to stop. */
  observe(record: EpochRecord): boolean {
    if (!this.#watch) {
      return false;
    }
    if (this.#restoresBest && this.#watch.isBest(record)) {
      this.#best = this.#learned.readAll();
    }
    return this.#watch.observe(record);
  }

  /** At the run's end: the best weights replace the last. */
  restoreBest(): void {
    if (this.#best) {
      this.#last = this.#learned.readAll();
      this.#learned.writeAll(this.#best);
    }
  }

  /** The epoch whose weights the run has ended with; undefined if they are those of its last step. */
  get keptEpoch(): number | undefined {
    return this.#last && this.#watch?.snapshot().bestEpoch;
  }

  /** For a run that gets more epochs: the last weights replace the best again. */
  restoreLast(): void {
    if (this.#last) {
      this.#learned.writeAll(this.#last);
    }
    this.#last = undefined;
  }

  snapshot(): Pick<TrainerState, 'watch' | 'best' | 'last'> {
    return {
      watch: this.#watch?.snapshot(),
      // Not copied, since these arrays never change.
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
