/** Results by key, each found once. Those that were asked for last are kept; one that failed, or that is not to last, is found anew. */
export class RecentResults<Result> {
  readonly #most: number;
  readonly #lasts: (result: Result) => boolean;
  readonly #results = new Map<string, Promise<Result>>();

  /** `most` results are kept at a time. */
  constructor(most: number, lasts: (result: Result) => boolean = () => true) {
    this.#most = most;
    this.#lasts = lasts;
  }

  has(key: string): boolean {
    return this.#results.has(key);
  }

  /** What is kept of a key, or what `find` then finds, which may still be under way. */
  get(key: string, find: () => Promise<Result>): Promise<Result> {
    return this.set(key, this.#results.get(key) ?? find());
  }

  /** Keeps a result as the one that was asked for last. */
  set(key: string, result: Promise<Result>): Promise<Result> {
    const isNew = this.#results.get(key) !== result;
    this.#results.delete(key);
    this.#results.set(key, result);
    for (const oldest of this.#results.keys()) {
      if (this.#results.size <= this.#most) {
        break;
      }
      this.#results.delete(oldest);
    }
    if (isNew) {
      // Another one may have taken its place by then.
      const drop = () => this.#results.get(key) === result && this.#results.delete(key);
      void result.then((found) => this.#lasts(found) || drop(), drop);
    }
    return result;
  }
}
