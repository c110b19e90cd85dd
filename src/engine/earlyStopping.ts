/** Early stopping: watches one value per epoch, as Keras' callback does. */
import type { TagValues } from '../common/tagValues';
import { higherIsBetter } from '../spec/catalogue/metrics';
import type { EarlyStopping } from '../spec/spec';

export interface WatchState {
  readonly best: number;
  /** Epoch of the best value; 0 before the first. */
  readonly bestEpoch: number;
  /** Epochs in a row without a better value. */
  readonly waited: number;
}

interface Epoch {
  readonly epoch: number;
  readonly values: TagValues;
}

export class Watch {
  readonly #options: EarlyStopping;
  readonly #sign: number;
  #best = Number.POSITIVE_INFINITY;
  #bestEpoch = 0;
  #waited = 0;

  constructor(options: EarlyStopping) {
    this.#options = options;
    this.#sign = higherIsBetter(options.monitor) ? -1 : 1;
  }

  /** Whether the epoch's value is the best so far, by more than `minDelta`. */
  isBest(record: Epoch): boolean {
    return this.#costOf(record) < this.#best - this.#options.minDelta;
  }

  /** Notes the epoch. True where patience has run out. */
  observe(record: Epoch): boolean {
    if (this.isBest(record)) {
      this.#best = this.#costOf(record);
      this.#bestEpoch = record.epoch;
      this.#waited = 0;
    } else {
      this.#waited++;
    }
    return this.#waited > 0 && this.#waited >= this.#options.patience;
  }

  #costOf({ values }: Epoch): number {
    const { monitor } = this.#options;
    const value = values.find(([tag]) => tag === monitor)?.[1];
    if (value === undefined) {
      throw new Error(`Early stopping monitors ${monitor}, which no epoch has: check the spec.`);
    }
    return this.#sign * value;
  }

  snapshot(): WatchState {
    return { best: this.#best, bestEpoch: this.#bestEpoch, waited: this.#waited };
  }

  restore(state: WatchState): void {
    this.#best = state.best;
    this.#bestEpoch = state.bestEpoch;
    this.#waited = state.waited;
  }
}
