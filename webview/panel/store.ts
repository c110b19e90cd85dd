/** The panel's copy of the run: hydrated once, then updated by increments of the host's run store. */
import { isActive, type LayerInfo } from '../../src/protocol/engine';
import type { EarlierRuns, RunStatus, ToPanel } from '../../src/protocol/panel';
import type { Points, Tag } from '../../src/runs/series';
import { SeriesBuffer } from './series';

type Hydrate = Extract<ToPanel, { type: 'hydrate' }>;
type Append = Extract<ToPanel, { type: 'append' }>;

const noPoints = new SeriesBuffer();
const noLayers: readonly LayerInfo[] = [];

/** Prefix of the series of gradient norms by epoch: `gradient_norm/dense_1`. */
export const gradientTag = 'gradient_norm/';

export class Store {
  run: RunStatus = { runId: '', title: '', specUri: '', state: 'waiting', stored: false };
  /** Incremented with every change, so that views can tell whether they are up to date. */
  version = 0;
  /** False until it is known what there is to show. */
  hydrated = false;
  /** The spec has no run. */
  idle = false;
  /** The file is no longer what the run was started with. */
  changed = false;
  /** The runs that are drawn behind this one, once the host has read them. */
  earlier: EarlierRuns | undefined;
  readonly #series = new Map<Tag, SeriesBuffer>();

  series(tag: Tag): SeriesBuffer {
    return this.#series.get(tag) ?? noPoints;
  }

  tags(): Tag[] {
    return [...this.#series.keys()];
  }

  get layers(): readonly LayerInfo[] {
    return this.run.started?.layers ?? noLayers;
  }

  /** Identifies the training that is shown: that of a fold, or that of the network itself. */
  get training(): string {
    return `${this.run.runId}/${this.run.started?.fold}`;
  }

  /** True while an engine executes the run. */
  get alive(): boolean {
    const { stored, state } = this.run;
    return !this.idle && !stored && isActive(state);
  }

  hydrate({ hydration }: Hydrate): void {
    const { series, ...run } = hydration;
    if (run.runId !== this.run.runId) {
      this.earlier = undefined;
    }
    this.run = run;
    this.#series.clear();
    this.#add(series);
    this.hydrated = true;
    this.idle = false;
    this.version++;
  }

  showIdle(title: string, specUri: string): void {
    this.run = { runId: '', title, specUri, state: 'waiting', stored: false };
    this.#series.clear();
    this.hydrated = true;
    this.idle = true;
    this.version++;
  }

  showChanged(changed: boolean): void {
    this.changed = changed;
    this.version++;
  }

  showEarlier(earlier: EarlierRuns): void {
    this.earlier = earlier;
    this.version++;
  }

  append({ series, changes }: Append): void {
    const fields = Object.entries(changes).map(([field, value]) => [field, value ?? undefined]);
    this.run = { ...this.run, ...Object.fromEntries(fields) };
    this.#add(series);
    this.version++;
  }

  #add(series: Readonly<Record<Tag, Points>>): void {
    for (const [tag, points] of Object.entries(series)) {
      let buffer = this.#series.get(tag);
      if (!buffer) {
        buffer = new SeriesBuffer();
        this.#series.set(tag, buffer);
      }
      buffer.append(points);
    }
  }
}
