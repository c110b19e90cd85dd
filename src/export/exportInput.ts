/** Everything that an export is made of, and the files that it becomes. Plain data and functions of it. */
import type { TargetKind } from '../spec/dataFacts';
import type { DateCycle } from '../spec/dates';
import type { InputScale } from '../spec/inputScale';
import type { NetworkPlan } from '../spec/plan';
import type { ColumnType, Part, Spec } from '../spec/spec';
import type { TargetScale } from '../spec/targetScale';

/** How one input column becomes numbers; shift and scale are fitted on the train part. */
export interface InputColumn extends InputScale {
  readonly column: string;
  readonly type: ColumnType;
  /** The one-hot order of a category column. */
  readonly categories?: readonly string[];
  readonly cycles?: readonly DateCycle[];
  /** Replaces a missing cell; for a category an index into `categories`. */
  readonly imputation?: number;
  readonly unknown?: 'ignore';
}

export interface TargetColumns {
  readonly columns: readonly string[];
  readonly kind: TargetKind;
  /** In the order of the outputs (`classes`), or of 0 and 1 (`binary`). */
  readonly classNames?: readonly string[];
  readonly scaling?: readonly TargetScale[];
}

/** The rows that a network is trained on, as the spec reads them. */
export interface ExportRows {
  readonly count: number;
  readonly partOf: (row: number) => Part;
  /** The cells of the inputs, then of the targets; a missing one is empty. */
  readonly cells: (row: number) => readonly (string | number)[];
  /** How much each row counts in losses and metrics; default: all alike. */
  readonly weights?: Float64Array;
  /** How much each row counts in losses by its class; default: all alike. */
  readonly classWeights?: Float64Array;
}

export interface ExportData {
  readonly inputs: readonly InputColumn[];
  readonly target: TargetColumns;
  /** Absent where only a weights file is known. */
  readonly rows?: ExportRows;
}

export interface ExportWeights {
  /** By name. */
  readonly tensors: ReadonlyMap<string, Float32Array>;
  /** The safetensors file that they come from. */
  readonly file: Uint8Array;
}

/** A kept run, for a format that tells of it. */
export interface RunReport {
  readonly id: string;
  /** ISO 8601, UTC. */
  readonly created: string;
  readonly seconds?: number;
  readonly seed?: number;
  readonly engine?: { readonly version: string; readonly backend: string; readonly threads?: number };
  readonly dataHash?: string;
  readonly specText: string;
  /** By tag, over epochs. */
  readonly series: Readonly<Record<string, { readonly x: ArrayLike<number>; readonly y: ArrayLike<number> }>>;
  /** By part and tag. */
  readonly final: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly expect: readonly { readonly text: string; readonly ok: boolean; readonly value: number }[];
  /** Sentences. */
  readonly verdict: readonly string[];
  readonly confusion?: Confusion;
}

/** The classes that the network chooses for the rows of a part. */
export interface Confusion {
  readonly part: Part;
  readonly names: readonly string[];
  /** `[target][predicted]` */
  readonly counts: readonly (readonly number[])[];
}

export interface ExportInput {
  readonly spec: Spec;
  readonly network: NetworkPlan;
  readonly data: ExportData;
  /** The initial ones for a script that trains, the trained ones for all else. */
  readonly weights?: ExportWeights;
  readonly run?: RunReport;
}

/** Its path is relative to the folder of the export. */
export interface ExportedFile {
  readonly path: string;
  /** Text in pieces, where it may be long. */
  readonly content: string | Uint8Array | Iterable<string>;
}

/** Why a format cannot have a network, with what to write instead. */
export interface ExportProblem {
  readonly message: string;
  /** Keys and indices into the spec. */
  readonly path: readonly (string | number)[];
}

/** Collects the problems of an export. */
export type Refuse = (path: ExportProblem['path'], message: string) => void;

export interface ExportFormat {
  readonly name: string;
  /** `training`: the rows; `weights`: trained ones; `run`: a kept run with its weights; `network`: none. */
  readonly needs: 'training' | 'weights' | 'run' | 'network';
  /** A folder of several files, or one file with this ending. */
  readonly becomes: 'folder' | `.${string}`;
  /** Its file is no text for a terminal. */
  readonly isBinary?: true;
  /** The files; what the format cannot have is refused. */
  make(input: ExportInput, refuse: Refuse): readonly ExportedFile[];
}
