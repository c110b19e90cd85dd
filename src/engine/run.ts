/** What a run is made of, as plain data: its options, records, moves and state. */
import type { TrainingPlan } from '../spec/plan';
import type { Part } from '../spec/spec';
import type { Backend, Divergence, FloatArray, Precision, Program, ProgramData, ProgramState } from './backend';
import type { WatchState } from './earlyStopping';
import type { HistoryState, TagValues } from './history';
import type { RateControlState } from './rateControl';
import type { Phase } from './steps';

export interface EpochRecord {
  /** From 1. */
  readonly epoch: number;
  /** Optimizer steps since the run's start. */
  readonly step: number;
  readonly values: TagValues;
}

/** How a run comes to its end by itself. */
export type ClosingReason = 'completed' | 'early_stopping';

export type EndReason = ClosingReason | 'diverged';

export interface Position {
  /** The epoch under way, from 1; after the last one its number. */
  readonly epoch: number;
  /** Batches of this epoch that are done. */
  readonly batch: number;
  /** Steps since the run's start. */
  readonly step: number;
  /** The phase that comes next, where a step is under way. */
  readonly phase?: Phase;
}

/** What one move did. */
export interface Move {
  readonly phase: Phase;
  /** Of the loss phase. */
  readonly loss?: number;
  /** Set where the move finished a step, and with it perhaps an epoch or the run. */
  readonly stepDone?: boolean;
  readonly record?: EpochRecord;
  readonly ended?: EndReason;
}

/** What a stretch of whole steps did. */
export interface Stretch {
  /** Steps done. */
  readonly steps: number;
  readonly record?: EpochRecord;
  readonly ended?: EndReason;
}

/** A change from outside, with the count of steps done before it, so that a run can be replayed. */
export interface Intervention {
  readonly step: number;
  readonly kind: 'learning_rate' | 'weights';
  /** The learning rate set. */
  readonly value?: number;
}

export interface TrainerOptions {
  readonly plan: TrainingPlan;
  readonly data: ProgramData;
  /** Row indices of each part. */
  readonly parts: Readonly<Record<Part, Int32Array>>;
  readonly backend: Backend;
  readonly precision?: Precision;
  readonly threads?: number;
  /** Values of learned tensors and running statistics by name, as `initialValues` draws them; left out: drawn when the network is compiled. */
  readonly initial?: ReadonlyMap<string, FloatArray>;
  /** Compiled before for these options, by `compileProgram`; left out, the trainer compiles it. */
  readonly program?: Program;
  /** Names of the classes in their order, for weights by name; left out: 0 and 1. */
  readonly classNames?: readonly string[];
  /** Values of the learned tensors by name; left out: drawn by the seed. */
  readonly weights?: ReadonlyMap<string, ArrayLike<number>>;
  /** Told the loss of each batch as it is done. */
  readonly onBatch?: (step: number, loss: number) => void;
  /** Keeps test values of every epoch, for expectations that need them. */
  readonly testEachEpoch?: boolean;
}

/** Everything that the run's future depends on. Structured-clone safe. */
export interface TrainerState {
  readonly program: ProgramState;
  readonly epoch: number;
  readonly batch: number;
  readonly phase: number;
  readonly lossSum: number;
  /** What the losses in the sum counted. */
  readonly mass: number;
  readonly metrics: readonly Float64Array[];
  readonly rates: RateControlState;
  readonly batchLoss: number;
  /** The last epoch is booked, and the run's end under way: what is left is to look through the train part. */
  readonly closing?: ClosingReason;
  readonly ended?: EndReason;
  readonly divergence?: Divergence;
  readonly history: HistoryState;
  readonly interventions: readonly Intervention[];
  readonly watch?: WatchState;
  readonly best?: readonly FloatArray[];
  /** Of a run that ended with its best weights: those of its last step, from which more epochs would go on. */
  readonly last?: readonly FloatArray[];
}
