/** The types of the catalogue, which hover, completion, validation and engine read. */
import type { TargetKind } from '../dataFacts';
import type { ParameterValue } from '../spec';
import type labels from './texts/labels.en.json';

export const kinds = ['activation', 'loss', 'optimizer', 'schedule', 'initializer', 'layer', 'metric'] as const;
export type Kind = (typeof kinds)[number];
export type Language = 'en' | 'ko';

/** A parameter's names in other libraries; empty where a library does not have it. */
export type LibraryNames = readonly [pytorch: string, keras: string];

/** A quantity that the labels have a word for. */
export type Quantity = keyof (typeof labels)['quantities'];

/**
 * Meanings of letters in a typeset formula: a quantity, or the entry's own parameter (`.learning_rate`). A
 * key includes the letter's index if the index changes the meaning.
 */
export type Letters = Readonly<Record<string, Quantity | `.${string}`>>;

export interface ParameterEntry {
  readonly name: string;
  readonly type:
    | 'number'
    | 'integer'
    | 'integers'
    | 'boolean'
    | 'choice'
    | 'text'
    | 'activation'
    | 'initializer'
    | 'regularizer'
    /** A whole number for every axis, a list with one for each, or one of `choices`. */
    | 'size'
    | 'shape'
    /** Numbers in nested lists. */
    | 'numbers'
    | 'formula'
    /** The layers of a block. */
    | 'layers';
  /** For a size: how many axes it may name one by one. */
  readonly axes?: number;
  /** Without a default the parameter is required, unless it is `optional`. */
  readonly default?: ParameterValue;
  /** May be omitted although it has no default; the effective value then depends on the run. */
  readonly optional?: boolean;
  /** If the default is null: the effective value in a word, such as `pool_size` or `none`. */
  readonly standard?: string;
  /** `minimum` and `maximum` are allowed values, `exclusiveMinimum` and `exclusiveMaximum` are not. */
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
  readonly choices?: readonly string[];
  /** A scalar may stand for this parameter: `dense: 16`. */
  readonly primary?: boolean;
  /** Well-known other spellings (`lr`); each is a diagnostic with a quick fix, never accepted silently. */
  readonly aliases?: readonly string[];
  /** Documented, but refused as "not yet supported" by this version. */
  readonly unsupported?: boolean;
  /** For a layer's parameter: its names in PyTorch and in Keras; empty where the library has none. */
  readonly libraries?: LibraryNames;
  /** Keras' value is 1 minus this one. */
  readonly kerasIsComplement?: true;
}

export interface CatalogueEntry {
  readonly kind: Kind;
  readonly name: string;
  /** Well-known other spellings; each is a diagnostic with a quick fix, never accepted silently. */
  readonly aliases: readonly string[];
  readonly parameters: readonly ParameterEntry[];
  /** Plain-text formula for terminals and tables: `1/(1+e^-x)`. */
  readonly formula: string;
  /** Derivative in plain text, where that makes sense. */
  readonly derivative?: string;
  /** LaTeX of formula and derivative, typeset at build time. */
  readonly latex?: string;
  readonly latexDerivative?: string;
  /** For an optimizer whose rule takes two pictures: the second one. */
  readonly latexUpdate?: string;
  /** For a layer: the letters that only its own formula has, or that mean something else there. */
  readonly letters?: Letters;
  /** Range of values: `(0, 1)`. */
  readonly range?: string;
  /** The same call in PyTorch and in Keras, where the library has one. */
  readonly pytorch?: string;
  readonly keras?: string;
  /** Named by language.md, but not in this version: reported as "not yet supported". */
  readonly unsupported?: boolean;
}

/**
 * The prose of an entry in one language, from the data files in `texts/`, where its key is the entry's name.
 */
export interface EntryText {
  readonly summary: string;
  /** Where it is used and where not. */
  readonly use: string;
  /** Its effect on gradients. */
  readonly gradient?: string;
  /** Where Keras or others differ in value or meaning. */
  readonly differs?: string;
  readonly history?: string;
  readonly parameters?: Readonly<Record<string, string>>;
}

/** Facts that functions of one number and of a whole vector share. */
interface ActivationFacts extends CatalogueEntry {
  readonly kind: 'activation';
  /** The loss for outputs with this activation, and whether a spec without a loss gets it. */
  readonly loss?: { readonly name: string; readonly isDefault: boolean };
  /** Hidden layers often have it: completion offers it first. */
  readonly isUsual?: true;
  /** If all weights are 0, its derivative is 0 too, so that the weights never change. */
  readonly isStuckAtZero?: true;
}

/** y = f(x) for each element on its own. */
export interface ElementwiseActivation extends ActivationFacts {
  readonly shape: 'elementwise';
  /** In float64; finite wherever the function itself is. */
  f(x: number, p: ParameterValues): number;
  /** df/dx; at a kink PyTorch's value. */
  df(x: number, p: ParameterValues): number;
  /** The kinks and jumps of f and f', which numeric checks avoid: `relu` has 0. */
  kinks?(p: ParameterValues): readonly number[];
  /** For a function that cannot list all its kinks: a whole number that changes at each kink. */
  side?(x: number, p: ParameterValues): number;
  /**
   * How gradients can vanish in this function: `saturated` where |f'| is under 5 % of its
   * largest value (squashing functions), `dead` where f' is 0 on a whole side (relu and similar), `none`
   * where neither occurs.
   */
  readonly saturation: 'saturated' | 'dead' | 'none';
  /** Its derivative is 0 everywhere: backpropagation cannot train what comes before it. */
  readonly hasZeroDerivative?: true;
  /** Its largest derivative, where that is at most 1/4: several such layers make the gradient vanish. */
  readonly largestDerivative?: number;
  /** The slope for x < 0 is a learned tensor (prelu), or drawn at each training step (rrelu). */
  readonly extra?: 'learned_slope' | 'random_slope';
}

/** A function of the whole feature vector (axis 1). */
export interface VectorActivation extends ActivationFacts {
  readonly shape: 'vector';
  /** None of its outputs is negative, and they sum to 1. */
  readonly sumsToOne?: true;
  /**
   * Its kinks: where a number of the second half passes 0, or where an output becomes 0. Default: it has
   * none.
   */
  readonly kinksAt?: 'gate' | 'support';
  /** Output length for an input length; undefined if that is not allowed (odd for glu). Default: the same. */
  outputSize?(n: number): number | undefined;
  /** Reads `n` values of x, writes y. */
  forward(x: ArrayLike<number>, y: { [i: number]: number }, n: number, p: ParameterValues): void;
  /** dx = Jᵀ dy; reads x, y and dy, writes dx (n values). */
  backward(
    x: ArrayLike<number>,
    y: ArrayLike<number>,
    dy: ArrayLike<number>,
    dx: { [i: number]: number },
    n: number,
    p: ParameterValues,
  ): void;
}

export interface LossEntry extends CatalogueEntry {
  readonly kind: 'loss';
  /** How it reads target columns. `by_activation`: as classes after softmax, else as yes or no. */
  readonly target: TargetKind | 'by_activation';
  /** Activations that it is computed together with, on the logits. */
  readonly fusedWith?: readonly string[];
  /** Activations whose outputs it can read; default: all. */
  readonly pairing?: LossPairing;
  /** Outputs for each number of the target; default: 1. */
  readonly outputsPerTarget?: 2;
  /** Its labels are −1 and 1, so that it decides at 0. */
  readonly hasSignLabels?: true;
  /** It is a sum of squared differences. */
  readonly isSquaredError?: true;
  /** The constant answer that the network is compared with; default: `mean`. */
  readonly constant?: ConstantAnswer;
}

/**
 * A constant answer, taken from the train part's targets. `mean`: for classes that is the share of each;
 * `log_mean`: its logarithm; `majority`: the most frequent class, or the more frequent sign;
 * `mean_and_log_variance`: those of a normal distribution.
 */
export type ConstantAnswer = 'mean' | 'median' | 'log_mean' | 'majority' | 'mean_and_log_variance';

export interface LossPairing {
  /** The activations it is made for; quick fixes offer the first. */
  readonly right: readonly string[];
  /** Others whose outputs it can at least read; each gets a warning. Default: all others. */
  readonly possible?: readonly string[];
  /** Why the possible ones are not right. */
  readonly reason: 'probability' | 'positive' | 'sign' | 'range';
}

export interface OptimizerEntry extends CatalogueEntry {
  readonly kind: 'optimizer';
  /** Learning rates that people use. */
  readonly usualRates: readonly [low: number, high: number];
}

export interface MetricEntry extends CatalogueEntry {
  readonly kind: 'metric';
  readonly better: 'higher' | 'lower';
  /** It counts right and wrong answers, so it does not suit measured values. */
  readonly countsAnswers?: true;
  /** The constant answer that measured values are compared with; default: `mean`. */
  readonly constant?: ConstantAnswer;
}

export type ParameterValues = Readonly<Record<string, ParameterValue>>;
export type ActivationEntry = ElementwiseActivation | VectorActivation;
