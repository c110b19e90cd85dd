import type { Fix, Severity } from '../../spec/problem';
import type { Path } from '../yaml/tree';
import type { ProblemCode } from './codes';

/** A problem that knows its key rather than its range. */
export interface Remark {
  readonly code: ProblemCode;
  readonly severity: Severity;
  readonly message: string;
  readonly path: Path;
  /** Whether the key or its value is marked. Default: the value. */
  readonly what?: 'key' | 'value';
  readonly fixes?: readonly Fix[];
  /** A value that would be in order here. */
  readonly proposal?: string;
}
