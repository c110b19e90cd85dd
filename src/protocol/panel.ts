/** The wire between the extension host and the training panel. The run store on the host is the truth; the panel is a view. */
import type { Points, RunState, Tag } from '../runs/series';
import type {
  ActivationProbe,
  Confusion,
  Ended,
  Failure,
  GradientProbe,
  Progress,
  Started,
  Surface,
  Walk,
  WalkOptions,
} from './engine';

/**
 * An activation as the catalogue defines it, sampled by the host over x = -5.0, -4.9, … 5.0 (101 values) with the
 * layer's own parameters. Of a softmax, `f` is e^x / Σe^x over that vector as a whole and `df` is left out.
 */
export interface ActivationCurve {
  readonly x: Float64Array;
  readonly f: Float64Array;
  readonly df?: Float64Array;
  /** Plain text of the catalogue: `1/(1+e^-x)`. */
  readonly formula?: string;
  readonly derivative?: string;
}

/** Curves by layer index (the index in `Started.layers`), for every layer that has an activation. */
export type Curves = Readonly<Record<number, ActivationCurve>>;

/** How the loss of another run fell, to compare with. */
export interface EarlierLoss {
  readonly train: Points;
  readonly validation?: Points;
}

/** All the panel needs to show a run from nothing. */
export interface Hydration {
  readonly runId: string;
  readonly title: string;
  /** The spec's uri, to link layers to lines. */
  readonly specUri: string;
  readonly state: RunState;
  /** What is being done before the first data: `reading digits.csv…`. */
  readonly stage?: string;
  readonly started?: Started;
  /** Comes with `started`. */
  readonly curves?: Curves;
  readonly progress?: Progress;
  readonly series: Readonly<Record<Tag, Points>>;
  /** The losses of the run that this one took the place of, where both have the same loss function. */
  readonly earlier?: EarlierLoss;
  readonly ended?: Ended;
  readonly failure?: Failure;
  /** True where the run was read from storage: there is no engine behind it, Restart is what is offered. */
  readonly stored: boolean;
  readonly activations?: ActivationProbe;
  readonly surface?: Surface;
  readonly gradients?: GradientProbe;
  readonly confusion?: Confusion;
}

/** What the panel can show; the host only probes for what is subscribed to. */
export type View = 'activations' | 'surface' | 'gradients' | 'confusion';

export type ToPanel =
  | { readonly type: 'hydrate'; readonly hydration: Hydration; readonly frame: number }
  /** Increments since the last frame; points are appended to their series. Answered by `ack`. */
  | {
      readonly type: 'append';
      readonly frame: number;
      readonly series: Readonly<Record<Tag, Points>>;
      readonly progress?: Progress;
      readonly state?: RunState;
      readonly stage?: string;
      readonly started?: Started;
      readonly curves?: Curves;
      readonly ended?: Ended;
      readonly failure?: Failure;
      readonly activations?: ActivationProbe;
      readonly surface?: Surface;
      readonly gradients?: GradientProbe;
      readonly confusion?: Confusion;
    }
  | { readonly type: 'walk'; readonly id: number; readonly walk?: Walk; readonly failure?: Failure };

export type FromPanel =
  | { readonly type: 'ready' }
  | { readonly type: 'ack'; readonly frame: number }
  | { readonly type: 'control'; readonly action: 'pause' | 'resume' | 'stop' | 'restart' }
  | { readonly type: 'step'; readonly unit: 'phase' | 'batch' | 'epoch' }
  | { readonly type: 'learningRate'; readonly value: number }
  | { readonly type: 'subscribe'; readonly views: readonly View[] }
  | { readonly type: 'walk'; readonly id: number; readonly options: WalkOptions }
  | { readonly type: 'reveal'; readonly line: number }
  | { readonly type: 'showActivation'; readonly name: string }
  | { readonly type: 'saveWeights' };

/**
 * What the page holds at load (a JSON script element, id `boot`), so that nothing waits for a message to be laid out:
 * the language and the message bundle.
 */
export interface PanelBoot {
  readonly language: 'en' | 'ko';
  readonly l10n?: Readonly<Record<string, string | { readonly message: string; readonly comment: readonly string[] }>>;
}
