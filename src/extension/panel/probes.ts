import type { Disposable } from '../../common/disposable';
import type { Probes, View } from '../../protocol/panel';
import type { Run } from '../runs/run';
import { inBackground } from '../words/background';

/** Milliseconds between two rounds of probes. */
const interval = 150;
/** How often a run is judged while it trains. */
const judgements = 10;
/** Points along each axis of the decision boundary or the curve. */
const resolution = 64;

/** Requests probes for a panel's visible views, one at a time, whenever the run has changed. */
export class Prober implements Disposable {
  readonly #run: Run;
  readonly #probed = new Map<View, string>();
  #views: readonly View[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  #busy = false;
  #disposed = false;

  constructor(run: Run) {
    this.#run = run;
  }

  /** Sets the visible views; none while the panel is hidden. */
  watch(views: readonly View[]): void {
    this.#views = views;
    this.touch();
  }

  /** Schedules a round of probes. */
  touch(): void {
    if (!this.#timer && !this.#busy && !this.#disposed && this.#views.length > 0) {
      this.#timer = setTimeout(() => {
        this.#timer = undefined;
        inBackground(this.#round());
      }, interval);
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

  /** That for a view. A judge may measure for long, so a running network is judged a few times only. */
  #positionOf(view: View): string {
    const { state, epoch = 0, epochs = 1 } = this.#run.details.progress ?? {};
    return view === 'verdict' && state === 'running'
      ? `running/${Math.floor((judgements * epoch) / epochs)}`
      : this.#position;
  }

  async #round(): Promise<void> {
    this.#busy = true;
    for (const view of this.#views) {
      const position = this.#positionOf(view);
      if (this.#disposed || !this.#run.hasEngine || this.#probed.get(view) === position) {
        continue;
      }
      this.#probed.set(view, position);
      const probes = await this.#probe(view);
      if (probes && !this.#disposed) {
        this.#run.keepProbes(probes);
      }
    }
    this.#busy = false;
    // The run may have changed during the probes.
    if (this.#run.hasEngine && this.#views.some((view) => this.#probed.get(view) !== this.#positionOf(view))) {
      this.touch();
    }
  }

  async #probe(view: View): Promise<Probes | undefined> {
    switch (view) {
      case 'activations': {
        const reply = await this.#run.ask('probeActivations', null);
        return 'ok' in reply ? { activations: reply.ok } : undefined;
      }
      case 'surface': {
        const reply = await this.#run.ask('probeSurface', { resolution });
        return 'ok' in reply ? { surface: reply.ok } : undefined;
      }
      case 'gradients': {
        const reply = await this.#run.ask('probeGradients', null);
        return 'ok' in reply ? { gradients: reply.ok } : undefined;
      }
      case 'confusion': {
        const part = this.#run.details.started?.samples.validation ? 'validation' : 'train';
        const reply = await this.#run.ask('confusion', { part });
        return 'ok' in reply ? { confusion: reply.ok } : undefined;
      }
      case 'verdict': {
        // The end of a run brings its verdict.
        const reply = this.#run.details.ended ? undefined : await this.#run.ask('probeVerdict', null);
        return reply && 'ok' in reply && reply.ok ? { verdict: reply.ok } : undefined;
      }
    }
  }
}
