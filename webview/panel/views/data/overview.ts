/** Where the rows went, what may mislead, the classes, and a card for each column. */
import { t } from '@vscode/l10n';
import { counted } from '../../../../src/common/counted';
import { columnsAtOnce } from '../../../../src/common/limits';
import type { ClassBalance, DataOverview } from '../../../../src/protocol/engine';
import { h, setHidden, setText } from '../../../shared/dom';
import { formatCount, formatShare } from '../../../shared/format';
import { icon } from '../../../shared/icons';
import type { DataSource } from '../../dataSource';
import { facts, partName } from '../banner';
import { columnCard } from './columnCard';
import { Pager } from './pager';
import { parts } from './run';

/** From so many columns on a name can be searched for. */
const searched = 13;

export class DataOverviewPart {
  readonly #source: DataSource;
  readonly #facts = h('div', { class: 'data-facts', 'data-testid': 'data-overview' });
  readonly #findings = h('div', { 'data-testid': 'data-findings' });
  readonly #balance = h('section', { 'data-testid': 'data-balance' });
  readonly #search = h('input', {
    type: 'search',
    class: 'text-input',
    placeholder: t('Search columns'),
    'aria-label': t('Search columns'),
    'data-testid': 'column-search',
  });
  readonly #count = h('span', { class: 'muted', 'aria-live': 'polite' });
  readonly #cards = h('div', { class: 'column-cards', 'data-testid': 'columns' });
  readonly #pager: Pager;
  readonly element: HTMLElement;
  #drawn = 0;
  #view: DataOverview | undefined;
  #from = 0;

  constructor(source: DataSource) {
    this.#source = source;
    this.#pager = new Pager(columnsAtOnce, (from) => {
      this.#from = from;
      void this.#ask();
    });
    this.#search.addEventListener('input', () => {
      this.#from = 0;
      void this.#ask();
    });
    this.element = h(
      'div',
      { class: 'stack' },
      this.#facts,
      this.#findings,
      this.#balance,
      h(
        'section',
        {},
        h('div', { class: 'columns-head' }, h('h2', {}, t('Columns')), this.#search, this.#count),
        this.#cards,
        this.#pager.element,
      ),
    );
  }

  draw(view: DataOverview): void {
    if (this.#drawn === this.#source.version) {
      return;
    }
    this.#drawn = this.#source.version;
    this.#view = view;
    this.#facts.replaceChildren(facts(factsOf(view)));
    this.#findings.replaceChildren(findingsOf(view));
    setHidden(this.#balance, !view.balance);
    this.#balance.replaceChildren(...(view.balance ? balanceOf(view.balance) : []));
    setHidden(this.#search, view.names.length < searched);
    void this.#ask();
  }

  async #ask(): Promise<void> {
    const search = this.#search.hidden ? '' : this.#search.value.trim();
    const from = this.#from;
    const answer = await this.#source.ask<'columns'>({ kind: 'columns', search, from });
    // Another question was asked meanwhile.
    if (!answer || from !== this.#from || (!this.#search.hidden && search !== this.#search.value.trim())) {
      return;
    }
    const rows = this.#view?.rows ?? 0;
    this.#cards.replaceChildren(...answer.columns.map((column) => columnCard(column, rows)));
    const others = (this.#view?.columns ?? 0) - (this.#view?.names.length ?? 0);
    setText(
      this.#count,
      [
        search === '' ? '' : counted(answer.matching, t('1 match'), t('{0} matches', formatCount(answer.matching))),
        others > 0 ? t('{0} further columns are not described', formatCount(others)) : '',
      ]
        .filter((text) => text !== '')
        .join(' · '),
    );
    this.#pager.show(from, answer.matching);
  }
}

function factsOf({ rows, columns, parts: counts, inputSize }: DataOverview): [string, string][] {
  const used = counts && parts.reduce((sum, part) => sum + counts[part], 0);
  const share = (count: number) => `${formatCount(count)} (${formatShare(count / Math.max(1, rows))})`;
  return [
    [t('rows'), formatCount(rows)],
    ...(counts
      ? parts.filter((part) => counts[part] > 0).map((part): [string, string] => [partName(part), share(counts[part])])
      : []),
    ...(used !== undefined && used < rows ? [[t('not used'), share(rows - used)] as [string, string]] : []),
    [t('columns'), formatCount(columns)],
    ...(inputSize === undefined ? [] : [[t('inputs of the network'), formatCount(inputSize)] as [string, string]]),
  ];
}

function findingsOf({ findings, parts: counts, isRobust }: DataOverview): HTMLElement {
  if (findings.length > 0) {
    return h(
      'ul',
      { class: 'findings' },
      ...findings.map(({ message, code }) => {
        // An input that never varies changes no result.
        const level = code === 'constant' ? 'info' : 'warning';
        return h('li', { class: level, 'data-code': code }, icon(level), h('span', {}, message));
      }),
    );
  }
  const nothing = isRobust
    ? t(
        'Nothing stands out: no equal rows in different parts, no column that gives the target away, no constant input, and no row numbers. Cells far from all others are limited by “scale: robust”.',
      )
    : t(
        'Nothing stands out: no equal rows in different parts, no column that gives the target away, no constant input, no row numbers, and no cells far from all others.',
      );
  return h('p', { class: 'muted' }, counts ? nothing : '');
}

/** How many samples of each class each part has, with their share of the part. */
function balanceOf({ column, classes, others }: ClassBalance): HTMLElement[] {
  const totals = parts.map((_, at) => classes.reduce((sum, { counts }) => sum + counts[at], 0));
  const shown = [0, 1, 2].filter((at) => totals[at] > 0);
  const table = h(
    'table',
    { class: 'data-table' },
    h(
      'thead',
      {},
      h(
        'tr',
        {},
        h('th', { scope: 'col' }, t('class')),
        ...shown.map((at) => h('th', { scope: 'col' }, partName(parts[at]))),
      ),
    ),
    h(
      'tbody',
      {},
      ...classes.map(({ name, counts }) =>
        h(
          'tr',
          {},
          h('th', { scope: 'row' }, name),
          ...shown.map((at) =>
            h(
              'td',
              {},
              others > 0
                ? formatCount(counts[at])
                : `${formatCount(counts[at])} (${formatShare(counts[at] / totals[at])})`,
            ),
          ),
        ),
      ),
    ),
  );
  const title = t('Classes of “{0}”', column);
  return [
    h('h2', {}, title),
    h('div', { class: 'table-scroll', tabindex: 0, role: 'region', 'aria-label': title }, table),
    ...(others > 0 ? [h('p', { class: 'muted' }, t('{0} more', formatCount(others)))] : []),
  ];
}
