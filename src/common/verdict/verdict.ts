/** A judgement on a run: whether it has learned, and what is wrong. Plain data. */
import { isRecord } from '../isRecord';
import { decodeNumber } from '../jsonNumbers';

/** Causes come before what follows from them. */
export const findingCodes = [
  'diverged',
  'rate_too_high',
  'unscaled_inputs',
  'unscaled_target',
  'linear',
  'symmetric',
  'dead_units',
  'vanishing',
  'one_answer',
  'overfitting',
  'too_slow',
  'stuck',
] as const;

export type FindingCode = (typeof findingCodes)[number];

export interface Finding {
  readonly code: FindingCode;
  /** Name of the layer that it is about. */
  readonly layer?: string;
  /** The measured number that it rests on. */
  readonly value: number;
}

/** The loss that is compared with that of a constant answer. */
export interface Against {
  /** `val_loss`, `test_loss` or, where all samples are trained on, `loss`. */
  readonly tag: string;
  readonly value: number;
  readonly baseline: number;
  /**
   * Only of held-out rows, once the run is over: how many they are, and the standard error of the difference
   * between both losses.
   */
  readonly rows?: number;
  readonly error?: number;
}

export interface Verdict {
  /** The network is clearly better than a constant answer. Whether expectations are met is another matter. */
  readonly learned: boolean;
  /** Absent where there is nothing to compare. */
  readonly against?: Against;
  /** The most likely cause first. Empty where all is well. */
  readonly findings: readonly Finding[];
}

/** Reads a verdict from JSON; undefined where it is none. A finding of an unknown code is passed over. */
export function readVerdict(value: unknown): Verdict | undefined {
  if (!isRecord(value) || typeof value.learned !== 'boolean' || !Array.isArray(value.findings)) {
    return undefined;
  }
  const against = readAgainst(value.against);
  return { learned: value.learned, ...(against && { against }), findings: value.findings.flatMap(readFinding) };
}

function readAgainst(object: unknown): Against | undefined {
  if (!isRecord(object) || typeof object.tag !== 'string') {
    return undefined;
  }
  const [value, baseline] = [decodeNumber(object.value), decodeNumber(object.baseline)];
  if (value === undefined || baseline === undefined) {
    return undefined;
  }
  const [rows, error] = [decodeNumber(object.rows), decodeNumber(object.error)];
  return { tag: object.tag, value, baseline, ...(rows !== undefined && error !== undefined && { rows, error }) };
}

function readFinding(object: unknown): Finding[] {
  const code = isRecord(object) ? findingCodes.find((each) => each === object.code) : undefined;
  const value = isRecord(object) ? decodeNumber(object.value) : undefined;
  if (!isRecord(object) || code === undefined || value === undefined) {
    return [];
  }
  return [{ code, ...(typeof object.layer === 'string' && { layer: object.layer }), value }];
}
