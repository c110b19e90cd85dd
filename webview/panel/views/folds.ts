/** The scores of a cross-validation: mean, spread and each fold. */
import { t } from '@vscode/l10n';
import { type FoldScore, type Spread, spreadOf } from '../../../src/common/foldScores';
import { h, setHidden } from '../../shared/dom';
import { formatCount, formatNumber } from '../../shared/format';
import type { Store } from '../store';

/** More folds than these get no column of their own. */
const foldsShown = 20;

export class Folds {
  readonly element = h('section', { class: 'wide-section', 'data-testid': 'folds', hidden: true });

  draw({ run }: Store): void {
    const { folds = [], linearFolds = [], started } = run;
    const wanted = started?.spec.training.crossValidation ?? 0;
    setHidden(this.element, folds.length === 0);
    const key = `${run.runId} ${folds.length} ${linearFolds.length}`;
    if (folds.length === 0 || this.element.dataset.key === key) {
      return;
    }
    this.element.dataset.key = key;
    const title =
      folds.length < wanted
        ? t('Cross-validation: {0} of {1} folds', formatCount(folds.length), formatCount(wanted))
        : t('Cross-validation: {0} folds', formatCount(wanted));
    this.element.replaceChildren(
      h('h2', {}, title),
      h(
        'p',
        { class: 'muted' },
        t(
          'Each fold is scored by a network that was trained on the other rows. Mean ± standard deviation (divided by n − 1).',
        ),
      ),
      h(
        'div',
        { class: 'table-scroll', tabindex: 0, role: 'region', 'aria-label': title },
        tableOf(folds, linearFolds),
      ),
    );
  }
}

function tableOf(folds: readonly FoldScore[], linearFolds: readonly FoldScore[]): HTMLElement {
  const shown = folds.slice(0, foldsShown);
  const more = folds.length - shown.length;
  const others = [
    ...(linearFolds.length > 0 ? [{ name: t('linear model'), spreads: spreadOf(linearFolds) }] : []),
    { name: t('baseline'), spreads: spreadOf(folds, 'baseline') },
  ];
  const columns = [t('mean'), ...others.map(({ name }) => name), ...shown.map(({ fold }) => t('fold {0}', fold))];
  return h(
    'table',
    { class: 'data-table' },
    h(
      'thead',
      {},
      h(
        'tr',
        {},
        h('td'),
        ...columns.map((column) => h('th', { scope: 'col' }, column)),
        more > 0 && h('td', { class: 'muted' }, t('{0} more', formatCount(more))),
      ),
    ),
    h(
      'tbody',
      {},
      ...spreadOf(folds).map((spread) =>
        h(
          'tr',
          { 'data-testid': `folds-${spread.tag}` },
          h('th', { scope: 'row' }, spread.tag),
          h('td', {}, h('strong', {}, spreadText(spread))),
          ...others.map(({ spreads }) =>
            h('td', { class: 'muted' }, spreadText(spreads.find(({ tag }) => tag === spread.tag))),
          ),
          ...shown.map(({ values }) => h('td', {}, formatNumber(new Map(values).get(spread.tag)))),
        ),
      ),
    ),
  );
}

/** `0.3120 ± 0.0210`, with as many decimals; a single fold has no spread. */
function spreadText(spread: Spread | undefined): string {
  const mean = formatNumber(spread?.mean);
  if (!spread || Number.isNaN(spread.sd)) {
    return mean;
  }
  const [, decimals] = /^[^.e]+\.(\d+)$/.exec(mean) ?? [];
  return `${mean} ± ${decimals === undefined ? formatNumber(spread.sd, 3) : spread.sd.toFixed(decimals.length)}`;
}
