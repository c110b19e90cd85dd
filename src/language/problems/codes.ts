/**
 * Every code that a problem of a spec may have, by family. Codes are stable: people filter by them, and the
 * language reference explains each. Codes of problems in data files are in `src/data`.
 */
import type { PlanIssue } from '../../spec/planNetwork';

export const fileCodes = [
  'alias-name',
  'bad-expectation',
  'bad-key',
  'bad-name',
  'bad-path',
  'conflict',
  'custom-formula',
  'duplicate-key',
  'duplicate-name',
  'empty-file',
  'file-too-large',
  'indentation',
  'list-length',
  'misplaced-key',
  'missing-key',
  'missing-loss',
  'missing-part',
  'missing-target',
  'missing-value',
  'multiple-documents',
  'nesting-too-deep',
  'not-finite',
  'not-utf8',
  'not-yet-supported',
  'one-key',
  'out-of-range',
  'ragged-row',
  'split-sum',
  'sweep-path',
  'sweep-runs',
  'too-many-aliases',
  'unknown-alias',
  'unknown-choice',
  'unknown-key',
  'unknown-name',
  'unknown-tag',
  'unsupported-version',
  'within-beyond-epochs',
  'wrong-type',
  'yaml-character',
  'yaml-merge-key',
  'yaml-syntax',
  'yaml-tag',
  'yaml-version',
] as const;

export const networkCodes = [
  'batch-of-one',
  'class-weight',
  'initial-values',
  'linear-output',
  'loss-activation',
  'loss-target',
  'memory',
  'metric-target',
  'output-size',
  'scale-target',
  'shape-mismatch',
  'softmax-one-unit',
  'stratify-without-classes',
  'too-many-numbers',
  'too-many-parameters',
] as const satisfies readonly (PlanIssue['code'] | 'linear-output' | 'loss-activation' | 'metric-target')[];

export const lessonCodes = [
  'batch-norm-momentum',
  'dropout-last',
  'learning-rate',
  'linear-stack',
  'mse-softmax',
  'nothing-to-learn',
  'relu-zero-weights',
  'selu-setup',
  'sigmoid-deep',
  'softmax-hidden',
  'step-untrainable',
  'unscaled-inputs',
  'unscaled-target',
  'wide-target',
  'wild-target',
  'xor-linear',
] as const;

export const predictionCodes = [
  'constant-output',
  'dead-units',
  'exploding-gradient',
  'saturated-units',
  'vanishing-gradient',
] as const;

export type PredictionCode = (typeof predictionCodes)[number];
export type FileCode = (typeof fileCodes)[number];
export type ProblemCode = FileCode | (typeof networkCodes)[number] | (typeof lessonCodes)[number];
