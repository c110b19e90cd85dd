/** Numbers for the lines that are shown: each keeps its own, and so its colour, while others come and go. */
export class Slots {
  readonly #slots = new Map<string, number>();

  /** Gives numbers to these lines, and takes those of all others back. */
  keep(keys: readonly string[]): void {
    const wanted = new Set(keys);
    for (const key of [...this.#slots.keys()]) {
      if (!wanted.has(key)) {
        this.#slots.delete(key);
      }
    }
    const taken = new Set(this.#slots.values());
    let next = 0;
    for (const key of keys) {
      if (!this.#slots.has(key)) {
        while (taken.has(next)) {
          next += 1;
        }
        this.#slots.set(key, next);
        taken.add(next);
      }
    }
  }

  /** Undefined for a line that is not shown. */
  of(key: string): number | undefined {
    return this.#slots.get(key);
  }
}
