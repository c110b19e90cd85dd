import { KeptEpochs } from '../common/keptEpochs';
import type { EpochRecord } from '../protocol/engine';

/**
 * Epochs that wait to be sent. A small network does tens of thousands of epochs between two events: after
 * many only some are sent, and always the newest.
 */
export class EpochLog {
  readonly #every: boolean;
  readonly #kept = new KeptEpochs();
  #records: EpochRecord[] = [];
  /** The newest epoch, where it is not among the records. */
  #newest: EpochRecord | undefined;

  /** `every`: all are sent. */
  constructor(every: boolean) {
    this.#every = every;
  }

  /** A training begins in which so many epochs are done already. */
  begin(epochs: number): void {
    this.#kept.skipTo(epochs);
  }

  push({ epoch, step, values }: EpochRecord): void {
    const record = { epoch, step, values };
    const kept = this.#every || this.#kept.keeps(epoch);
    this.#newest = kept ? undefined : record;
    if (kept) {
      this.#records.push(record);
    }
  }

  /** Takes the waiting epochs out, oldest first. */
  take(): readonly EpochRecord[] {
    const records = this.#newest ? [...this.#records, this.#newest] : this.#records;
    this.#records = [];
    this.#newest = undefined;
    return records;
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
