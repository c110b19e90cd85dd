/** Typed events: one emitter for each kind of event; listeners are called in the order in which they came. */
import { type Disposable, toDisposable } from './disposable';

export type Listener<T> = (value: T) => void;
/** What an owner shows to others: they may listen, not fire. */
export type Event<T> = (listener: Listener<T>) => Disposable;

export class Emitter<T> implements Disposable {
  readonly #listeners = new Set<{ readonly call: Listener<T> }>();

  readonly event: Event<T> = (listener) => {
    // A fresh entry, so that the same function may listen twice and each disposable ends its own listening.
    const entry = { call: listener };
    this.#listeners.add(entry);
    return toDisposable(() => this.#listeners.delete(entry));
  };

  get hasListeners(): boolean {
    return this.#listeners.size > 0;
  }

  /** Listeners added or removed meanwhile take effect with the next event. A throwing listener does not starve the others. */
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
