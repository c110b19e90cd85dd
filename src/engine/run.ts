/** A run as plain data: its options, records, moves and state. */
import type { Intervention } from '../common/intervention';
import type { TagValues } from '../common/tagValues';
import type { TrainingPlan } from '../spec/plan';
import type { Part } from '../spec/spec';
import type { Backend, Divergence, FloatArray, Precision, ProgramState, SampleSource } from './backend';
import type { WatchState } from './earlyStopping';
import type { Film } from './film/film';
import type { HistoryState } from './history';
import type { RateControlState } from './rateControl';
import type { Phase } from './steps';

export interface EpochRecord {
  /** From 1. */
  readonly epoch: number;
  /** Optimizer steps since the run's start. */
  readonly step: number;
  readonly values: TagValues;
}

/** Why a run ends, unless it diverges. */
export type ClosingReason = 'completed' | 'early_stopping';

export type EndReason = ClosingReason | 'diverged';

export interface Position {
  /** The current epoch, from 1. After the run's end, the last one. */
  readonly epoch: number;
  /** Batches of this epoch that are done. */
  readonly batch: number;
  /** Steps since the run's start. */
  readonly step: number;
  /** The next phase of an unfinished step. Undefined between two steps. */
  readonly phase?: Phase;
}

/** The result of one phase. */
export interface Move {
  readonly phase: Phase;
  /** Set after the loss phase. */
  readonly loss?: number;
  /** True where the phase finished a step, and perhaps an epoch or the run as well. */
  readonly stepDone?: boolean;
  readonly record?: EpochRecord;
  readonly ended?: EndReason;
}

/** The result of a chunk of training. */
export interface ChunkResult {
  /** Steps done. */
  readonly steps: number;
  readonly record?: EpochRecord;
  readonly ended?: EndReason;
}

/** An intervention of an earlier run, to be done again at the same place. */
export interface Replayed extends Intervention {
  /** The weights to set, by name. */
  readonly weights?: ReadonlyMap<string, ArrayLike<number>>;
}

export interface TrainerOptions {
  readonly plan: TrainingPlan;
  readonly data: SampleSource;
  /** Row indices of each part. */
  readonly parts: Readonly<Record<Part, Int32Array>>;
  readonly backend: Backend;
  readonly precision?: Precision;
  readonly threads?: number;
  /** Values of learned tensors and running statistics by name. Default: drawn by the seed. */
  readonly initial?: ReadonlyMap<string, FloatArray>;
  /** Names of the classes in their order, for class weights by name. Default: 0 and 1. */
  readonly classNames?: readonly string[];
  /** Values of the learned tensors by name, set after compiling. */
  readonly weights?: ReadonlyMap<string, ArrayLike<number>>;
  /** Called with the loss of each batch when it is done. */
  readonly onBatch?: (step: number, loss: number) => void;
  /** Keeps test values of every epoch, for expectations that need them. */
  readonly testEachEpoch?: boolean;
  /** Interventions to do again, in their order. */
  readonly replay?: readonly Replayed[];
  /** Receives frames of the training. */
  readonly film?: Film;
  /** Called with each intervention, also one that is done again. */
  readonly onIntervention?: (intervention: Intervention) => void;
}

/** Everything that the run's future depends on. Structured-clone safe. */
export interface TrainerState {
  readonly program: ProgramState;
  readonly epoch: number;
  readonly batch: number;
  readonly phase: number;
  readonly lossSum: number;
  /** Total weight of the losses in the sum: the number of samples, or the sum of their weights. */
  readonly mass: number;
  readonly metrics: readonly Float64Array[];
  readonly rates: RateControlState;
  readonly batchLoss: number;
  /** The last epoch is booked; a last check of the weights comes before the run's end. */
  readonly closing?: ClosingReason;
  readonly ended?: EndReason;
  readonly divergence?: Divergence;
  readonly history: HistoryState;
  readonly interventions: readonly Intervention[];
  readonly watch?: WatchState;
  readonly best?: readonly FloatArray[];
  /** Weights of the last step, for a run that ended with its best ones. Added epochs start from these. */
  readonly last?: readonly FloatArray[];
}
