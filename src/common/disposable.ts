/** Something that must be released. Its creator disposes of it, once. */
export interface Disposable {
  dispose(): void;
}

/** A disposable that runs `action` at its first disposal and never again. */
export function toDisposable(action: () => void): Disposable {
  let live = true;
  return {
    dispose: () => {
      if (live) {
        live = false;
        action();
      }
    },
  };
}

/** Disposes of all its items together, last added first. An item added after that is disposed of at once. */
export class DisposableStore implements Disposable {
  readonly #items: Disposable[] = [];
  #disposed = false;

  get disposed(): boolean {
    return this.#disposed;
  }

  add<T extends Disposable>(item: T): T {
    if (this.#disposed) {
      item.dispose();
    } else {
      this.#items.push(item);
    }
    return item;
  }

  /** Every item is disposed of even where one throws; the first error is thrown at the end. */
  dispose(): void {
    this.#disposed = true;
    const errors: unknown[] = [];
    for (let item = this.#items.pop(); item !== undefined; item = this.#items.pop()) {
      try {
        item.dispose();
      } catch (error) {
        errors.push(error);
      }
    }
    if (errors.length > 0) {
      throw errors[0];
    }
  }
}
