/**
 * An experiment as plain data that can be structured-cloned. The parser fills in every default that applies,
 * so no reader of a Spec needs to know a default.
 */

/** The numbers of a tensor in nested lists, one list for each axis. */
export type NestedNumbers = readonly (number | NestedNumbers)[];

export type ParameterValue = number | string | boolean | NestedNumbers | readonly string[] | Thing | Regularizer | null;

/**
 * Keras' penalty l1·Σ|w| + l2·Σw² on a layer's weights: it adds to their gradient, not to the reported loss.
 */
export interface Regularizer {
  readonly l1: number;
  readonly l2: number;
}

/** A catalogue entry with its parameters, all defaults filled in: `adam: { learning_rate: 0.01 }`. */
export interface Thing {
  readonly name: string;
  readonly parameters: Readonly<Record<string, ParameterValue>>;
}

/** `none` where the data are used as they are. */
export type Scaling = 'none' | 'standard' | 'robust' | 'minmax';
/** `log`: the natural logarithm, then as `standard`. */
export type TargetScaling = 'standard' | 'robust' | 'minmax' | 'log';
export type MissingPolicy = 'error' | 'drop' | 'mean' | 'median';
/** A column of dates counts days since 1970-01-01. */
export type ColumnType = 'number' | 'category' | 'date';
/** The order of day, month and year in the dates of a column. */
export type DateOrder = 'ymd' | 'dmy' | 'mdy';
/** The values of `types`: `date_dmy` and `date_mdy` settle the order where cells do not. */
export const declaredTypes = ['number', 'category', 'date', 'date_dmy', 'date_mdy', 'ignore'] as const;
export type DeclaredType = (typeof declaredTypes)[number];
export type ColumnTypes = Readonly<Record<string, DeclaredType>>;
export type Cell = number | string | null;

/** The parts of a split, in the order in which they are always listed. */
export const parts = ['train', 'validation', 'test'] as const;
export type Part = (typeof parts)[number];

/** Arrays in a file of several, by their names. */
export interface ArrayNames {
  readonly inputs: string;
  /** Default: the target is a column of the inputs. */
  readonly target?: string;
}

export interface FileOrigin {
  readonly kind: 'file';
  readonly path: string;
  /** A second file, with a number for each row of the first. */
  readonly labels?: string;
  readonly arrays?: ArrayNames;
}

export type DataOrigin =
  | { readonly kind: 'source'; readonly source: Thing }
  | FileOrigin
  /** Images, those of each class in a folder of its own. */
  | { readonly kind: 'folder'; readonly path: string }
  | { readonly kind: 'rows'; readonly columns: readonly string[]; readonly rows: readonly (readonly Cell[])[] };

/**
 * How rows are assigned to the parts, where not by chance. `time`: in the order of a column, or of the file;
 * `group`: rows with one value of the column stay together.
 */
export type SplitBy =
  | { readonly kind: 'time'; readonly column?: string }
  | { readonly kind: 'group'; readonly column: string };

export type PartFiles = Readonly<Partial<Record<Exclude<Part, 'train'>, string>>>;

/** Shares; they sum to 1. With a file for each part, 1 for each part that has one. */
export interface Split extends Readonly<Record<Part, number>> {
  readonly by?: SplitBy;
  /** The files of the other parts, where each part has a file of its own; the train part's is the origin. */
  readonly files?: PartFiles;
}

export const delimiters = [',', ';', '\t', '|', ':', ' '] as const;
export const decimalSigns = ['.', ','] as const;
/** Signs between the thousands of a number; a space may also be a no-break or a thin one. */
export const thousandsSigns = ['none', ',', '.', ' ', "'"] as const;
export const encodings = ['utf-8', 'utf-16', 'euc-kr', 'shift_jis', 'gb18030', 'windows-1252'] as const;
export type Encoding = (typeof encodings)[number];

/** How a table is written as text. */
export interface TextFormat {
  readonly delimiter: (typeof delimiters)[number];
  readonly decimal: (typeof decimalSigns)[number];
  readonly thousands: (typeof thousandsSigns)[number];
  readonly encoding: Encoding;
  /** Whether the first line names the columns; else they are `c0`, `c1`, …. */
  readonly header: boolean;
}

/** How a file is to be read, as far as it is known before the file is. */
export interface FileReading extends Partial<TextFormat> {
  /** Texts and numbers that stand for a missing cell, besides those that always do. */
  readonly naValues?: readonly string[];
}

export interface DataSpec {
  readonly origin: DataOrigin;
  /** Default: every column but the target. */
  readonly inputs?: readonly string[];
  /** Default: that of the built-in set. */
  readonly target?: readonly string[];
  /** The one of two classes that is to be found, which scores are about; default: the last by name. */
  readonly positive?: string;
  /** How the file is to be read; keys that it omits are found out from the file. */
  readonly format?: FileReading;
  /** The column that tells how much a row counts; default: all alike. */
  readonly weights?: string;
  readonly types: ColumnTypes;
  /** A sample's shape, row-major; default: one axis of all inputs. */
  readonly shape?: readonly number[];
  readonly split: Split;
  readonly stratify: boolean;
  readonly scale: Scaling;
  /** Default: the targets are learned as they are. */
  readonly scaleTarget?: TargetScaling;
  readonly missing: MissingPolicy;
  /** A category that the train part lacks is encoded as all zeros; default: it is an error. */
  readonly unknown?: 'ignore';
}

/** Every data file that a spec names, that of the train part first, or its folder of images. */
export function dataPaths({ origin, split }: DataSpec): readonly string[] {
  if (origin.kind === 'folder') {
    return [origin.path];
  }
  if (origin.kind !== 'file') {
    return [];
  }
  const labels = origin.labels === undefined ? [] : [origin.labels];
  return [origin.path, ...labels, ...Object.values(split.files ?? {})];
}

export interface LayerSpec {
  /** The catalogue's layer type: `dense`, `conv2d`, `residual`. */
  readonly type: string;
  /**
   * Unique; `dense_1` where the file gives none. In a block it begins with the block's name:
   * `residual_1.dense_1`.
   */
  readonly name: string;
  /** The layer's own parameters, defaults filled in (without `name` and `activation`). */
  readonly parameters: Readonly<Record<string, ParameterValue>>;
  /** The activation of a layer with weights (`linear` by default), or the function of an activation layer. */
  readonly activation?: Thing;
  /** The layers of a block (`residual`), first to last. */
  readonly layers?: readonly LayerSpec[];
}

export interface EarlyStopping {
  readonly monitor: string;
  readonly patience: number;
  readonly minDelta: number;
  readonly restoreBest: boolean;
}

/** `balanced`, or weights by the name of the class; a class that is not named counts 1. */
export type ClassWeight = 'balanced' | Readonly<Record<string, number>>;

/** Where PyTorch computes; `auto` is a graphics card, if it finds one. */
export const devices = ['auto', 'cpu', 'cuda'] as const;
export type Device = (typeof devices)[number];

/** PyTorch, in a Python of the machine. The spec never says which program that is. */
export interface PyTorchEngine {
  readonly name: 'pytorch';
  readonly device: Device;
  /** Processes that share each batch. */
  readonly processes: number;
}

export interface TrainingSpec {
  readonly loss: Thing;
  /** True where the file names no loss, so that the last activation implied it. */
  readonly lossInferred: boolean;
  readonly optimizer: Thing;
  /** Without a schedule the learning rate stays as it is. */
  readonly schedule?: Thing;
  readonly batchSize: number;
  readonly epochs: number;
  readonly shuffle: boolean;
  readonly metrics: readonly Thing[];
  /** Largest absolute value of a single gradient. */
  readonly clipValue?: number;
  /** Largest Euclidean norm of all gradients together. */
  readonly clipNorm?: number;
  readonly classWeight?: ClassWeight;
  readonly earlyStopping?: EarlyStopping;
  /** The number of folds that are trained before the network itself. */
  readonly crossValidation?: number;
  /** The engine that trains; default: the built-in one. */
  readonly engine?: PyTorchEngine;
}

/** Folds of a cross-validation, where neither the spec nor a person says how many. */
const usualFolds = 5;

/** The same experiment with a cross-validation: in so many folds, or in the spec's own. */
export function withFolds(spec: Spec, count = spec.training.crossValidation ?? usualFolds): Spec {
  return { ...spec, training: { ...spec.training, crossValidation: count } };
}

export type Comparison = '<' | '<=' | '>' | '>=' | '==';

export interface Expectation {
  /** As written in the file. */
  readonly text: string;
  /** `loss`, a metric, either with `val_` or `test_`, `gradient_check`, `dead_units` or `parameters`. */
  readonly tag: string;
  readonly comparison: Comparison;
  readonly value: number;
  /** One of the epochs up to this one must satisfy it; default: the final value must. */
  readonly within?: number;
}

/** A value as a spec writes it. */
export type WrittenValue =
  | number
  | string
  | boolean
  | null
  | readonly WrittenValue[]
  | { readonly [key: string]: WrittenValue };

/** Numbers from one to another, of which each run draws one. */
export interface SweptRange {
  readonly from: number;
  readonly to: number;
  /** `log`: each power of ten is as likely as the others. */
  readonly scale: 'linear' | 'log';
}

/** Many runs of one spec, which differ in some of its values. */
export interface SweepSpec {
  /** By path, as written; lists for a grid, and ranges too where values are drawn. */
  readonly values: Readonly<Record<string, readonly WrittenValue[] | SweptRange>>;
  /** Every combination, or as many draws. */
  readonly method: 'grid' | { readonly random: { readonly runs: number } };
  /** The tag that ranks the runs. */
  readonly best: string;
}

export interface Spec {
  readonly name: string;
  /** Unsigned 32-bit; drives every random choice of the run. */
  readonly seed: number;
  readonly data: DataSpec;
  readonly layers: readonly LayerSpec[];
  readonly training: TrainingSpec;
  readonly expect: readonly Expectation[];
  /** Only in the spec that is swept: the specs of its runs have none. */
  readonly sweep?: SweepSpec;
}
