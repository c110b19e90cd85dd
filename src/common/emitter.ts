/** Typed events: one emitter for each kind of event. Listeners are called in order of registration. */
import { type Disposable, toDisposable } from './disposable';

export type Listener<T> = (value: T) => void;
/** The public side of an emitter: others may listen, not fire. */
export type Event<T> = (listener: Listener<T>) => Disposable;

export class Emitter<T> implements Disposable {
  readonly #listeners = new Set<{ readonly call: Listener<T> }>();

  readonly event: Event<T> = (listener) => {
    // A new entry, so that the same function can be added twice and each disposable removes its own entry.
    const entry = { call: listener };
    this.#listeners.add(entry);
    return toDisposable(() => this.#listeners.delete(entry));
  };

  /**
   * Calls every listener, even where one throws; the first error is thrown at the end. Listeners that are
   * added or removed meanwhile count from the next event on.
   */
  fire(value: T): void {
    const errors: unknown[] = [];
    for (const entry of [...this.#listeners]) {
      try {
        entry.call(value);
      } catch (error) {
        errors.push(error);
      }
    }
    if (errors.length > 0) {
      throw errors[0];
    }
  }

  dispose(): void {
    this.#listeners.clear();
  }
}
