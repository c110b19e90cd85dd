/** An encoded, scaled and split data set. */
import type { TargetKind } from '../spec/dataFacts';
import type { DateCycle } from '../spec/dates';
import type { InputScale } from '../spec/inputScale';
import type { Remedies } from '../spec/problem';
import type { ColumnType, DateOrder, Part, TextFormat } from '../spec/spec';
import type { TargetScale, TargetUnits } from '../spec/targetScale';

/**
 * How one input column becomes numbers; kept in a weights file so that `predict` can do it. The scale is
 * fitted on the train part; shift and scale are 0 and 1 if the data are not scaled.
 */
export interface InputEncoding extends InputScale {
  readonly column: string;
  readonly type: ColumnType;
  /** The one-hot order of a category column. */
  readonly categories?: readonly string[];
  /** How a date column writes its dates. */
  readonly order?: DateOrder;
  /** The text before or after each number in training, as a pattern: `$#`. */
  readonly unit?: string;
  /** Added to the days of a date column: each is a sine and a cosine. */
  readonly cycles?: readonly DateCycle[];
  /**
   * Replaces a missing cell, before scaling; for a category an index into `categories`. Omitted if a missing
   * cell is an error or drops the row.
   */
  readonly imputation?: number;
  /** Any other category is all zeros; default: it is an error. */
  readonly unknown?: 'ignore';
}

/** How the targets are encoded. */
export interface TargetEncoding {
  readonly columns: readonly string[];
  /** `classes`: one-hot over `classNames`; `binary`: one column of 0 and 1; `numbers`: as they are. */
  readonly kind: TargetKind;
  /**
   * In the order of the outputs (`classes`), or of 0 and 1 (`binary`, if the target is text or two numbers).
   */
  readonly classNames?: readonly string[];
  /** The units of columns whose numbers have one, by name. */
  readonly units?: Readonly<Record<string, string>>;
  /** How each column is scaled (`numbers`), fitted on the train part; default: not at all. */
  readonly scaling?: readonly TargetScale[];
}

export interface Dataset {
  /** Encoded and scaled in float64, then narrowed; `[samples, inputSize]` row-major. */
  readonly inputs: Float32Array;
  readonly targets: Float64Array;
  /** The targets before scaling, where they are scaled. */
  readonly units?: TargetUnits;
  /** How much each sample counts in losses and metrics; default: all alike. */
  readonly rowWeights?: Float64Array;
  readonly samples: number;
  /** The row of the table of each sample. Default: its own index. */
  readonly rows?: Int32Array;
  readonly inputSize: number;
  readonly targetSize: number;
  /** A sample's shape: the spec's, or `[inputSize]`. */
  readonly inputShape: readonly number[];
  /** Indices of each part's samples, in the file's order. */
  readonly parts: Readonly<Record<Part, Int32Array>>;
  readonly inputEncodings: readonly InputEncoding[];
  readonly targetEncoding: TargetEncoding;
  /** Names of the first encoded inputs, as many as facts describe: `zip=8001` for a one-hot entry. */
  readonly inputNames: readonly string[];
  /** How the file of text is written. */
  readonly format?: TextFormat;
  /** Hex digest of the file's bytes, unpacked, or of the definition of generated or inline rows. */
  readonly hash: string;
}

/** A data set whose inputs may be yet to be encoded: in `room`, which holds as many zeros, or in an array. */
export interface EncodedData extends Omit<Dataset, 'inputs'> {
  readonly inputs: Float32Array | ((room?: Float32Array) => Float32Array);
}

/** A problem with the data, as a value. */
export interface DataProblem extends Remedies {
  readonly code: string;
  /** An error unless given. */
  readonly severity?: 'warning' | 'hint';
  readonly message: string;
  /** The spec's key at fault: `data.target`, `data.file`. */
  readonly path: readonly (string | number)[];
  /** Position in the data file, zero-based, UTF-16, end exclusive. */
  readonly at?: {
    readonly file: string;
    readonly line: number;
    readonly character: number;
    readonly endCharacter: number;
  };
}
