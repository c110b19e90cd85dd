/** Up to this epoch all are kept. */
export const keptWhole = 10_000;
/** Later, an epoch is kept if it is this much further than the one before. */
const growth = 1.0001;

/**
 * Chooses the epochs of a run that are sent and kept: all up to 10,000, then each 0.01 % further, so that a
 * million epochs take some 56,000. It goes by their numbers alone: another run of the same spec keeps the
 * same.
 */
export class KeptEpochs {
  #last = 0;

  /** Whether this epoch is kept. Epochs must rise; a smaller one begins another training. */
  keeps(epoch: number): boolean {
    if (epoch <= this.#last) {
      this.#last = 0;
    }
    const kept = epoch <= keptWhole || epoch >= this.#last * growth;
    if (kept) {
      this.#last = epoch;
    }
    return kept;
  }

  /** Goes on after this epoch, as if it had been asked for all up to there. */
  skipTo(epoch: number): void {
    this.#last = Math.min(epoch, keptWhole);
    for (;;) {
      const next = Math.max(keptWhole, Math.ceil(this.#last * growth));
      if (next > epoch) {
        return;
      }
      this.#last = next;
    }
  }
}
