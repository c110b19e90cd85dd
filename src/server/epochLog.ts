import type { EpochRecord } from '../protocol/engine';

/** Up to this many waiting epochs are sent as they are; more are thinned. */
export const sentWhole = 256;
const maxBuckets = 32;

/**
 * Epochs that wait to be sent. A small network does tens of thousands of epochs between two events. Of those
 * only the first and last of each bucket and the extremes of every tag are sent, unchanged.
 */
export class EpochLog {
  readonly #every: boolean;
  #records: EpochRecord[] = [];

  /** `every`: nothing is thinned. */
  constructor(every: boolean) {
    this.#every = every;
  }

  push({ epoch, step, values }: EpochRecord): void {
    this.#records.push({ epoch, step, values });
  }

  /** Takes the waiting epochs out, oldest first. */
  take(): readonly EpochRecord[] {
    const records = this.#records;
    this.#records = [];
    return this.#every || records.length <= sentWhole ? records : thin(records, maxBuckets);
  }
}

/** The first and last record of each bucket, and those with the extremes of every tag. */
export function thin(records: readonly EpochRecord[], buckets: number): EpochRecord[] {
  const kept: EpochRecord[] = [];
  const size = Math.ceil(records.length / buckets);
  for (let from = 0; from < records.length; from += size) {
    const to = Math.min(from + size, records.length);
    const chosen = new Set([from, to - 1]);
    for (let tag = 0; tag < records[from].values.length; tag += 1) {
      const valueAt = (index: number) => records[index].values[tag][1];
      let lowest = from;
      let highest = from;
      for (let i = from + 1; i < to; i += 1) {
        if (valueAt(i) < valueAt(lowest)) {
          lowest = i;
        }
        if (valueAt(i) > valueAt(highest)) {
          highest = i;
        }
      }
      chosen.add(lowest).add(highest);
    }
    kept.push(...[...chosen].sort((a, b) => a - b).map((index) => records[index]));
  }
  return kept;
}
