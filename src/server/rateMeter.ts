/** Span over which the rate is measured, unless it holds few steps. */
const spanMilliseconds = 1000;
/** So many steps are looked at, however long they take: a single one says little of the next. */
const leastSteps = 8;
/** Below this span a rate would be a guess. */
const leastMilliseconds = 100;

/**
 * Steps a second over about the last second, of the times when the run was running; where a step takes long, over the last few. Within a
 * long step it stays what it was.
 */
export class RateMeter {
  readonly #samples: { readonly at: number; readonly step: number }[] = [];

  /** Notes the step reached at a time in milliseconds. */
  observe(at: number, step: number): void {
    const samples = this.#samples;
    if (samples.at(-1)?.step === step) {
      return;
    }
    samples.push({ at, step });
    while (samples.length > 2 && at - samples[1].at >= spanMilliseconds && step - samples[1].step >= leastSteps) {
      samples.shift();
    }
  }

  /** The run was held: what was measured before says nothing of what comes. */
  reset(): void {
    this.#samples.length = 0;
  }

  /** 0 until it was measured. */
  get rate(): number {
    const first = this.#samples.at(0);
    const last = this.#samples.at(-1);
    if (!first || !last || last.at - first.at < leastMilliseconds) {
      return 0;
    }
    return ((last.step - first.step) * 1000) / (last.at - first.at);
  }
}
