/** What planning a network finds wrong with it. */
import type { Severity } from './problem';
import type { TrainingFault } from './trainingFaults';

export interface PlanIssue {
  readonly code:
    | 'batch-of-one'
    | 'memory'
    | 'output-size'
    | 'shape-mismatch'
    | 'softmax-one-unit'
    | 'too-many-numbers'
    | 'too-many-parameters'
    | TrainingFault['code'];
  readonly severity: Severity;
  readonly message: string;
  /** Keys and indices into the file: `['model', 'layers', 0, 'dense', 'units']`. */
  readonly path: readonly (string | number)[];
}

/** Takes note of an error; returns undefined, so that a planner can return it. */
export type ReportError = (code: PlanIssue['code'], path: PlanIssue['path'], message: string) => undefined;
