/**
 * The wire between a host (extension, command line) and an engine server. One server holds one run. Every message is
 * structured-clone safe; errors travel as values. Types, guards and nothing else.
 */
import type { RunState } from '../runs/series';
import type { DataFacts } from '../spec/dataFacts';
import type { ForwardOperation } from '../spec/layers';
import type { ActivationProbe, Forecast, GradientProbe, GradientReport, Surface } from '../spec/measurements';
import type { FaultyColumn, Range } from '../spec/problem';
import type { Part, Spec } from '../spec/spec';
import type { Axis } from '../spec/window';

export type { ForwardOperation } from '../spec/layers';
export type {
  ActivationProbe,
  GradientProbe,
  GradientReport,
  GradientVerdict,
  LayerDistribution,
  Surface,
  TensorCheck,
} from '../spec/measurements';

/** An error as a value: a stable code and a sentence in the person's language that says what to do. */
export interface Failure {
  readonly code: string;
  readonly message: string;
}

export type Reply<T> = { readonly ok: T } | { readonly err: Failure };

export interface StartOptions {
  /** The effective spec; hosts parse with the language room and start no run where there is an error. */
  readonly spec: Spec;
  /** The text it was parsed from; kept in weights files, so that a model can be used without its spec file. */
  readonly specText: string;
  /** Line of each layer in the spec, zero-based, in order of the layers; told again in `Started.layers`. */
  readonly layerLines?: readonly (number | undefined)[];
  /** Warnings and hints that the host's check found; told again in `Started.warnings`. */
  readonly warnings?: readonly ProblemMessage[];
  /** Shown in messages; the folder that `data.file` is relative to is the host's business. */
  readonly fileName: string;
  readonly seed?: number;
  readonly epochs?: number;
  readonly backend?: 'reference' | 'wasm';
  readonly threads?: number;
  /** Bytes of a safetensors file to start from. */
  readonly init?: Uint8Array;
  /** Bytes of a checkpoint to go on from; its run must be one of this spec. `init` and `seed` then have no place. */
  readonly resume?: Uint8Array;
  /** Pauses after every so many epochs, at the first step of the next one. */
  readonly pauseEvery?: number;
  /** Every epoch is told; left out: of thousands between two events only the first, the last and the extremes are. */
  readonly everyEpoch?: boolean;
  /** Starts paused before the first phase. */
  readonly paused?: boolean;
  /** Contents of the message bundle (English to the person's language); left out: English. */
  readonly l10n?: Readonly<Record<string, string | { readonly message: string; readonly comment: readonly string[] }>>;
}

export interface LayerInfo {
  readonly name: string;
  /** For people to read. What differs between types is in the other fields. */
  readonly type: string;
  readonly forward: ForwardOperation;
  /** Worked formula of one output, where inputs and outputs correspond one to one: `a_{j} = x_{j}`. */
  readonly workedFormula?: string;
  /** Output shape of one sample. */
  readonly shape: readonly number[];
  readonly parameters: number;
  readonly inputShape: readonly number[];
  readonly activation?: LayerActivation;
  /** For a convolution: how its filters slide along each axis. */
  readonly windows?: readonly Axis[];
  /** Line of the layer in the spec, zero-based. */
  readonly line?: number;
}

export interface LayerActivation {
  /** Its name in the catalogue. */
  readonly name: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  /** A function of the whole vector (softmax): a single unit has no f′(z). */
  readonly ofWholeVector?: boolean;
}

export interface Started {
  readonly name: string;
  readonly seed: number;
  readonly parameters: number;
  readonly samples: Readonly<Record<Part, number>>;
  readonly layers: readonly LayerInfo[];
  /** Whether they tell apart no more than one linear map can. */
  readonly linear: boolean;
  readonly engine: { readonly version: string; readonly backend: string; readonly threads: number };
  readonly spec: Spec;
  /** Batches of an epoch. */
  readonly batches: number;
  /** Of a run that goes on from a checkpoint: what was done before. The epochs are told at once in an event of their own. */
  readonly resumed?: { readonly epochs: number; readonly step: number };
  readonly inputNames: readonly string[];
  readonly classNames?: readonly string[];
  readonly targetKind: 'classes' | 'binary' | 'numbers';
  /** What is known of the data; hosts check the spec against it (the lesson's warnings, hovers). */
  readonly facts: DataFacts;
  /** Warnings and hints of the spec; never a reason not to run. */
  readonly warnings: readonly ProblemMessage[];
}

/**
 * A problem on the wire. It points into `file` at `range`, or, where there is no `file`, into the spec: at `range`, or at
 * the key `path` (`['data', 'target']`), which the host turns into a range with `ParsedSpec.locate`.
 */
export interface ProblemMessage {
  readonly code: string;
  readonly severity: 'error' | 'warning' | 'hint';
  readonly message: string;
  readonly path?: readonly (string | number)[];
  /** The name that was most likely meant at `path`. */
  readonly meant?: string;
  readonly column?: FaultyColumn;
  readonly range?: Range;
  /** A data file's path as written in the spec. */
  readonly file?: string;
}

/** One finished epoch. Keys are tags (`loss`, `val_loss`, `accuracy`, `val_accuracy`) in the order of language.md. */
export interface EpochRecord {
  readonly epoch: number;
  readonly step: number;
  readonly values: readonly (readonly [tag: string, value: number])[];
}

export interface Progress {
  readonly state: RunState;
  readonly epoch: number;
  readonly epochs: number;
  readonly step: number;
  /** Steps a second, measured over the last second. */
  readonly rate: number;
  /** Estimated from the measured rate; left out until it was measured. */
  readonly secondsLeft?: number;
  readonly learningRate: number;
  /** Where the step machine stands, when paused within a step. */
  readonly phase?: Phase;
  /** What is amiss with the values so far, though training goes on: a sentence for the person, from then on in every message. */
  readonly warning?: string;
}

export interface Phase {
  readonly kind: 'forward' | 'loss' | 'backward' | 'update';
  /** Layer index; left out for the loss. */
  readonly layer?: number;
}

export interface Ended {
  readonly reason: 'completed' | 'stopped' | 'early_stopping' | 'diverged';
  readonly epochs: number;
  readonly seconds: number;
  readonly final: Readonly<Partial<Record<Part, readonly (readonly [tag: string, value: number])[]>>>;
  readonly expect: readonly { readonly text: string; readonly ok: boolean; readonly value: number }[];
  /** Of a diverged run. */
  readonly divergence?: {
    readonly message: string;
    readonly layer: string;
    readonly step: number;
    readonly tensor: string;
  };
}

/** What the server tells unasked. */
export type EngineEvent =
  | { readonly type: 'started'; readonly started: Started }
  /** The spec or its data are bad: nothing runs; all problems, errors first. */
  | { readonly type: 'refused'; readonly problems: readonly ProblemMessage[] }
  | { readonly type: 'stage'; readonly text: string }
  /** Epochs since the last such event, oldest first. */
  | { readonly type: 'epochs'; readonly records: readonly EpochRecord[] }
  /** Batch losses since the last such event; long stretches are bucketed (first, last, minimum, maximum of each bucket). */
  | { readonly type: 'batches'; readonly steps: Float64Array; readonly losses: Float64Array }
  | { readonly type: 'progress'; readonly progress: Progress }
  | { readonly type: 'ended'; readonly ended: Ended; readonly progress: Progress }
  /** Numbers that a gradient check under way has compared. */
  | { readonly type: 'checking'; readonly done: number; readonly total: number }
  /** The run cannot go on (out of memory, a broken invariant). */
  | { readonly type: 'failed'; readonly failure: Failure };

/** What the host asks; each is answered by a Reply. */
export interface EngineRequests {
  start: { params: StartOptions; result: null };
  pause: { params: null; result: Progress };
  resume: { params: null; result: Progress };
  /** `phase` moves the step machine by one; `batch` finishes the step at hand or does one; `epoch` likewise. Pauses first. */
  step: { params: { readonly unit: 'phase' | 'batch' | 'epoch' }; result: Progress };
  /**
   * Ends the run; its network stays. The run is told as stopped at once, and `ended` follows when the final values are there. Where they
   * are not within so many milliseconds, it follows without them; so it does where the run had come to its end before.
   */
  stop: { params: { readonly within?: number } | null; result: null };
  setLearningRate: { params: { readonly learningRate: number }; result: Progress };
  /** Distribution of every activation's pre-activations over a fixed sample of the train part, in evaluation mode. */
  probeActivations: { params: null; result: ActivationProbe };
  /** Model outputs over a grid (2 inputs) or a line (1 input); refused for other input sizes. */
  probeSurface: { params: { readonly resolution: number }; result: Surface };
  /** Gradient norms of every layer, of one batch at the current weights; the run is not changed. */
  probeGradients: { params: null; result: GradientProbe };
  /** Backpropagation against central differences at the current weights; tells `checking` meanwhile. The run is not changed. */
  checkGradients: { params: null; result: GradientReport };
  /** Ends a gradient check under way, which is then answered with the code `cancelled`. */
  cancelCheck: { params: null; result: null };
  /** The lesson's walk on a copy: forward, error, backward and update for one sample or the next batch. */
  walk: { params: WalkOptions; result: Walk };
  saveWeights: { params: null; result: Uint8Array };
  /** Everything the run's future depends on, as a file; refused of a run that has diverged. */
  saveCheckpoint: { params: null; result: Uint8Array };
  loadWeights: { params: { readonly bytes: Uint8Array }; result: null };
  /** One batch at the initial weights of a spec, without a run; null where it cannot be measured or was cancelled. A newer one cancels an older one. */
  forecast: { params: ForecastOptions; result: Forecast | null };
  cancelForecast: { params: null; result: null };
  confusion: { params: { readonly part: Part }; result: Confusion };
}

export interface ForecastOptions {
  readonly spec: Spec;
  /** Identifies the data file and its content, so that data are read once only; empty where there is no file. */
  readonly dataStamp: string;
}

/** Of a host that knows its server to be a process of the same machine: where the file lies, so that a large one goes through no channel. */
export interface OnDisk {
  readonly disk: string;
}

/** What the server asks of the host. Paths are as the spec writes them; the host resolves and guards them. */
export interface HostRequests {
  readFile: { params: { readonly path: string }; result: Uint8Array | OnDisk };
  /** Bytes of a set shipped with the product: `iris.csv`. */
  readShipped: { params: { readonly name: string }; result: Uint8Array };
}

export interface WalkOptions {
  /** A sample of the train part by its index in it, or the batch the run does next. */
  readonly subject: { readonly kind: 'sample'; readonly index: number } | { readonly kind: 'batch' };
}

/** A tensor for show: all of it where it is small (64 numbers), else a corner and a summary. */
export interface TensorView {
  readonly name: string;
  readonly shape: readonly number[];
  /** Row-major; the first rows and columns where `summary` is set: `[shownRows, shownColumns]`. */
  readonly values: Float64Array;
  readonly shown: readonly number[];
  readonly summary?: {
    readonly minimum: number;
    readonly maximum: number;
    readonly mean: number;
    readonly norm: number;
  };
}

/** One phase of the walk with all that it reads and writes. */
export interface WalkStep {
  readonly phase: Phase;
  /**
   * Tensors by role: `input`, `W`, `b`, `z`, `a`, `delta`, `dW`, `db`, `dInput`, `Wafter`, `bafter`, `target`, `output`.
   * Those of samples are `[samples, features]`, W is `[units, inputs]`. The loss is the mean over the samples, so
   * `delta` = dL/dz holds the 1/samples already, dW = δᵀ·input, `dInput` = dL/d(input of this layer).
   * `slope`, `dslope` and `slopeafter` are the learned slope of an activation; `W.velocity`, `b.first_moment` and their
   * kind the optimizer's memory after the update.
   */
  readonly tensors: Readonly<Record<string, TensorView>>;
  readonly loss?: number;
}

export interface Walk {
  readonly steps: readonly WalkStep[];
  readonly epoch: number;
  readonly step: number;
  readonly learningRate: number;
  readonly samples: number;
  readonly trainSamples: number;
}

export interface Confusion {
  readonly classNames: readonly string[];
  /** `[target, predicted]` counts, row-major. */
  readonly counts: Float64Array;
}
