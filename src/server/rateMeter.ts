/** The rate is measured over this span, or a longer one where that holds few steps. */
const spanMilliseconds = 1000;
/** At least this many steps are measured, however long they take: a single one says little about the next. */
const minSteps = 8;
/** Over a shorter span no rate is given. */
const minMilliseconds = 100;

/**
 * Steps per second over about the last second in which the run was running. Where steps take long, over the
 * last few. Within a long step the rate stays as it was.
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
    while (samples.length > 2 && at - samples[1].at >= spanMilliseconds && step - samples[1].step >= minSteps) {
      samples.shift();
    }
  }

  /** For a run that was paused: forgets all measurements. */
  reset(): void {
    this.#samples.length = 0;
  }

  /** 0 until it was measured. */
  get rate(): number {
    const first = this.#samples.at(0);
    const last = this.#samples.at(-1);
    if (!first || !last || last.at - first.at < minMilliseconds) {
      return 0;
    }
    return ((last.step - first.step) * 1000) / (last.at - first.at);
  }
}
