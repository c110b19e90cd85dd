/** Holds the state after the best epoch of a training, for a checkpoint of it. */
import { isBetter, type Ranking, usualRanking } from '../common/ranking';
import { findNonFiniteTensor, type Trainer, type TrainerState } from '../engine';
import type { EpochRecord } from '../protocol/engine';

/** A network with more parameters has none: the state would take as much memory as the network itself. */
const mostParameters = 10_000_000;
/**
 * After a copy training goes on for at least so many times as long as the copy took. An epoch that is better
 * within that time is passed over: a quick network has thousands of them.
 */
const pauseShare = 100;
/** The least of such pauses, in milliseconds. */
const shortestPause = 5;
/** In a pause the clock is read ever more seldom, at least after so many epochs: that takes time, too. */
const mostUnread = 63;

export class BestState {
  readonly #trainer: Trainer;
  readonly #now: () => number;
  readonly #ranking: Ranking;
  /** Place of the ranking tag among the values of an epoch. */
  readonly #at: number;
  #held: { readonly value: number; readonly state: (lean: boolean) => TrainerState } | undefined;
  #taken = false;
  #pauseEnd = Number.NEGATIVE_INFINITY;
  /** Epochs that are passed over without a look at the clock: those left, and those of this turn. */
  #unread = 0;
  #unreadInTurn = 0;

  /** The trainer must not have begun. `now` is in milliseconds. */
  constructor(trainer: Trainer, ranking: Ranking | undefined, now: () => number) {
    this.#trainer = trainer;
    this.#now = now;
    this.#ranking = ranking ?? usualRanking(trainer.epochTags);
    const tooLarge = trainer.plan.network.parameterCount > mostParameters;
    this.#at = tooLarge ? -1 : trainer.epochTags.indexOf(this.#ranking.tag);
  }

  /** To be called after each epoch, before the next step. */
  observe({ values }: EpochRecord): void {
    if (this.#unread > 0) {
      this.#unread -= 1;
      return;
    }
    const value = values[this.#at]?.[1] ?? Number.NaN;
    if (!Number.isFinite(value) || (this.#held && !isBetter(value, this.#held.value, this.#ranking))) {
      return;
    }
    const start = this.#now();
    if (start < this.#pauseEnd) {
      this.#unreadInTurn = Math.min(mostUnread, 2 * this.#unreadInTurn + 1);
      this.#unread = this.#unreadInTurn;
      return;
    }
    this.#unreadInTurn = 0;
    this.#held = { value, state: this.#trainer.holdState() };
    this.#taken = false;
    const end = this.#now();
    this.#pauseEnd = end + Math.max(shortestPause, pauseShare * (end - start));
  }

  /** The state that is held. Undefined where it was taken before, or where it is not better than a value. */
  take(than: number | undefined): TrainerState | undefined {
    if (!this.#held || this.#taken || (than !== undefined && !isBetter(this.#held.value, than, this.#ranking))) {
      return undefined;
    }
    this.#taken = true;
    const state = this.#held.state(true);
    // The last update may have gone too far; the loss of the epoch was taken before it.
    return findNonFiniteTensor(state, this.#trainer) === undefined ? state : undefined;
  }
}
