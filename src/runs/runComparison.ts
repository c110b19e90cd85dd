/** A kept run that is trained once more, compared with what was kept of it. */
import { t } from '@vscode/l10n';
import { counted } from '../common/counted';
import type { TagValues } from '../common/tagValues';
import { engineVersion } from '../common/version';
import type { EpochEvent } from './events';
import type { RunHeader } from './header';
import type { KeptRun } from './readRun';

/** Where the runs part: the values are those of the kept run and of the repeated one. */
export interface Difference {
  readonly where: string;
  readonly kept: string;
  readonly now: string;
}

export type Verdict =
  | { readonly kind: 'same'; readonly epochs: number; readonly weights: boolean }
  | { readonly kind: 'different'; readonly difference: Difference }
  | { readonly kind: 'data' }
  | { readonly kind: 'failed'; readonly problem: string };

/** Facts of a training that begins. */
export interface Beginning {
  readonly fold?: number;
  readonly dataHash?: string;
  /** Epochs of the checkpoint from which it goes on, where those are not told again. */
  readonly epochs?: number;
}

/** Compares a training with the log of a kept run, until they part or the log is at its end. */
export class RunComparison {
  /** The epochs of the log that are still to come, by fold and number. */
  readonly #epochs: Map<string, EpochEvent>;
  readonly #count: number;
  readonly #dataHash: string | undefined;
  /** How the kept run ended, unless somebody ended it. */
  readonly #reason: string | undefined;
  readonly #compareWeights: (() => Promise<Difference | undefined>) | undefined;
  #fold: number | undefined;
  #settle: (verdict: Verdict) => void = () => undefined;
  readonly verdict = new Promise<Verdict>((resolve) => {
    this.#settle = resolve;
  });

  /** `compareWeights` compares the final weights, where the kept run has some. */
  constructor(
    { state, data_hash }: Pick<RunHeader, 'state' | 'data_hash'>,
    { events, record }: KeptRun,
    compareWeights: (() => Promise<Difference | undefined>) | undefined,
  ) {
    const epochs = events.filter((event) => event.event === 'epoch');
    // The end of a damaged log may be missing.
    const { reason = state } = record.end ?? {};
    this.#epochs = new Map(epochs.map((event) => [keyOf(event.fold, event.epoch), event]));
    this.#count = this.#epochs.size;
    this.#reason = ['completed', 'early_stopping', 'diverged'].includes(reason) ? reason : undefined;
    this.#dataHash = data_hash;
    this.#compareWeights = compareWeights;
  }

  settle(verdict: Verdict): void {
    this.#settle(verdict);
  }

  begin({ fold, dataHash, epochs = 0 }: Beginning): void {
    this.#fold = fold;
    if (this.#dataHash !== undefined && dataHash !== this.#dataHash) {
      this.settle({ kind: 'data' });
    }
    for (const [key, event] of this.#epochs) {
      if (event.fold === fold && event.epoch <= epochs) {
        this.#epochs.delete(key);
      }
    }
    this.#endIfAlike();
  }

  take(records: readonly Pick<EpochEvent, 'epoch' | 'values'>[]): void {
    for (const record of records) {
      this.#compare(record);
    }
    this.#endIfAlike();
  }

  async end(reason: string): Promise<void> {
    if (this.#reason !== undefined && reason !== this.#reason) {
      const where = t('how it ended');
      this.settle({ kind: 'different', difference: { where, kept: this.#reason, now: reason } });
      return;
    }
    const [left] = this.#epochs.values();
    if (left) {
      const where = t('epoch {0}, {1}', left.epoch, left.values[0]?.[0] ?? '');
      this.settle({ kind: 'different', difference: { where, kept: String(left.values[0]?.[1]), now: '–' } });
      return;
    }
    // A diverged run has no weights.
    const compareWeights = reason === 'diverged' ? undefined : this.#compareWeights;
    const difference = await compareWeights?.();
    this.settle(
      difference
        ? { kind: 'different', difference }
        : { kind: 'same', epochs: this.#count, weights: compareWeights !== undefined },
    );
  }

  #compare({ epoch, values }: Pick<EpochEvent, 'epoch' | 'values'>): void {
    const key = keyOf(this.#fold, epoch);
    const kept = this.#epochs.get(key);
    if (!kept) {
      return;
    }
    this.#epochs.delete(key);
    const found = differenceOf(kept.values, values);
    if (found) {
      const place = t('epoch {0}, {1}', epoch, found.tag);
      const where = this.#fold === undefined ? place : `${t('fold {0}', this.#fold)}, ${place}`;
      this.settle({ kind: 'different', difference: { where, kept: found.kept, now: found.now } });
    }
  }

  /** A run that somebody ended, or that was interrupted, is compared as far as it came. */
  #endIfAlike(): void {
    if (this.#reason === undefined && this.#epochs.size === 0) {
      this.settle({ kind: 'same', epochs: this.#count, weights: false });
    }
  }
}

/** Says how the comparison came out. */
export function verdictText(verdict: Verdict): string {
  switch (verdict.kind) {
    case 'failed':
      return verdict.problem;
    case 'data':
      return t('The data have changed since the run was trained.');
    case 'different': {
      const { where, kept, now } = verdict.difference;
      return t('Not the same. First difference: {0}: {1} was kept, {2} came out.', where, kept, now);
    }
    case 'same': {
      const { epochs, weights } = verdict;
      if (epochs === 0 && !weights) {
        return t('There is nothing to compare: no epoch of the run is kept.');
      }
      const compared = counted(epochs, t('{0} epoch', epochs), t('{0} epochs', epochs));
      return weights
        ? t('The same bits: {0} and the final weights.', compared)
        : t('The same bits: {0}. The final weights were not compared.', compared);
    }
  }
}

/** Why a run cannot be repeated to the bit; undefined where it can. */
export function unrepeatable({ engine }: RunHeader): string | undefined {
  return engine?.backend === 'pytorch'
    ? t('PyTorch has trained this run: it gives no same bits twice. Train its spec again, and compare the runs.')
    : undefined;
}

/** A reason why the bits may differ: another version has trained the run. */
export function versionText({ engine }: RunHeader): string | undefined {
  const { version = '' } = engine ?? {};
  return version !== '' && version !== engineVersion
    ? t('The run was trained by version {0}, and this is {1}.', version, engineVersion)
    : undefined;
}

function keyOf(fold: number | undefined, epoch: number): string {
  return `${fold ?? 0}/${epoch}`;
}

function differenceOf(
  kept: TagValues,
  now: TagValues,
): { readonly tag: string; readonly kept: string; readonly now: string } | undefined {
  const known = new Map(now);
  // In the log there is no -0.
  const isSame = (value: number, other: number | undefined) => Object.is(value + 0, (other ?? Number.NaN) + 0);
  const found = kept.find(([tag, value]) => !known.has(tag) || !isSame(value, known.get(tag)));
  if (!found) {
    return undefined;
  }
  const [tag, value] = found;
  return { tag, kept: String(value), now: known.has(tag) ? String(known.get(tag)) : '–' };
}
