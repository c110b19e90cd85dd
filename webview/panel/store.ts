/** The panel's copy of the run: hydrated once, then updated by increments of the host's run store. */
import { valueOfTag } from '../../src/common/tagValues';
import { isActive, type LayerInfo } from '../../src/protocol/engine';
import type { Answers } from '../../src/protocol/measurements';
import type { EarlierRuns, RunStatus, ToPanel } from '../../src/protocol/panel';
import type { Points, Tag } from '../../src/runs/series';
import { SeriesBuffer } from '../shared/series';

type Hydrate = Extract<ToPanel, { type: 'hydrate' }>;
type Append = Extract<ToPanel, { type: 'append' }>;

const noPoints = new SeriesBuffer();
/** In place of measurements of the present that were not taken at the shown moment. */
const nothingMeasured = {
  activations: undefined,
  surface: undefined,
  gradients: undefined,
  units: undefined,
  confusion: undefined,
  mistakes: undefined,
};
const noLayers: readonly LayerInfo[] = [];

/** Prefix of the series of gradient norms by epoch: `gradient_norm/dense_1`. */
export const gradientTag = 'gradient_norm/';

export class Store {
  /** The run as it is shown: with the measurements of a moment of its film, if one is chosen. */
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
  #now = this.run;
  #moment: { readonly frame: number; readonly answers: Answers } | undefined;
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
    this.#now = run;
    this.#moment = undefined;
    this.#merge();
    this.#series.clear();
    this.#add(series);
    this.hydrated = true;
    this.idle = false;
    this.version++;
  }

  showIdle(title: string, specUri: string): void {
    this.#now = { runId: '', title, specUri, state: 'waiting', stored: false };
    this.#moment = undefined;
    this.#merge();
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
    this.#now = { ...this.#now, ...Object.fromEntries(fields) };
    this.#merge();
    this.#add(series);
    this.version++;
  }

  /** There is more than one moment to show. */
  get hasFilm(): boolean {
    return !this.idle && (this.#now.film?.length ?? 0) > 1;
  }

  /** The step of the frame that is shown; undefined for the present. */
  get frame(): number | undefined {
    return this.#moment?.frame;
  }

  /** Epochs that were done at the shown frame; a fraction within an epoch. */
  get frameEpoch(): number | undefined {
    const { started } = this.#now;
    return this.#moment && started && this.#moment.frame / started.batches;
  }

  /** The epoch of the shown moment: of the frame, of the kept weights, or the last one. */
  get shownEpoch(): number {
    return Math.ceil(this.frameEpoch ?? this.run.ended?.kept?.epoch ?? this.epochsDone);
  }

  /** Epochs that are done at the present, whatever moment is shown. */
  get epochsDone(): number {
    return this.run.progress?.epoch ?? this.run.ended?.epochs ?? 0;
  }

  /**
   * The value of a tag at the shown moment: that of the frame's epoch, undefined before the first one; at the
   * present the last one, or after the run the final one, on which verdict and expectations rest.
   */
  shownValue(tag: Tag): number | undefined {
    const { frameEpoch } = this;
    const { x, y, last } = this.series(tag);
    if (frameEpoch === undefined) {
      const final = valueOfTag(tag, this.run.ended?.final);
      // A run that diverged has no final value.
      return Number.isFinite(final) ? final : last;
    }
    const at = x.findLastIndex((epoch) => epoch <= Math.ceil(frameEpoch));
    return at < 0 ? undefined : y[at];
  }

  /** Shows what was measured at a frame in place of the present; without answers the present again. */
  showMoment(frame: number, answers: Answers | undefined): void {
    this.#moment = answers && { frame, answers };
    this.#merge();
    this.version++;
  }

  #merge(): void {
    this.run = this.#moment ? { ...this.#now, ...nothingMeasured, ...this.#moment.answers } : this.#now;
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
