/** Measurements of a network at its current weights: plain data that can be structured-cloned. */
import type { TagValues } from '../common/tagValues';
import type { Part } from './spec';

/** Distributions of every activation over a fixed sample of the train part. */
export interface ActivationProbe {
  readonly epoch: number;
  readonly step: number;
  readonly samples: number;
  readonly layers: readonly LayerDistribution[];
}

export interface LayerDistribution {
  /** Layer index. */
  readonly layer: number;
  /** For elementwise activations: z over [low, high] in equal bins. The outer bins include values beyond. */
  readonly histogram?: { readonly low: number; readonly high: number; readonly counts: Float64Array };
  /** For squashing functions: the share of unit-sample pairs whose |f′| is under 5 % of its maximum. */
  readonly saturated?: number;
  /** For relu and similar functions: the share of units whose f′ is 0 for all samples. */
  readonly dead?: number;
  /** For activations whose outputs are a distribution: the mean output for each class. */
  readonly meanProbabilities?: Float64Array;
}

/**
 * The network as a picture: its outputs over a line (one input) or a grid (two inputs), with the data points
 * on it.
 */
export interface Surface {
  readonly epoch: number;
  readonly step: number;
  /** Inputs are in the data's own units (before scaling). One axis for a curve, two for a boundary. */
  readonly axes: readonly {
    readonly name: string;
    readonly low: number;
    readonly high: number;
    readonly count: number;
  }[];
  /**
   * `[count of axis 2, count of axis 1, outputs]` row-major, or `[count, outputs]` for a curve. Log-variances
   * are not included. Hinge's −1 and 1 are mapped to 0 and 1, so that ½ separates yes from no for every loss.
   */
  readonly outputs: Float32Array;
  readonly outputSize: number;
  /**
   * Data points in the data's own units: `[points, axes]`. The target is the class index or the number, the
   * part an index into `parts`.
   */
  readonly points: { readonly x: Float32Array; readonly target: Float32Array; readonly part: Uint8Array };
}

/** Units that a picture of the network shows, and the numbers that pass through it. */
export interface UnitsQuestion {
  /** Layer indices, ascending. */
  readonly layers: readonly number[];
  /** The most units, or channels, of a layer. */
  readonly units: number;
  /** Points along each axis of a unit's response. */
  readonly resolution: number;
  /** Index in the train part of the sample that is passed through the network. */
  readonly sample: number;
  /** In place of a sample: the network's inputs, as it sees them. */
  readonly inputs?: readonly number[];
}

/** The network as a picture: some of its units with their weights, and what they make of a sample. */
export interface UnitsProbe {
  readonly epoch: number;
  readonly step: number;
  /** The first numbers of what is passed through the network, as the network sees them. */
  readonly inputs: Float32Array;
  /** The range of each of these inputs in the train part, and the scale that was applied. */
  readonly ranges: InputRanges;
  /** Its target; undefined for inputs that are no sample. */
  readonly target?: Float32Array;
  /** The step with whose weights these are compared; undefined where none are known. */
  readonly since?: number;
  /** Where the network has one or two inputs that are numbers: the line or grid of the responses. */
  readonly axes?: Surface['axes'];
  readonly layers: readonly LayerUnits[];
}

/** The file's own number is `x·scale + shift`. */
export interface InputRanges {
  readonly low: Float32Array;
  readonly high: Float32Array;
  readonly shift: Float32Array;
  readonly scale: Float32Array;
}

export interface LayerUnits {
  /** Layer index. */
  readonly layer: number;
  /** Units, or channels, that are described: the first ones. */
  readonly count: number;
  /** Before the activation, for the sample; absent where the layer has none, and for channels. */
  readonly z?: Float32Array;
  /** The outputs for the sample, `[count]`, or `[count, height, width]` for channels. */
  readonly a: Float32Array;
  /** Height and width of a channel, for which `a` may be thinned. */
  readonly picture?: readonly [number, number];
  /** Outputs over the line or the grid, `[count, points]`, the first axis fastest; none of large layers. */
  readonly responses?: Float32Array;
  /** For a layer that weighs its inputs: of the first inputs, `[count, columns]`. */
  readonly weight?: Learned & { readonly columns: number };
  readonly bias?: Learned;
  /** For a convolution: its filters, `[count, channels, height, width]`. */
  readonly filters?: { readonly shape: readonly number[]; readonly values: Float32Array };
  /** For a layer that weighs the network's inputs, where these are more: all weights, `[count, inputs]`. */
  readonly pattern?: Float32Array;
}

/** Numbers that are learned, with the gradients of the next batch and their change since an earlier step. */
export interface Learned {
  readonly values: Float32Array;
  readonly gradients: Float32Array;
  readonly changes?: Float32Array;
}

export interface GradientProbe {
  readonly epoch: number;
  readonly step: number;
  /**
   * One for each layer that learns, first to last: Euclidean norms of dL/dW over the whole layer, and of δ.
   */
  readonly layers: readonly {
    readonly layer: number;
    readonly gradientNorm: number;
    readonly weightNorm: number;
    readonly deltaNorm: number;
    /** That of the next update. Not known of a past moment whose optimizer has a memory. */
    readonly updateNorm?: number;
  }[];
}

/** Counts at other thresholds: the second of two classes is chosen where its probability is above one. */
export interface ThresholdCounts {
  /** Step k stands for the threshold k/steps. */
  readonly steps: number;
  /** For each step the number of samples above it: of the first class, and of the second. */
  readonly first: Float64Array;
  readonly second: Float64Array;
}

/** Asks for the samples of a part, the worst first. */
export interface MistakesQuestion {
  readonly part: Part;
  /** Only those of a cell of the confusion matrix. */
  readonly cell?: { readonly target: number; readonly predicted: number };
  /** The second of two classes is chosen where its probability is above it. Default: as training decides. */
  readonly threshold?: number;
  /** The number of samples to pass over. */
  readonly from: number;
}

/** Samples that the network fits worst, the worst first. */
export interface Mistakes {
  readonly question: MistakesQuestion;
  /** Number of samples in the part, or in the cell that was asked for. */
  readonly total: number;
  readonly samples: readonly MistakenSample[];
  /** Names of the targets, where there are several. */
  readonly targets?: readonly string[];
  /** A sample as a picture. Otherwise it is the cells of its row. */
  readonly picture?: { readonly channels: number; readonly height: number; readonly width: number };
  readonly columns?: readonly { readonly name: string; readonly isNumber: boolean }[];
  /** The number of further columns. */
  readonly moreColumns?: number;
}

export interface MistakenSample {
  /** Counts the rows of the table from 1. */
  readonly row: number;
  /** Class, labels or numbers. */
  readonly target: readonly (string | number)[];
  readonly predicted: readonly (string | number)[];
  /** The probability that was given to the right class. */
  readonly probability?: number;
  /** The loss of the sample, where numbers are predicted their distance from the target. */
  readonly wrong: number;
  /** `[channels, height, width]`, in 256 shades of the range that the listed samples have. */
  readonly pixels?: Uint8Array;
  /** In the units of the file. Null for a category that training never saw. */
  readonly cells?: readonly (string | number | null)[];
}

/** Backpropagation against central differences, tensor by tensor. */
export interface GradientReport {
  readonly epoch: number;
  readonly step: number;
  /** Samples of the train part; the loss is the mean over them. */
  readonly samples: number;
  /** Learned numbers of the network. */
  readonly parameters: number;
  /** At the current weights. */
  readonly loss: number;
  /** In the order of the layers; a layer that learns nothing has none. */
  readonly tensors: readonly TensorCheck[];
}

export interface TensorCheck {
  /** Layer index. */
  readonly layer: number;
  /** `dense_1.weight`. */
  readonly tensor: string;
  readonly shape: readonly number[];
  /** Numbers that were compared. */
  readonly checked: number;
  /** Numbers that were skipped because an activation has a kink within the step of the difference. */
  readonly kinks: number;
  /** Numbers that were skipped because rounding of a large loss hides the true difference. */
  readonly unresolved: number;
  /**
   * Maximum of |a − n|/max(|a| + |n|, 1e−4), a the gradient, n the difference quotient; NaN if nothing was
   * compared.
   */
  readonly largestError: number;
  /** The index of that maximum along each axis, and the two values. */
  readonly worst?: { readonly at: readonly number[]; readonly gradient: number; readonly quotient: number };
  readonly verdict: GradientVerdict;
}

/** `unchecked`: all of the drawn numbers were skipped. */
export type GradientVerdict = 'right' | 'doubtful' | 'wrong' | 'unchecked';

/** A short training whose learning rate grows from step to step: one value a step. */
export interface LearningRateCurve {
  readonly rates: Float64Array;
  /** The batch's loss before the step. */
  readonly losses: Float64Array;
  readonly smoothed: Float64Array;
}

/** The whole curve, to the step at which the loss has diverged. */
export interface LearningRateReport extends LearningRateCurve {
  readonly diverged: boolean;
  readonly verdict: LearningRateVerdict;
  /** In two digits; undefined where the loss falls at no rate. */
  readonly suggestion?: number;
}

/** `uncertain`: the loss falls, but by so little that a longer training may do better at a larger rate. */
export type LearningRateVerdict = 'clear' | 'uncertain' | 'none';

/** y = W·x + b, with W row-major. */
export interface AffineMap {
  readonly units: number;
  readonly inputs: number;
  readonly weight: Float64Array;
  readonly bias: Float64Array;
}

/** A stack of linear layers and the one layer that it is, or the name of a layer that is not linear. */
export type CollapseReport =
  | { readonly obstacle: string }
  | {
      readonly layers: readonly (AffineMap & { readonly name: string })[];
      readonly whole: AffineMap;
      /** Some samples of the train part: the weighted sums of the network's last layer, and W·x + b. */
      readonly samples: readonly {
        readonly input: Float64Array;
        readonly network: Float64Array;
        readonly collapsed: Float64Array;
      }[];
    };

/** One sigmoid unit after training on a truth table of two inputs; rows in the order 00, 01, 10, 11. */
export interface TruthTable {
  readonly outputs: readonly number[];
  /** 1 where the unit's output is above 0.5. */
  readonly answers: readonly number[];
  readonly weights: readonly [number, number];
  readonly bias: number;
  readonly loss: number;
}

/** Networks that differ in the activation of their hidden layers alone; none where there is no such layer. */
export interface DepthReport {
  /** Names of the layers with weights, from first to last. */
  readonly layers: readonly string[];
  readonly runs: readonly {
    readonly activation: string;
    readonly steps: number;
    /** Norm of the gradient of each layer at the first step, and after the last. */
    readonly before: readonly number[];
    readonly after: readonly number[];
    /** Loss of the first batch. */
    readonly lossBefore: number;
    readonly lossAfter: number;
  }[];
}

/** Measurements of one batch, forward and backward, at the weights that a run would start with. */
export interface Forecast {
  readonly samples: number;
  readonly layers: readonly LayerForecast[];
  /** The batch's mean loss; NaN or infinite where numbers have overflowed. */
  readonly loss: number;
  /**
   * The largest range of one output over the samples, before the output's activation where that is computed
   * together with the loss.
   */
  readonly outputSpread: number;
}

export interface LayerForecast {
  /** Layer index. */
  readonly layer: number;
  /** For layers with weights: the Euclidean norm of δ = dL/dz over the batch. */
  readonly delta?: number;
  /**
   * For squashing functions of hidden layers: the share of unit-sample pairs whose |f′| is under 5 % of its
   * maximum.
   */
  readonly saturated?: number;
  /** For relu and similar functions: the share of units whose f′ is 0 for every sample. */
  readonly dead?: number;
  /** Number of units of z. */
  readonly units?: number;
}

/** How well a trained network does on the rows of a table that holds the targets. */
export interface Scores {
  readonly rows: number;
  /** Their places in the file, where not all of its rows are among them. */
  readonly kept?: Int32Array;
  /** Rows of the file that have no target, and others that lack an input; neither are among `rows`. */
  readonly withoutTarget?: number;
  readonly withGaps?: number;
  /** Loss and metrics of the network. */
  readonly values: TagValues;
  /** Those of a constant answer, taken from the data that the network was trained on. */
  readonly baseline: TagValues;
  /** Whether the network is one linear map. */
  readonly linear: boolean;
  /** The loss of each row. Only losses of the same measure, `by`, can be compared. */
  readonly losses: { readonly by: string; readonly values: Float64Array };
  /** Counts `[target, predicted]`, row-major, where the target is one of a few classes. */
  readonly confusion?: { readonly classes: readonly string[]; readonly counts: Float64Array };
  readonly calibration?: Calibration;
  /** One for a yes or no; else one for each of a few classes or labels, against all others. */
  readonly curves?: readonly RankCurve[];
  /**
   * Only for a yes or no: what happens if a probability from `threshold` on means yes. Where yes is rare, the
   * thresholds are scores of rows, since nearly all are far below one half.
   */
  readonly thresholds?: readonly Threshold[];
  /** Only for one number to predict. */
  readonly scatter?: Scatter;
  /** Only for several numbers to predict: the first ones, and how many more there are. */
  readonly targets?: { readonly shown: readonly TargetDetails[]; readonly more: number };
  /** The rows that fit worst, the worst first. */
  readonly worst: readonly WorstRow[];
  /** Only where it was asked for; omitted where too few rows can be measured within the limits. */
  readonly importance?: Importance | 'omitted';
}

/** Predictions against what came true, in groups of similar predictions. */
export interface Calibration {
  /** The probability of yes, that of the chosen class, or the predicted number. */
  readonly of: 'yes' | 'chosen' | 'number';
  /** `width`: the groups divide 0 to 1 evenly; `rows`: they have as many rows each. */
  readonly groupedBy: 'width' | 'rows';
  /** Means over a group: a probability against the share that came true, a number against the target. */
  readonly groups: readonly { readonly predicted: number; readonly actual: number; readonly rows: number }[];
}

/** How well an output tells the rows of a class from all others, at every threshold. */
export interface RankCurve {
  readonly name: string;
  readonly auc: number;
  readonly averagePrecision: number;
  /** The share of the rows that are of the class. */
  readonly share: number;
  /** From the highest threshold down; of many, so many that the pictures stay the same. */
  readonly points: readonly Threshold[];
}

export interface Threshold {
  readonly threshold: number;
  readonly recall: number;
  readonly precision: number;
  /** The share of no that counts as yes. */
  readonly falseAlarms: number;
}

/** Predictions of one of several numbers against what came true. */
export interface TargetDetails {
  readonly name: string;
  readonly calibration: Calibration;
  readonly scatter: Scatter;
}

/** A prediction and its target for each of some rows. */
export interface Scatter {
  readonly predicted: Float64Array;
  readonly targets: Float64Array;
}

/** Limits of a measurement of importance. */
export interface ImportanceOptions {
  /** Permutations of each column. */
  readonly repeats: number;
  /** Multiplications at most: of many rows a sample is measured. Default: no limit. */
  readonly work?: number;
}

/** How much worse the network does when the cells of one column are permuted among the rows. */
export interface Importance {
  /** All rows, or as many, drawn by the seed, as there was time for. */
  readonly rows: number;
  /** Permutations of each column. */
  readonly repeats: number;
  /** The metric that is measured besides the loss. */
  readonly metric: string;
  readonly metricBetter: 'higher' | 'lower';
  /** The column whose permutation raises the loss most comes first. */
  readonly columns: readonly ColumnImportance[];
}

export interface ColumnImportance {
  readonly column: string;
  /** How much the loss rises. */
  readonly loss: Spread;
  /** How much worse the metric becomes: what it falls where higher is better, else what it rises. */
  readonly metric: Spread;
}

export interface Spread {
  readonly mean: number;
  /** Standard deviation, of n values by n − 1; NaN for one. */
  readonly sd: number;
}

export interface WorstRow {
  /** Counts the rows of the table from 1. */
  readonly row: number;
  /** Its line in the file, where that is text. */
  readonly line?: number;
  /** The class or the number. */
  readonly target: string | number;
  readonly predicted: string | number;
  /** The probability that was given to the right class; undefined for numbers. */
  readonly probability?: number;
}
