import type { DataWarning, Fix, Severity } from '../../spec/problem';
import type { Path } from '../yaml/tree';
import type { ProblemCode } from './codes';

/** A problem with the path of its key instead of a range. */
export interface Remark {
  readonly code: ProblemCode | DataWarning['code'];
  readonly severity: Severity;
  readonly message: string;
  readonly path: Path;
  /** Whether the key or its value is marked. Default: the value. */
  readonly what?: 'key' | 'value';
  readonly fixes?: readonly Fix[];
  /** A value that would be right here. */
  readonly proposal?: string;
}
