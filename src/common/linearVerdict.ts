/** Whether a network was worth it: its loss beside the linear model's, on rows that neither learned from. */
import { t } from '@vscode/l10n';
import { formatCount } from './formatCount';
import type { TagValues } from './tagValues';

/** Mean losses on the same rows. */
export interface LossPair {
  readonly rows: number;
  readonly network: number;
  readonly linear: number;
  /** Standard error of the mean difference between the losses of a row, where those are known. */
  readonly error?: number;
}

/** Final values of a run by part. */
type Final = Readonly<Partial<Record<'validation' | 'test', TagValues>>>;

/** The part on which two networks are compared: the test part, or else the validation part. */
export function heldOutPart(final: Final): 'validation' | 'test' | undefined {
  return final.test ? 'test' : final.validation && 'validation';
}

/** The verdict on a run beside the linear model on the same data. */
export function verdictOnRun(
  network: Final,
  linear: Final,
  samples: Readonly<Record<'validation' | 'test', number>>,
  error: number | undefined,
): string | undefined {
  const part = heldOutPart(network);
  if (part === undefined) {
    return undefined;
  }
  const lossOf = (final: Final) => new Map(final[part]).get('loss') ?? Number.NaN;
  return linearVerdict({ rows: samples[part], network: lossOf(network), linear: lossOf(linear), error });
}

/** The standard error of the mean of a − b; NaN for fewer than two rows. */
export function errorOfDifference(a: Float64Array, b: Float64Array): number {
  const { length } = a;
  let mean = 0;
  for (let i = 0; i < length; i++) {
    mean += (a[i] - b[i]) / length;
  }
  let squares = 0;
  for (let i = 0; i < length; i++) {
    const difference = a[i] - b[i] - mean;
    squares += difference * difference;
  }
  return Math.sqrt(squares / (length - 1) / length);
}

/** A sentence where the network is not clearly better; undefined where it is, or where that is not known. */
export function linearVerdict({ rows, network, linear, error }: LossPair): string | undefined {
  const gain = linear - network;
  const numbers = [short(linear), short(network), formatCount(rows)] as const;
  if (error === undefined || !Number.isFinite(error)) {
    return gain <= 0
      ? t(
          'The linear model is at least as good: loss {0} against {1} on the same {2} rows. Prefer it, it is simpler.',
          ...numbers,
        )
      : undefined;
  }
  if (!(gain <= error)) {
    return undefined;
  }
  return gain < -error
    ? t(
        'The linear model is better: loss {0} against {1} on the same {2} rows (standard error of the difference: {3}). Prefer it.',
        ...numbers,
        short(error),
      )
    : t(
        'The linear model is as good: loss {0} against {1} on the same {2} rows (standard error of the difference: {3}). Prefer it, it is simpler.',
        ...numbers,
        short(error),
      );
}

function short(value: number): string {
  return String(Number(value.toPrecision(3)));
}
