/**
 * A cache of promises by key that keeps the most recently used. A promise that rejects, or whose result is
 * not to be kept, is dropped, so that the next request computes it again.
 */
export class RecentResults<Result> {
  readonly #capacity: number;
  readonly #isKept: (result: Result) => boolean;
  readonly #results = new Map<string, Promise<Result>>();

  /** Keeps at most `capacity` results, and only those that `isKept` accepts. */
  constructor(capacity: number, isKept: (result: Result) => boolean = () => true) {
    this.#capacity = capacity;
    this.#isKept = isKept;
  }

  has(key: string): boolean {
    return this.#results.has(key);
  }

  /** The cached promise, pending or not; without one, that of `find`. */
  get(key: string, find: () => Promise<Result>): Promise<Result> {
    return this.set(key, this.#results.get(key) ?? find());
  }

  /** Stores a result as the most recently used. */
  set(key: string, result: Promise<Result>): Promise<Result> {
    const isNew = this.#results.get(key) !== result;
    this.#results.delete(key);
    this.#results.set(key, result);
    for (const oldest of this.#results.keys()) {
      if (this.#results.size <= this.#capacity) {
        break;
      }
      this.#results.delete(oldest);
    }
    if (isNew) {
      // Another result may have replaced it meanwhile.
      const drop = () => this.#results.get(key) === result && this.#results.delete(key);
      void result.then((found) => this.#isKept(found) || drop(), drop);
    }
    return result;
  }
}
