/** The values of all finished epochs, in typed arrays: a run may have a million epochs. */
import type { TagValues } from '../common/tagValues';

/** A lean snapshot has the values of at most so many epochs. */
const leanEpochs = 20_000;

export interface HistoryState {
  readonly length: number;
  /** None in a lean snapshot of many epochs. */
  readonly columns: readonly (readonly [tag: string, values: Float64Array])[];
}

export class EpochHistory {
  readonly #columns = new Map<string, Float64Array>();
  #length = 0;

  /** Epochs finished. */
  get length(): number {
    return this.#length;
  }

  /** Adds an epoch. Every epoch has the same tags. */
  append(values: TagValues): void {
    for (const [tag, value] of values) {
      let column = this.#columns.get(tag);
      if (!column || column.length === this.#length) {
        const longer = new Float64Array(Math.max(16, 2 * this.#length));
        if (column) {
          longer.set(column);
        }
        column = longer;
        this.#columns.set(tag, column);
      }
      column[this.#length] = value;
    }
    this.#length++;
  }

  /** A tag's values in the first `epochs` epochs, or in all if there are fewer. Empty for an unknown tag. */
  valuesOf(tag: string, epochs: number): Float64Array {
    return this.#columns.get(tag)?.slice(0, Math.min(epochs, this.#length)) ?? new Float64Array(0);
  }

  /** The first epochs. A lean snapshot of very many has no values, which may be far larger than a network. */
  snapshot(length: number, lean = false): HistoryState {
    const columns = length === 0 || (lean && length > leanEpochs) ? [] : [...this.#columns];
    return { length, columns: columns.map(([tag, values]) => [tag, values.slice(0, length)] as const) };
  }

  /** Values that the state does not have are NaN. */
  restore(state: HistoryState, tags: readonly string[]): void {
    this.#columns.clear();
    for (const tag of tags) {
      const values = state.columns.find(([each]) => each === tag)?.[1];
      this.#columns.set(tag, values?.slice() ?? new Float64Array(state.length).fill(Number.NaN));
    }
    this.#length = state.length;
  }
}
