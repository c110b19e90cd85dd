import { t } from '@vscode/l10n';
import type * as vscode from 'vscode';
import { counted } from '../../common/counted';
import { Emitter } from '../../common/emitter';
import { type FoldScore, spreadOf } from '../../common/foldScores';
import { formatCount } from '../../common/formatCount';
import { isOpen } from '../../common/verdict/compare';
import type { Ended, Started } from '../../protocol/engine';
import { parts } from '../../spec/spec';
import { inBackground } from '../words/background';
import { describeState, formatDuration, formatLoss, formatSpread } from './describe';
import type { Run } from './run';
import type { RunKeeper } from './runKeeper';
import type { RunManager } from './runManager';

/** The result of a spec's last run, and the number of its runs. */
interface LastResult {
  /**
   * Final values, each with that of a constant answer if it is known: `['val_loss', 0.31, 0.69]`. After a
   * cross-validation means over the folds, with their standard deviation. Empty if the run ended before it
   * had any.
   */
  readonly values: readonly (readonly [tag: string, value: number, baseline?: number | null, deviation?: number])[];
  readonly runs: number;
  /** The epoch whose weights early stopping restored. */
  readonly epoch?: number;
  /** By the verdict, where there is one and a few held-out rows could tell. */
  readonly learned?: boolean;
}

const key = 'nnspec.lastResults';
const keptSpecs = 200;
const shownValues = 2;

/** The last result of every spec, kept across windows by default; small enough to be read at activation. */
export class LastResults {
  readonly #memento: vscode.Memento;
  /** Results for this window only. */
  readonly #fleeting = new Map<string, LastResult>();
  readonly #changes = new Emitter<void>();
  readonly onChange = this.#changes.event;

  constructor(memento: vscode.Memento) {
    this.#memento = memento;
  }

  of(specUri: string): LastResult | undefined {
    const all = this.#all();
    const fleeting = this.#fleeting.get(specUri);
    return fleeting ?? (Object.hasOwn(all, specUri) ? all[specUri] : undefined);
  }

  /** The number of specs whose result is kept for later windows. */
  get kept(): number {
    return Object.keys(this.#all()).length;
  }

  /** Records the result of one more run. If it is not kept, it is known until the window closes. */
  async add(
    specUri: string,
    values: LastResult['values'],
    isKept = true,
    { kept, verdict }: Pick<Ended, 'kept' | 'verdict'> = {},
  ): Promise<void> {
    const runs = (this.of(specUri)?.runs ?? 0) + 1;
    const result: LastResult = {
      values,
      runs,
      ...(kept && { epoch: kept.epoch }),
      ...(verdict && !(verdict.against && isOpen(verdict.against)) && { learned: verdict.learned }),
    };
    if (isKept) {
      this.#fleeting.delete(specUri);
      const { [specUri]: _before, ...others } = this.#all();
      const kept = Object.entries(others).slice(1 - keptSpecs);
      await this.#memento.update(key, Object.fromEntries([...kept, [specUri, result]]));
    } else {
      this.#fleeting.set(specUri, result);
    }
    this.#changes.fire();
  }

  /** Forgets all results. */
  async clear(): Promise<void> {
    this.#fleeting.clear();
    await this.#memento.update(key, undefined);
    this.#changes.fire();
  }

  #all(): Readonly<Record<string, LastResult>> {
    return this.#memento.get<Readonly<Record<string, LastResult>>>(key, {});
  }
}

/** Records the result of every run from now on. `keeper` says whether it is kept for later windows. */
export function followResults(
  runs: Pick<RunManager, 'onStart'>,
  results: LastResults,
  keeper: Pick<RunKeeper, 'keeps'>,
): void {
  runs.onStart((run) => {
    // A stopped run is over before its final values arrive.
    const subscription = run.onChange(() => {
      const { ended } = run.details;
      if (ended) {
        subscription.dispose();
        const { started, folds } = run.details;
        const values = started?.fold === undefined && folds ? meansOf(folds) : lastValues(ended, started?.baselines);
        inBackground(results.add(run.specUri, values, keeper.keeps(run), ended));
      }
    });
  });
}

export const prefixes = { train: '', validation: 'val_', test: 'test_' } as const;

/** Final loss and first metric of the validation part, or without one of the train part. */
export function lastValues(
  { final }: Pick<Ended, 'final'>,
  baselines: Started['baselines'] = {},
): LastResult['values'] {
  const part = parts.filter((each) => each !== 'test').findLast((each) => (final[each]?.length ?? 0) > 0);
  const values = (part && final[part]) || [];
  const constant = new Map(part && baselines[part]);
  return values
    .filter(([, value]) => Number.isFinite(value))
    .slice(0, shownValues)
    .map(([tag, value]) => {
      const name = `${part ? prefixes[part] : ''}${tag}`;
      const baseline = constant.get(tag);
      return baseline === undefined ? ([name, value] as const) : ([name, value, baseline] as const);
    });
}

/** The loss and the first metric over all folds. */
export function meansOf(folds: readonly FoldScore[]): LastResult['values'] {
  const baselines = new Map(spreadOf(folds, 'baseline').map(({ tag, mean }) => [tag, mean]));
  return spreadOf(folds)
    .filter(({ mean }) => Number.isFinite(mean))
    .slice(0, shownValues)
    .map(({ tag, mean, sd }) => [`val_${tag}`, mean, baselines.get(tag) ?? null, sd] as const);
}

/** `learned, loss 0.0312 (baseline 0.693), accuracy 0.970 (baseline 0.5), epoch 12 kept, 2 runs`. */
export function describeResult({ values, runs, epoch, learned }: LastResult): string {
  const words = values.map(([tag, mean, baseline, sd = Number.NaN]) => {
    const said = `${tag} ${formatSpread({ mean, sd })}`;
    return baseline === undefined || baseline === null ? said : `${said} (${t('baseline {0}', formatLoss(baseline))})`;
  });
  const kept = epoch === undefined ? [] : [t('epoch {0} kept', formatCount(epoch))];
  const verdict = learned === undefined ? [] : [learned ? t('learned') : t('not learned')];
  return [...verdict, ...words, ...kept, counted(runs, t('{0} run', runs), t('{0} runs', runs))].join(', ');
}

/** Seconds of training whose end is told to somebody who looks elsewhere. */
const longTraining = 60;

/** The sentence about a long training that came to its end. */
export function endWorthTelling(run: Pick<Run, 'title' | 'state' | 'details'>): string | undefined {
  const { ended } = run.details;
  const hasEnded = run.state === 'completed' || run.state === 'early_stopping';
  if (!ended || !hasEnded || ended.seconds < longTraining) {
    return undefined;
  }
  const values = lastValues(ended).map(([tag, value]) => `${tag} ${formatLoss(value)}`);
  const words = [describeState(run.state), formatDuration(ended.seconds), ...values].join(' · ');
  return `${run.title}: ${words}`;
}
