/** The values of all finished epochs, in typed arrays: a run may have a million epochs. */
import type { TagValues } from '../common/tagValues';

export interface HistoryState {
  readonly length: number;
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

  snapshot(): HistoryState {
    const columns = [...this.#columns].map(([tag, values]) => [tag, values.slice(0, this.#length)] as const);
    return { length: this.#length, columns };
  }

  restore(state: HistoryState): void {
    this.#columns.clear();
    for (const [tag, values] of state.columns) {
      this.#columns.set(tag, values.slice());
    }
    this.#length = state.length;
  }
}
