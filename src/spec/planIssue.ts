/** Problems that planning a network finds. */
import type { Severity } from './problem';

/** A setting of the chapter `training` does not fit the targets. */
export type TrainingFaultCode =
  | 'class-weight'
  | 'loss-target'
  | 'metric-target'
  | 'scale-target'
  | 'stratify-without-classes';

export interface PlanIssue {
  readonly code:
    | 'batch-of-one'
    | 'initial-values'
    | 'memory'
    | 'output-size'
    | 'shape-mismatch'
    | 'softmax-one-unit'
    | 'too-many-numbers'
    | 'too-many-parameters'
    | TrainingFaultCode;
  readonly severity: Severity;
  readonly message: string;
  /** Keys and indices into the file: `['model', 'layers', 0, 'dense', 'units']`. */
  readonly path: readonly (string | number)[];
  /** For an output of the wrong shape: how many numbers it has. */
  readonly outputSize?: number;
}

/** Records an error; returns undefined, so that a planner can return it. */
export type ReportError = (code: PlanIssue['code'], path: PlanIssue['path'], message: string) => undefined;
