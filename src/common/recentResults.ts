/**
 * A cache of promises by key. It keeps the results that were asked for last. A result that failed, or that is
 * not to be kept, is computed again.
 */
export class RecentResults<Result> {
  readonly #capacity: number;
  readonly #isKept: (result: Result) => boolean;
  readonly #results = new Map<string, Promise<Result>>();

  /** Keeps at most `capacity` results, of which those that `isKept` accepts. */
  constructor(capacity: number, isKept: (result: Result) => boolean = () => true) {
    this.#capacity = capacity;
    this.#isKept = isKept;
  }

  has(key: string): boolean {
    return this.#results.has(key);
  }

  /** The cached result, or that of `find`, which may still be under way. */
  get(key: string, find: () => Promise<Result>): Promise<Result> {
    return this.set(key, this.#results.get(key) ?? find());
  }

  /** Marks a result as the one asked for last. */
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
      // By then another result may have replaced it.
      const drop = () => this.#results.get(key) === result && this.#results.delete(key);
      void result.then((found) => this.#isKept(found) || drop(), drop);
    }
    return result;
  }
}
