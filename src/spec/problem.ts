/** A diagnostic as data. Parsing never throws; it returns these. */
import type { DeclaredType, TextFormat } from './spec';

export type Severity = 'error' | 'warning' | 'hint';

/** Zero-based line and UTF-16 column; `end` is exclusive. */
export interface Position {
  readonly line: number;
  readonly character: number;
}

export interface Range {
  readonly start: Position;
  readonly end: Position;
}

/** One edit that fixes a problem. */
export interface Fix {
  /** Says what the fix does, in the person's language. */
  readonly title: string;
  /** One of several fixes, or a guess at the meaning: a person chooses it, “fix all” never applies it. */
  readonly choice?: boolean;
  readonly edits: readonly { readonly range: Range; readonly newText: string }[];
}

export interface Problem {
  /** Stable and documented: `unknown-key`, `shape-mismatch`. */
  readonly code: string;
  readonly severity: Severity;
  readonly message: string;
  readonly range: Range;
  readonly fixes?: readonly Fix[];
  /** The file the range points into, where that is not the spec: a CSV's path as written in the spec. */
  readonly file?: string;
}

/** A column of the data with a problem. */
export interface FaultyColumn {
  readonly name: string;
  /** `row`: it only tells to which part a row belongs, or how much it counts. */
  readonly role: 'input' | 'target' | 'row';
  /** The other input columns; undefined where they are too many to be written in a spec. */
  readonly otherInputs?: readonly string[];
}

/** Types that a column may be declared as, to solve a problem. */
export interface TypeChoices {
  readonly column: string;
  readonly choices: readonly DeclaredType[];
}

/** Material for the quick fixes of a problem of the data. */
export interface Remedies {
  /** The name that was most likely intended, to suggest it. */
  readonly meant?: string;
  readonly column?: FaultyColumn;
  /** Ways to read the file, each of which may solve the problem. */
  readonly formats?: readonly Partial<TextFormat>[];
  /** Texts that may be read as missing to solve the problem. */
  readonly naValues?: readonly string[];
  /** Types that may be written for a column to solve the problem. */
  readonly types?: TypeChoices;
  /** How many different texts the target holds, where a loss for classes would solve the problem. */
  readonly classes?: number;
}

/** A warning about data that can be used nevertheless. */
export interface DataWarning extends Pick<Remedies, 'formats' | 'types' | 'naValues' | 'column' | 'meant'> {
  /** A warning unless given. */
  readonly severity?: 'hint';
  readonly code:
    | 'cut-tail'
    | 'doubtful-format'
    | 'gives-away'
    | 'image-folder'
    | 'json-nested'
    | 'many-categories'
    | 'missing-marks'
    | 'other-decimal'
    | 'parquet-type'
    | 'passed-over'
    | 'rare-class'
    | 'repeated-rows'
    | 'rows-with-gaps'
    | 'rows-without-target'
    | 'scored-class';
  readonly message: string;
  readonly path: readonly (string | number)[];
}

/** The page in `docs/` that explains the codes, in this language. */
export function problemsPage(language: 'en' | 'ko'): string {
  return language === 'ko' ? 'problems.ko.md' : 'problems.md';
}
