import type { Disposable } from '../../common/disposable';
import { type Answers, isMeasurement, type Measurement, type Questions } from '../../protocol/measurements';
import type { Run } from '../runs/run';
import { inBackground } from '../words/background';

/** Milliseconds between two rounds of probes. A small network is measured in less than one. */
const [interval, shortInterval] = [150, 40];
/** Learned numbers of a small network. */
const fewParameters = 2000;
/** How often a run is judged while it trains. */
const judgements = 10;

/** Has measured what a panel's visible views show, one thing at a time, whenever the run has changed. */
export class Prober implements Disposable {
  readonly #run: Run;
  /** The question and the state of the network at which it was asked last. */
  readonly #asked = new Map<Measurement, string>();
  #questions: Questions = {};
  #timer: ReturnType<typeof setTimeout> | undefined;
  #busy = false;
  #disposed = false;

  constructor(run: Run) {
    this.#run = run;
  }

  /** Sets what the visible views show; nothing while the panel is hidden. */
  watch(questions: Questions): void {
    this.#questions = questions;
    this.touch();
  }

  /** Schedules a round of probes. */
  touch(): void {
    if (!this.#timer && !this.#busy && !this.#disposed && this.#wanted.length > 0) {
      this.#timer = setTimeout(() => {
        this.#timer = undefined;
        inBackground(this.#round());
      }, this.#interval);
    }
  }

  dispose(): void {
    this.#disposed = true;
    clearTimeout(this.#timer);
  }

  /** Identifies the state of the network: if it differs, a probe gives other numbers. */
  get #position(): string {
    const { network, details } = this.#run;
    return `${details.progress?.step}/${details.progress?.state}/${network}`;
  }

  /** That for a measurement. A judge may take long, so a running network is judged a few times only. */
  #positionOf(name: Measurement): string {
    const { state, epoch = 0, epochs = 1 } = this.#run.details.progress ?? {};
    return name === 'verdict' && state === 'running'
      ? `running/${Math.floor((judgements * epoch) / epochs)}`
      : this.#position;
  }

  get #interval(): number {
    const { parameters = Number.POSITIVE_INFINITY } = this.#run.details.started ?? {};
    return parameters <= fewParameters ? shortInterval : interval;
  }

  get #wanted(): readonly Measurement[] {
    return Object.keys(this.#questions).filter(isMeasurement);
  }

  #isKnown(name: Measurement): boolean {
    return this.#asked.get(name) === this.#keyOf(name);
  }

  #keyOf(name: Measurement): string {
    return `${this.#positionOf(name)}/${JSON.stringify(this.#questions[name])}`;
  }

  async #round(): Promise<void> {
    this.#busy = true;
    for (const name of this.#wanted) {
      if (this.#disposed || !this.#run.hasEngine || this.#isKnown(name)) {
        continue;
      }
      this.#asked.set(name, this.#keyOf(name));
      const reply = await this.#run.ask('measure', { questions: { [name]: this.#questions[name] } });
      const answer = 'ok' in reply ? reply.ok[name] : undefined;
      if (answer && 'ok' in answer && answer.ok && !this.#disposed) {
        this.#run.keepAnswers({ [name]: answer.ok } as Answers);
      }
    }
    this.#busy = false;
    // The run may have changed meanwhile.
    if (this.#run.hasEngine && this.#wanted.some((name) => !this.#isKnown(name))) {
      this.touch();
    }
  }
}
