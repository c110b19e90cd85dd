/**
 * The protocol between the extension host and the training panel. The host's run is the source of
 * truth; the panel is a view of it.
 */
import type { FoldScore } from '../common/foldScores';
import { isCount } from '../common/isCount';
import { isRecord } from '../common/isRecord';
import type { Points, RunState, Tag } from '../runs/series';
import { type ChartFile, isChartFile } from './chartFile';
import type { Ended, Failure, Hello, Progress, Started, Walk, WalkOptions } from './engine';
import { type Answers, areQuestions, type Questions } from './measurements';
import { type DataFromPanel, type DataToPanel, isDataQuestion } from './panelData';

/**
 * An activation as the catalogue defines it, sampled by the host at x = -5.0, -4.9, … 5.0, and on both sides
 * of each kink, with the layer's own parameters. For a softmax, `f` is its output for the vector of all x,
 * and there is no `df`.
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

/** Which earlier runs of the spec are drawn behind the curves. */
export const earlierChoices = ['none', 'last', 'best', 'all', 'chosen'] as const;
export type EarlierChoice = (typeof earlierChoices)[number];

/** The most runs that are drawn behind the curves. */
export const mostEarlierRuns = 50;

/** A kept run as it is drawn behind the curves of another one. */
export interface EarlierRun {
  readonly id: string;
  /** No other of these runs has this name. */
  readonly name: string;
  /** Its losses may be beyond any axis. */
  readonly diverged: boolean;
  /** Points of its log, thinned. Without its losses where they come from another loss function. */
  readonly series: Readonly<Record<Tag, Points>>;
}

export interface EarlierRuns {
  readonly runs: readonly EarlierRun[];
  /** Number of runs of the spec that began before the one that is shown. */
  readonly known: number;
  /** Numbers of runs that were to be drawn, but are not: damaged ones, and those beyond `mostEarlierRuns`. */
  readonly damaged: number;
  readonly more: number;
  /** Number of drawn runs that are shown without their losses, since they come from another loss function. */
  readonly otherLoss: number;
}

/**
 * Everything that the panel shows of a run except its series, with the latest answer for each measurement.
 * These are not stored, since they can be repeated.
 */
export interface RunStatus extends Answers {
  readonly runId: string;
  readonly title: string;
  /** The spec's uri, to link layers to lines. */
  readonly specUri: string;
  readonly state: RunState;
  /** The run's engine and what it can do, once it has told. */
  readonly hello?: Hello;
  /** The work before the first data arrive: `reading digits.csv…`. */
  readonly stage?: string;
  readonly started?: Started;
  /** Scores of the folds of a cross-validation that are done. */
  readonly folds?: readonly FoldScore[];
  /** The steps of the frames of the film. */
  readonly film?: Float64Array;
  /** Set together with `started`. */
  readonly curves?: Curves;
  readonly progress?: Progress;
  readonly ended?: Ended;
  /** Final values of the linear model on the same data, once it was asked for. */
  readonly linear?: Ended['final'];
  /** Scores of the linear model in the folds of a cross-validation. */
  readonly linearFolds?: readonly FoldScore[];
  /** Standard error of the difference between both losses on the part that is held out. */
  readonly linearError?: number;
  readonly failure?: Failure;
  /** True where the run was read from storage: no engine runs it, and the panel offers Restart. */
  readonly stored: boolean;
}

/** All that is known of a run but its series and its probes. */
export type RunDetails = Pick<
  RunStatus,
  'stage' | 'started' | 'folds' | 'film' | 'progress' | 'ended' | 'failure' | 'linear' | 'linearFolds' | 'linearError'
>;

/** The fields that have changed. Null clears a field: JSON drops fields that are undefined. */
export type StatusChanges = { readonly [Field in keyof RunStatus]?: RunStatus[Field] | null };

/** Everything the panel needs to show a run from the beginning. */
export interface Hydration extends RunStatus {
  readonly series: Readonly<Record<Tag, Points>>;
}

export type ToPanel =
  | { readonly type: 'hydrate'; readonly hydration: Hydration; readonly frame: number }
  /** Increments since the last frame; points are appended to their series. Answered by `ack`. */
  | {
      readonly type: 'append';
      readonly frame: number;
      readonly series: Readonly<Record<Tag, Points>>;
      readonly changes: StatusChanges;
    }
  | { readonly type: 'walk'; readonly id: number; readonly walk?: Walk; readonly failure?: Failure }
  /** The answer to `moment`. */
  | { readonly type: 'moment'; readonly id: number; readonly answers?: Answers; readonly failure?: Failure }
  /** The earlier runs that were asked for by `showEarlier`. */
  | { readonly type: 'earlierRuns'; readonly earlier: EarlierRuns }
  /** The runs that were chosen from a list. */
  | { readonly type: 'earlierChosen'; readonly ids: readonly string[] }
  /** The spec has no run: its data can be shown, and it can be trained. */
  | { readonly type: 'idle'; readonly title: string; readonly specUri: string }
  /** Whether the file differs from the text that the shown run was started with. */
  | { readonly type: 'specChanged'; readonly changed: boolean }
  /** The layer whose lines in the spec hold the cursor; none where the text is not that of the run. */
  | { readonly type: 'cursorLayer'; readonly layer?: number }
  /** Chooses the Data tab, for what was known before any run. */
  | { readonly type: 'showData' }
  | DataToPanel;

export type FromPanel =
  | { readonly type: 'ready' }
  | { readonly type: 'ack'; readonly frame: number }
  | { readonly type: 'control'; readonly action: 'pause' | 'resume' | 'stop' | 'restart' | 'newSeed' }
  | { readonly type: 'step'; readonly unit: 'phase' | 'batch' | 'epoch' }
  | { readonly type: 'learningRate'; readonly value: number }
  /** Sets a learned number by hand. */
  | { readonly type: 'setWeight'; readonly tensor: string; readonly index: number; readonly value: number }
  /** Asked by the visible views: nothing else is measured. */
  | { readonly type: 'subscribe'; readonly questions: Questions }
  | { readonly type: 'walk'; readonly id: number; readonly options: WalkOptions }
  /** Measures the network at once: at a frame of its film, which goes by its step, or as it is now. */
  | { readonly type: 'moment'; readonly id: number; readonly frame?: number; readonly questions: Questions }
  /** Trains a new run from a frame of the film, which goes by its step. */
  | { readonly type: 'forkMoment'; readonly frame: number }
  | { readonly type: 'reveal'; readonly line: number }
  | { readonly type: 'showActivation'; readonly name: string }
  | { readonly type: 'openLesson'; readonly order: number }
  | { readonly type: 'saveWeights' }
  | ({ readonly type: 'saveFile' } & ChartFile)
  | { readonly type: 'compareLinear' }
  | { readonly type: 'crossValidate' }
  /** `ids`: the runs of the choice `chosen`. */
  | { readonly type: 'showEarlier'; readonly choice: EarlierChoice; readonly ids: readonly string[] }
  /** Asks the person for runs; `ids` are chosen already. */
  | { readonly type: 'chooseEarlier'; readonly ids: readonly string[] }
  | DataFromPanel;

type Check<Type> = (message: { readonly [Key in keyof Extract<FromPanel, { type: Type }>]: unknown }) => boolean;

const isOneOf =
  (...values: readonly string[]) =>
  (value: unknown) =>
    typeof value === 'string' && values.includes(value);

const isAction = isOneOf('pause', 'resume', 'stop', 'restart', 'newSeed');
const isUnit = isOneOf('phase', 'batch', 'epoch');
const isChoice = isOneOf(...earlierChoices);

/** For each kind of message, a check of its fields. */
const checks: { readonly [Type in FromPanel['type']]: Check<Type> } = {
  ready: () => true,
  saveWeights: () => true,
  saveFile: isChartFile,
  compareLinear: () => true,
  crossValidate: () => true,
  ack: ({ frame }) => isCount(frame),
  control: ({ action }) => isAction(action),
  step: ({ unit }) => isUnit(unit),
  learningRate: ({ value }) => Number.isFinite(value),
  setWeight: ({ tensor, index, value }) => typeof tensor === 'string' && isCount(index) && Number.isFinite(value),
  subscribe: ({ questions }) => areQuestions(questions),
  walk: ({ id, options }) =>
    isCount(id) &&
    isRecord(options) &&
    isSubject(options.subject) &&
    (options.frame === undefined || isCount(options.frame)) &&
    (options.inputs === undefined || (Array.isArray(options.inputs) && options.inputs.every(Number.isFinite))),
  moment: ({ id, frame, questions }) =>
    isCount(id) && (frame === undefined || isCount(frame)) && areQuestions(questions),
  forkMoment: ({ frame }) => isCount(frame),
  reveal: ({ line }) => isCount(line),
  openLesson: ({ order }) => isCount(order),
  showActivation: ({ name }) => typeof name === 'string',
  showEarlier: ({ choice, ids }) => isChoice(choice) && areIds(ids),
  chooseEarlier: ({ ids }) => areIds(ids),
  openData: () => true,
  askData: ({ id, question }) => isCount(id) && isDataQuestion(question),
  showNotice: ({ index }) => isCount(index),
  manageTrust: () => true,
};

function areIds(ids: unknown): boolean {
  return Array.isArray(ids) && ids.length <= mostEarlierRuns && ids.every((id) => typeof id === 'string');
}

function isSubject(subject: unknown): boolean {
  return isRecord(subject) && (subject.kind === 'batch' || (subject.kind === 'sample' && isCount(subject.index)));
}

/** True for a message that a panel can have sent. A page is not trusted to send no other. */
export function isFromPanel(message: unknown): message is FromPanel {
  if (!isRecord(message) || typeof message.type !== 'string' || !Object.hasOwn(checks, message.type)) {
    return false;
  }
  return checks[message.type as FromPanel['type']](message as never);
}

/** The page's JSON script element `boot`, so that the first layout waits for no message. */
export interface PanelBoot {
  readonly language: 'en' | 'ko';
  /** Plays the film of a run that was over before it could be seen. */
  readonly autoplay?: boolean;
  readonly l10n?: Readonly<Record<string, string | { readonly message: string; readonly comment: readonly string[] }>>;
}
