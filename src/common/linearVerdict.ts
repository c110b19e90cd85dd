/** Whether a network was worth it: its loss beside the linear model's, on rows that neither learned from. */
import { t } from '@vscode/l10n';
import { mayBeChance } from './chance';
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

/** A sentence where the network is not clearly better; undefined where it is, or where that is not known. */
export function linearVerdict({ rows, network, linear, error }: LossPair): string | undefined {
  const gain = linear - network;
  const numbers = [short(linear), short(network), formatCount(rows)] as const;
  if (error === undefined || !Number.isFinite(error)) {
    return gain <= 0
      ? t(
          'The loss of the linear model is no larger: {0} against {1} on the same {2} rows. Prefer it, it is simpler.',
          ...numbers,
        )
      : undefined;
  }
  if (mayBeChance(gain, error)) {
    return t(
      'The linear model is about as good: loss {0} against {1} on the same {2} rows (standard error of the difference: {3}). Prefer it, it is simpler.',
      ...numbers,
      short(error),
    );
  }
  return gain < 0
    ? t(
        'The linear model is better: loss {0} against {1} on the same {2} rows (standard error of the difference: {3}). Prefer it.',
        ...numbers,
        short(error),
      )
    : undefined;
}

function short(value: number): string {
  return String(Number(value.toPrecision(3)));
}
