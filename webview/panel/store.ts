/** What the panel knows of the run: hydrated once, then appended to. The host's run store stays the truth. */
import type {
  ActivationProbe,
  Confusion,
  Ended,
  Failure,
  GradientProbe,
  LayerInfo,
  Progress,
  Started,
  Surface,
} from '../../src/protocol/engine';
import type { Curves, EarlierLoss, ToPanel } from '../../src/protocol/panel';
import type { Points, RunState, Tag } from '../../src/runs/series';
import { SeriesBuffer } from './series';

type Hydrate = Extract<ToPanel, { type: 'hydrate' }>;
type Append = Extract<ToPanel, { type: 'append' }>;

const noPoints = new SeriesBuffer();
const noLayers: readonly LayerInfo[] = [];

/** Norms of a layer's gradient at the epochs in which they were measured: `gradient_norm/dense_1`. */
export const gradientTag = 'gradient_norm/';

export class Store {
  runId = '';
  title = '';
  state: RunState = 'waiting';
  stored = false;
  stage: string | undefined;
  started: Started | undefined;
  curves: Curves = {};
  progress: Progress | undefined;
  ended: Ended | undefined;
  failure: Failure | undefined;
  activations: ActivationProbe | undefined;
  surface: Surface | undefined;
  gradients: GradientProbe | undefined;
  confusion: Confusion | undefined;
  earlier: EarlierLoss | undefined;
  /** Grows with every change, so that views can tell whether they are up to date. */
  version = 0;
  /** False until the first hydration. */
  hydrated = false;
  readonly #series = new Map<Tag, SeriesBuffer>();

  series(tag: Tag): SeriesBuffer {
    return this.#series.get(tag) ?? noPoints;
  }

  tags(): Tag[] {
    return [...this.#series.keys()];
  }

  get layers(): readonly LayerInfo[] {
    return this.started?.layers ?? noLayers;
  }

  /** True while an engine stands behind the run. */
  get alive(): boolean {
    return !this.stored && (this.state === 'running' || this.state === 'paused' || this.state === 'waiting');
  }

  hydrate(message: Hydrate): void {
    const from = message.hydration;
    this.runId = from.runId;
    this.title = from.title;
    this.state = from.state;
    this.stored = from.stored;
    this.stage = from.stage;
    this.started = from.started;
    this.curves = from.curves ?? {};
    this.progress = from.progress;
    this.ended = from.ended;
    this.failure = from.failure;
    this.activations = from.activations;
    this.surface = from.surface;
    this.gradients = from.gradients;
    this.confusion = from.confusion;
    this.earlier = from.earlier;
    this.#series.clear();
    this.#add(from.series);
    this.hydrated = true;
    this.version++;
  }

  append(message: Append): void {
    this.#add(message.series);
    this.progress = message.progress ?? this.progress;
    this.state = message.state ?? message.progress?.state ?? this.state;
    this.stage = message.stage ?? this.stage;
    this.started = message.started ?? this.started;
    this.curves = message.curves ?? this.curves;
    this.ended = message.ended ?? this.ended;
    this.failure = message.failure ?? this.failure;
    this.activations = message.activations ?? this.activations;
    this.surface = message.surface ?? this.surface;
    this.gradients = message.gradients ?? this.gradients;
    this.confusion = message.confusion ?? this.confusion;
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
