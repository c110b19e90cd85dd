/** The table itself, page by page, in the order of any column. The engine sorts; the panel holds one page. */
import { t } from '@vscode/l10n';
import { columnsAtOnce, rowsAtOnce } from '../../../../src/common/limits';
import type { ColumnName, DataOverview, DataRow, PageAnswer, PageQuestion } from '../../../../src/protocol/engine';
import { h, setHidden } from '../../../shared/dom';
import { formatCount } from '../../../shared/format';
import type { DataSource } from '../../dataSource';
import { type Part, partName } from '../banner';
import { Pager } from './pager';
import { parts } from './run';

type Sort = NonNullable<PageQuestion['sort']>;

export class TablePart {
  readonly #source: DataSource;
  readonly #part = h('select', { class: 'select', 'aria-label': t('Rows'), 'data-testid': 'table-part' });
  readonly #columns: Pager;
  readonly #rows: Pager;
  readonly #head = h('thead');
  readonly #body = h('tbody', { 'data-testid': 'table-rows' });
  readonly #scroll = h(
    'div',
    { class: 'table-scroll rows-scroll', tabindex: 0, role: 'region', 'aria-label': t('Table') },
    h('table', { class: 'data-table rows-table' }, this.#head, this.#body),
  );
  readonly #columnsLabel = h('span', { class: 'muted' }, t('columns'));
  readonly element: HTMLElement;
  #view: DataOverview | undefined;
  #drawn = 0;
  #asked = 0;
  #from = 0;
  #firstColumn = 0;
  #sort: Sort | undefined;

  constructor(source: DataSource) {
    this.#source = source;
    this.#rows = new Pager(rowsAtOnce, (from) => this.#move({ from }));
    this.#columns = new Pager(columnsAtOnce, (firstColumn) => this.#move({ from: this.#from, firstColumn }));
    this.#part.addEventListener('change', () => this.#move({ from: 0 }));
    this.element = h(
      'div',
      { class: 'stack' },
      h(
        'div',
        { class: 'table-tools' },
        this.#part,
        this.#rows.element,
        h('span', { class: 'columns-pager' }, this.#columnsLabel, this.#columns.element),
      ),
      this.#scroll,
    );
  }

  draw(view: DataOverview): void {
    if (this.#drawn === this.#source.version) {
      return;
    }
    this.#drawn = this.#source.version;
    const before = this.#view;
    this.#view = view;
    const part = this.#part.value;
    if (!before || !sameColumns(before, view)) {
      this.#from = 0;
      this.#firstColumn = 0;
      this.#sort = undefined;
    }
    const counts = view.parts;
    const listed = counts ? parts.filter((part) => counts[part] > 0) : [];
    this.#part.replaceChildren(
      h('option', { value: '' }, t('all rows')),
      ...listed.map((part) => h('option', { value: part }, partName(part))),
    );
    this.#part.value = listed.some((each) => each === part) ? part : '';
    setHidden(this.#part, listed.length === 0);
    void this.#ask();
  }

  #move({ from, firstColumn = this.#firstColumn }: { from: number; firstColumn?: number }): void {
    this.#from = from;
    this.#firstColumn = firstColumn;
    void this.#ask();
  }

  /** Ascending first, then descending, then the order of the file. */
  #sortBy(column: number): void {
    const { column: before, descending } = this.#sort ?? {};
    this.#sort =
      before !== column ? { column, descending: false } : descending ? undefined : { column, descending: true };
    this.#move({ from: 0 });
  }

  async #ask(): Promise<void> {
    const asked = ++this.#asked;
    const shown = this.#listed();
    this.#scroll.setAttribute('aria-busy', 'true');
    const answer = await this.#source.ask<'page'>({
      kind: 'page',
      from: this.#from,
      count: rowsAtOnce,
      columns: shown.map(({ index }) => index),
      ...(this.#sort && { sort: this.#sort }),
      ...(this.#part.value !== '' && { part: this.#part.value as Part }),
    });
    if (!answer || asked !== this.#asked) {
      return;
    }
    if (answer.rows.length === 0 && this.#from > 0) {
      // The table has become shorter.
      this.#move({ from: 0 });
      return;
    }
    this.#scroll.setAttribute('aria-busy', 'false');
    this.#show(answer, shown);
  }

  /** The columns that are read, as many as are listed at a time. */
  #listed(): readonly ColumnName[] {
    const read = (this.#view?.names ?? []).filter(({ role }) => role !== 'ignored');
    const columns = read.slice(this.#firstColumn, this.#firstColumn + columnsAtOnce);
    this.#columns.show(this.#firstColumn, read.length);
    setHidden(this.#columnsLabel, read.length <= columnsAtOnce);
    return columns;
  }

  #show(page: PageAnswer, columns: readonly ColumnName[]): void {
    this.#rows.show(page.from, page.total);
    const focused = this.#head.contains(document.activeElement) ? document.activeElement?.id : undefined;
    const hasParts = this.#view?.parts !== undefined;
    this.#head.replaceChildren(
      h(
        'tr',
        {},
        h('th', { scope: 'col', class: 'row-number' }, t('row')),
        hasParts && h('th', { scope: 'col', class: 'text' }, t('part')),
        ...columns.map((column) => this.#header(column)),
      ),
    );
    if (focused) {
      document.getElementById(focused)?.focus();
    }
    this.#body.replaceChildren(...page.rows.map((row) => line(row, columns, hasParts)));
  }

  #header({ index, name, type, role }: ColumnName): HTMLElement {
    const sort = this.#sort?.column === index ? this.#sort : undefined;
    const order = sort ? (sort.descending ? 'descending' : 'ascending') : 'none';
    const button = h(
      'button',
      { type: 'button', class: 'sort', id: `sort-${index}`, title: t('Sort by {0}', name) },
      h('span', {}, name),
      h('span', { class: 'sort-sign', 'aria-hidden': 'true' }, sort ? (sort.descending ? '↓' : '↑') : ''),
    );
    button.addEventListener('click', () => this.#sortBy(index));
    return h(
      'th',
      { scope: 'col', 'aria-sort': order, class: `column-${role}${type === 'number' ? '' : ' text'}` },
      button,
    );
  }
}

/** Whether data that were read again are the same table: its order and place are then kept. */
export function sameColumns(before: DataOverview, now: DataOverview): boolean {
  return (
    before.names.length === now.names.length &&
    before.names.every(({ name, type }, at) => name === now.names[at].name && type === now.names[at].type)
  );
}

function line({ number, part, cells }: DataRow, columns: readonly ColumnName[], hasParts: boolean): HTMLElement {
  return h(
    'tr',
    {},
    h('th', { scope: 'row', class: 'row-number' }, formatCount(number)),
    hasParts && h('td', { class: part ? `text part-${part}` : 'text muted' }, part ? partName(part) : t('not used')),
    ...cells.map((cell, at) => {
      const isNumber = columns[at].type === 'number';
      if (cell === null) {
        return h('td', { class: isNumber ? 'missing' : 'missing text' }, t('missing'));
      }
      // A text among numbers is what the problem above is about.
      const isWrong = isNumber && typeof cell === 'string';
      const text = typeof cell === 'number' ? String(cell).replaceAll('-', '\u2212') : cell;
      return h(
        'td',
        { class: isWrong ? 'wrong' : isNumber ? undefined : 'text', title: text.length > 30 && text },
        text,
      );
    }),
  );
}
