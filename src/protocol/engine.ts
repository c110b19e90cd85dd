/**
 * The wire between a host (extension, command line) and an engine server. One server holds one run. Every
 * message can be structured-cloned; errors travel as values. This file holds only types and guards.
 */

import type { FilmCursor, FilmPiece } from '../common/filmFile';
import type { FoldScore } from '../common/foldScores';
import type { Intervention } from '../common/intervention';
import type { Ranking } from '../common/ranking';
import type { StartingPoint } from '../common/startingPoint';
import type { TagValues } from '../common/tagValues';
import type { Verdict } from '../common/verdict/verdict';
import type { RunState } from '../runs/series';
import type { DataFacts } from '../spec/dataFacts';
import type { DataAnswer, DataOverview, DataQuestion } from '../spec/dataView';
import type { ForwardOperation } from '../spec/layers';
import type {
  CollapseReport,
  DepthReport,
  Forecast,
  GradientReport,
  ImportanceOptions,
  LearningRateCurve,
  LearningRateReport,
  Scores,
  TruthTable,
} from '../spec/measurements';
import type { Range, Remedies } from '../spec/problem';
import type { FileReading, Part, Spec } from '../spec/spec';
import type { GivenAway, TableFacts } from '../spec/tableFacts';
import type { Axis } from '../spec/window';
import type { Measurement, Measurements, Questions } from './measurements';

export type * from '../spec/dataView';
export type { ForwardOperation } from '../spec/layers';
export type {
  ActivationProbe,
  GradientProbe,
  GradientReport,
  GradientVerdict,
  InputRanges,
  LayerDistribution,
  LayerUnits,
  Learned,
  LearningRateCurve,
  LearningRateReport,
  MistakenSample,
  Mistakes,
  MistakesQuestion,
  Surface,
  TensorCheck,
  ThresholdCounts,
  UnitsProbe,
  UnitsQuestion,
} from '../spec/measurements';
export type { Confusion } from './measurements';

/** An error as a value: a stable code and a sentence in the person's language that says what to do. */
export interface Failure {
  readonly code: string;
  readonly message: string;
}

export type Reply<T> = { readonly ok: T } | { readonly err: Failure };

export interface StartOptions {
  /** The effective spec. Hosts parse the text themselves and start no run where it has errors. */
  readonly spec: Spec;
  /** The text it was parsed from. Weights files hold it: a model can be used without its spec file. */
  readonly specText: string;
  /** Line of each layer in the spec, zero-based, in order of the layers; repeated in `Started.layers`. */
  readonly layerLines?: readonly (number | undefined)[];
  /** Warnings and hints that the host's check found; repeated in `Started.warnings`. */
  readonly warnings?: readonly ProblemMessage[];
  /** Shown in messages. Only the host knows the folder, so the host resolves `data.file`. */
  readonly fileName: string;
  readonly seed?: number;
  readonly epochs?: number;
  readonly backend?: 'reference' | 'wasm';
  readonly threads?: number;
  /** Bytes of a safetensors file to start from. */
  readonly init?: Uint8Array;
  /** Bytes of a checkpoint to resume, of a run of the same spec. Excludes `init` and `seed`. */
  readonly resume?: Uint8Array;
  /** With `resume`: a new run of any spec, which takes over what fits of the checkpoint. Allows `seed`. */
  readonly fork?: boolean;
  /** Name of the file in `init` or `resume`; repeated in `Started.from`. */
  readonly from?: string;
  /** The run is only inspected, not trained: no folds come first, and the one in `resume` may be complete. */
  readonly inspect?: boolean;
  /** Pauses after every `pauseEvery` epochs, before the first step of the next one. */
  readonly pauseEvery?: number;
  /** Holds the state after the best epoch for `saveBest`; `true`: by the usual ranking of a run. */
  readonly holdBest?: Ranking | true;
  /** Sends every epoch. Default: those of `KeptEpochs`, and the newest. */
  readonly everyEpoch?: boolean;
  /** Starts paused before the first phase. */
  readonly paused?: boolean;
  /** Seconds that a run which goes on has trained before. */
  readonly secondsBefore?: number;
  /** Records a film of the network's training; `file` is the film so far of a run that goes on. */
  readonly film?: { readonly file?: Uint8Array };
  /** Interventions of an earlier run, done again at the same places. */
  readonly replay?: readonly ReplayedIntervention[];
  /** Contents of the message bundle, from English to the person's language. Default: English. */
  readonly l10n?: Readonly<Record<string, string | { readonly message: string; readonly comment: readonly string[] }>>;
}

/** An intervention of an earlier run, to be done again at the same place. */
export interface ReplayedIntervention extends Intervention {
  /** Bytes of the safetensors file whose weights are loaded. */
  readonly bytes?: Uint8Array;
}

export interface LayerInfo {
  readonly name: string;
  /** For people to read; code reads the other fields. */
  readonly type: string;
  readonly forward: ForwardOperation;
  /** Worked formula of one output, where inputs and outputs correspond one to one: `a_{j} = x_{j}`. */
  readonly workedFormula?: string;
  /** Output shape of one sample. */
  readonly shape: readonly number[];
  readonly parameters: number;
  /** No step changes its weights. */
  readonly isFrozen?: boolean;
  readonly inputShape: readonly number[];
  readonly activation?: LayerActivation;
  /** For a convolution: how its filters slide along each axis. */
  readonly windows?: readonly Axis[];
  /** Zero-based line of the layer in the spec. */
  readonly line?: number;
}

export interface LayerActivation {
  /** Its name in the catalogue. */
  readonly name: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  /** It is a function of the whole vector (softmax), so a single unit has no f′(z). */
  readonly ofWholeVector?: boolean;
}

export interface Started {
  readonly name: string;
  readonly seed: number;
  readonly parameters: number;
  readonly samples: Readonly<Record<Part, number>>;
  /**
   * Only in a cross-validation: the fold that is trained, from 1. Samples, batches, inputs and baselines are
   * then its own.
   */
  readonly fold?: number;
  readonly layers: readonly LayerInfo[];
  /** Whether all layers together are one linear map. */
  readonly linear: boolean;
  readonly engine: { readonly version: string; readonly backend: string; readonly threads: number };
  readonly spec: Spec;
  /** Batches per epoch. */
  readonly batches: number;
  /** Hex digest of the data. Absent from runs that were stored before it was told. */
  readonly dataHash?: string;
  /** Only for a resumed run: the progress in its checkpoint. An event with those epochs follows at once. */
  readonly resumed?: { readonly epochs: number; readonly step: number };
  /** Only for a run whose weights come from a file. */
  readonly from?: StartingPoint;
  /** The first `describedColumns`; `facts.inputSize` is the number of all. Long names are shortened. */
  readonly inputNames: readonly string[];
  readonly classNames?: readonly string[];
  readonly targetKind: 'classes' | 'binary' | 'numbers';
  /** Facts about the data, against which hosts check the spec (the lesson's warnings, hovers). */
  readonly facts: DataFacts;
  /**
   * Loss and metrics of a constant answer, for each part that is not empty. Absent from runs that were stored
   * before it was measured.
   */
  readonly baselines?: Readonly<Partial<Record<Part, TagValues>>>;
  /** Warnings and hints about the spec. They never prevent a run. */
  readonly warnings: readonly ProblemMessage[];
}

/**
 * A problem on the wire. It points into `file` at `range`, or, where there is no `file`, into the spec: at
 * `range`, or at the key `path` (`['data', 'target']`), which the host turns into a range with
 * `ParsedSpec.locate`.
 */
export interface ProblemMessage extends Remedies {
  readonly code: string;
  readonly severity: 'error' | 'warning' | 'hint';
  readonly message: string;
  readonly path?: readonly (string | number)[];
  readonly range?: Range;
  /** A data file's path as written in the spec. */
  readonly file?: string;
}

/** One finished epoch. Keys are tags (`loss`, `val_loss`, `accuracy`, …) in the order of language.md. */
export interface EpochRecord {
  readonly epoch: number;
  readonly step: number;
  readonly values: TagValues;
}

export interface Progress {
  readonly state: RunState;
  readonly epoch: number;
  readonly epochs: number;
  readonly step: number;
  /** Steps per second, measured over the last second. */
  readonly rate: number;
  /** Estimated from the rate; undefined until that has been measured. */
  readonly secondsLeft?: number;
  readonly learningRate: number;
  /** Bytes of memory that the engine's process holds, where that is known. */
  readonly memory?: number;
  /** The next phase, when paused within a step. */
  readonly phase?: Phase;
  /** A sentence about values that are wrong although training goes on; repeated in every later message. */
  readonly warning?: string;
}

const activeStates: readonly RunState[] = ['waiting', 'running', 'pausing', 'paused', 'stopping'];

/** True while there is something left to stop. */
export function isActive(state: RunState): boolean {
  return activeStates.includes(state);
}

export interface Phase {
  readonly kind: 'forward' | 'loss' | 'backward' | 'update';
  /** Layer index; undefined for the loss. */
  readonly layer?: number;
}

export interface Ended {
  readonly reason: 'completed' | 'stopped' | 'early_stopping' | 'diverged';
  readonly epochs: number;
  readonly seconds: number;
  /** Empty for a run that ended in a fold, as are the expectations. */
  readonly final: Readonly<Partial<Record<Part, TagValues>>>;
  /** Where early stopping has restored the best weights: their epoch, and the values that it had. */
  readonly kept?: { readonly epoch: number; readonly values: TagValues };
  readonly expect: readonly { readonly text: string; readonly ok: boolean; readonly value: number }[];
  /** Absent where nothing could be learned, or where no network was trained. */
  readonly verdict?: Verdict;
  /** Only for a diverged run. */
  readonly divergence?: {
    readonly message: string;
    readonly layer: string;
    readonly step: number;
    readonly tensor: string;
  };
}

/** Events that the server sends. */
export type EngineEvent =
  /** A training begins: that of each fold, one after the other, and last that of the spec's own split. */
  | { readonly type: 'started'; readonly started: Started }
  /** A fold is trained to its end. */
  | { readonly type: 'fold'; readonly score: FoldScore }
  /** The spec or its data have errors, and nothing runs. All problems, errors first. */
  | { readonly type: 'refused'; readonly problems: readonly ProblemMessage[] }
  | { readonly type: 'stage'; readonly text: string }
  /** Epochs since the last such event, oldest first. */
  | { readonly type: 'epochs'; readonly records: readonly EpochRecord[] }
  /** Batch losses since the last event; of many, only first, last, minimum and maximum of each bucket. */
  | { readonly type: 'batches'; readonly steps: Float64Array; readonly losses: Float64Array }
  | { readonly type: 'progress'; readonly progress: Progress }
  /** The seconds for which the network's own training has run when so many steps were done. Both rise. */
  | { readonly type: 'time'; readonly step: number; readonly seconds: number }
  /** The steps of all frames of the film so far. */
  | { readonly type: 'film'; readonly steps: Float64Array }
  | { readonly type: 'intervention'; readonly intervention: Intervention }
  | { readonly type: 'ended'; readonly ended: Ended; readonly progress: Progress }
  | Checking
  /** The run cannot continue (out of memory, a broken invariant). */
  | { readonly type: 'failed'; readonly failure: Failure };

/** Progress of a gradient check or a search for a learning rate: weights or steps so far, and in all. */
export interface Checking {
  readonly type: 'checking';
  readonly done: number;
  readonly total: number;
  /** The curve of the search so far. */
  readonly curve?: LearningRateCurve;
}

/** `nnspec` is the built-in engine. */
export type EngineName = 'nnspec' | 'pytorch';

export type StepUnit = 'phase' | 'batch' | 'epoch';

/** All that an engine can do. Any other request is answered with the failure `unknown-request`. */
export interface Capabilities {
  readonly requests: readonly (keyof EngineRequests)[];
  /** The units in which it can be stepped. */
  readonly steps: readonly StepUnit[];
  readonly measurements: readonly Measurement[];
}

/** The first words of an engine. A host offers nothing that the engine cannot do, and says why. */
export interface Hello {
  readonly protocol: number;
  readonly engine: EngineName;
  readonly capabilities: Capabilities;
}

/** Requests of the host. Each is answered by a Reply. */
export interface EngineRequests {
  /** Comes first; it needs no run. */
  hello: { params: null; result: Hello };
  /** For requests without a run; a run's language comes with its `start`. */
  setLanguage: { params: { readonly l10n: NonNullable<StartOptions['l10n']> }; result: null };
  start: { params: StartOptions; result: null };
  pause: { params: null; result: Progress };
  resume: { params: null; result: Progress };
  /** Pauses, then does one phase, or the rest of the current batch or epoch, else the next one. */
  step: { params: { readonly unit: StepUnit }; result: Progress };
  /** Trains until so many steps are done, then pauses; no further where the run ends before. */
  trainTo: { params: { readonly step: number }; result: Progress };
  /**
   * Ends the run and keeps its network. The run counts as stopped at once, and `ended` follows with the final
   * values. A host that does not want to wait for them ends the engine's process.
   */
  stop: { params: null; result: null };
  /** One learned number; the intervention is told as an event. */
  setWeight: {
    params: { readonly tensor: string; readonly index: number; readonly value: number };
    result: Progress;
  };
  setLearningRate: { params: { readonly learningRate: number }; result: Progress };
  /**
   * Measures the network at its current weights, or at the last frame of its film up to the step `frame`.
   * Each question has a reply; the run is not changed.
   */
  measure: {
    params: { readonly questions: Questions; readonly frame?: number };
    result: { readonly [Name in Measurement]?: Reply<Measurements[Name]['answer']> };
  };
  /**
   * Backpropagation against central differences at the current weights. The engine sends `checking` and
   * receives no message until the end, so use a separate engine, which can be ended. The run is not changed.
   */
  checkGradients: { params: null; result: GradientReport };
  /** A short training at growing learning rates, from the current weights; else as `checkGradients`. */
  findLearningRate: { params: null; result: LearningRateReport };
  /** The one layer that a stack of linear layers is, at the current weights. */
  collapse: { params: null; result: CollapseReport };
  /** Three trainings with other activations, from the initial weights; else as `checkGradients`. */
  compareActivations: { params: null; result: DepthReport };
  /** Sixteen short trainings of one unit; needs no run. */
  learnTruthTables: { params: null; result: readonly TruthTable[] };
  /** The part of the film that somebody lacks who has this much of it. Null where there is no film. */
  film: { params: { readonly have?: FilmCursor }; result: FilmPiece | null };
  /** The lesson's walk on a copy: forward, error, backward and update for one sample or the next batch. */
  walk: { params: WalkOptions; result: Walk };
  saveWeights: { params: null; result: Uint8Array };
  /**
   * Everything the run's future depends on, as a file. Refused for a run that has diverged. A lean one leaves
   * out the values of very many epochs.
   */
  saveCheckpoint: { params: { readonly lean: boolean } | null; result: Uint8Array };
  /**
   * A lean checkpoint from after the best epoch so far, or after one shortly before it. Null where none is
   * held that is new since the last call and better than a value.
   */
  saveBest: { params: { readonly than?: number }; result: Uint8Array | null };
  /** `file` is repeated in the intervention that is told. */
  loadWeights: { params: { readonly bytes: Uint8Array; readonly file?: string }; result: null };
  /** One batch at the initial weights of a spec, without a run. Null where it cannot be measured. */
  forecast: { params: ForecastOptions; result: Forecast | null };
  /** The loss of each row of a part; null where rows are weighted, so that the loss is no mean over them. */
  rowLosses: { params: { readonly part: Part }; result: Float64Array | null };
  /**
   * The content of a table's columns. `table` is a path for the host's `readFile`, shown in messages. For a
   * new spec, texts that probably mean that a value is missing are read so.
   */
  profile: {
    params: { readonly table: string; readonly format?: FileReading; readonly forNewSpec?: boolean };
    result: { readonly facts: TableFacts; readonly warnings: readonly string[] } | DataRefused;
  };
  /** The columns of a table that surely give a target away, read as for a new spec. */
  givenAway: {
    params: { readonly table: string; readonly column: string; readonly isNumber: boolean };
    result: { readonly givenAway: readonly GivenAway[] } | DataRefused;
  };
  /** The content of a spec's data, encoded and split as the spec says. */
  facts: { params: { readonly spec: Spec }; result: { readonly facts: DataFacts } | DataRefused };
  /** Reads a spec's data as a run would, and keeps the table for `askData`, in place of an earlier one. */
  openData: { params: { readonly spec: Spec }; result: OpenedData | DataRefused };
  askData: { params: DataQuestion; result: DataAnswer };
  /** The first cell below the header of `column`, counted from 0, that holds `value`. */
  findCell: {
    params: {
      readonly table: string;
      readonly format?: FileReading;
      readonly column: number;
      readonly value: string;
    };
    result: Range | null;
  };
  /** Outputs of a trained network for the rows of a table, as CSV. */
  predict: {
    params: PredictOptions;
    result:
      | { readonly csv: string; readonly score?: string; readonly doubts: readonly string[] }
      | { readonly problem: string }
      | DataRefused;
  };
  /** How well a trained network does on a table that holds the targets. */
  evaluate: {
    params: Omit<PredictOptions, 'keepColumns'> & {
      /** A file with the target of each row, for an array without it. */
      readonly labels?: string;
      readonly importance?: ImportanceOptions;
    };
    result:
      | { readonly scores: Scores; readonly doubts: readonly string[] }
      | { readonly problem: string }
      | DataRefused;
  };
}

/** A table that was read. Problems may keep it from being trained on. */
export interface OpenedData extends DataRefused {
  readonly view: DataOverview;
}

/** Data with errors. A result's `doubts` are sentences about how the table was read. */
export interface DataRefused {
  readonly problems: readonly ProblemMessage[];
}

export interface PredictOptions {
  /** Bytes of a safetensors file. */
  readonly weights: Uint8Array;
  /** Parsed from the text in the weights file; null if it has errors. */
  readonly spec: Spec | null;
  readonly table: string;
  /** The table is a folder of images. */
  readonly isFolder?: boolean;
  /** The table's own columns come first. */
  readonly keepColumns?: boolean;
}

export interface ForecastOptions {
  readonly spec: Spec;
  /** Identifies the data file and its content, so that data are read only once; empty without a file. */
  readonly dataStamp: string;
}

/** Path of a file on the server's own machine, so that a large file need not be sent. */
export interface OnDisk {
  readonly disk: string;
}

/** Requests of the server. Paths are as the spec writes them; the host resolves and checks them. */
export interface HostRequests {
  readFile: { params: { readonly path: string }; result: Uint8Array | OnDisk };
  /** The entries of a folder. */
  listFolder: {
    params: { readonly path: string };
    result: readonly { readonly name: string; readonly folder: boolean }[];
  };
  /** Bytes of a set shipped with the product: `iris.csv`. */
  readShipped: { params: { readonly name: string }; result: Uint8Array };
}

export interface WalkOptions {
  /** A sample of the train part by its index in it, or the run's next batch. */
  readonly subject: { readonly kind: 'sample'; readonly index: number } | { readonly kind: 'batch' };
  /** A step: the walk goes through the network of the last frame up to there. Default: the present one. */
  readonly frame?: number;
  /** Numbers in place of those of the sample, as the network sees them. */
  readonly inputs?: readonly number[];
}

/** A tensor to be shown: all of it up to 64 numbers, otherwise a corner and a summary. */
export interface TensorView {
  readonly name: string;
  readonly shape: readonly number[];
  /** Row-major. With a `summary`, only the first rows and columns: `[shownRows, shownColumns]`. */
  readonly values: Float64Array;
  readonly shown: readonly number[];
  readonly summary?: {
    readonly minimum: number;
    readonly maximum: number;
    readonly mean: number;
    readonly norm: number;
  };
}

/** One phase of the walk with everything it reads and writes. */
export interface WalkStep {
  readonly phase: Phase;
  /**
   * Tensors by role: `input`, `W`, `b`, `z`, `a`, `delta`, `dW`, `db`, `dInput`, `Wafter`, `bafter`,
   * `target`, `output`. Those of samples are `[samples, features]`, W is `[units, inputs]`. The loss is the
   * mean over the samples, so `delta` = dL/dz already includes the factor 1/samples. dW = δᵀ·input, and
   * `dInput` = dL/d(input of this layer). `slope`, `dslope` and `slopeafter` belong to an activation that
   * learns its slope. `W.velocity`, `b.first_moment` and similar ones are the optimizer's memory after the
   * update.
   */
  readonly tensors: Readonly<Record<string, TensorView>>;
  readonly loss?: number;
}

export interface Walk {
  readonly steps: readonly WalkStep[];
  /** The forward pass and the loss of the same samples with the new weights; empty where none are known. */
  readonly again: readonly WalkStep[];
  readonly epoch: number;
  readonly step: number;
  readonly learningRate: number;
  readonly samples: number;
  readonly trainSamples: number;
}
