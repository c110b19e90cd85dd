import type { Fix, Severity } from '../../spec/problem';
import type { Path } from '../yaml/tree';
import type { ProblemCode } from './codes';

/** A problem that knows its key rather than its range. */
export interface Remark {
  readonly code: ProblemCode;
  readonly severity: Severity;
  readonly message: string;
  readonly path: Path;
  /** Which side of the key to mark; the value where left out. */
  readonly what?: 'key' | 'value';
  readonly fixes?: readonly Fix[];
  /** A value that would be in order here. */
  readonly proposal?: string;
}
