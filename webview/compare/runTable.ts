/** The table of runs: `@tanstack/table-core` sorts and filters it, and its rows are drawn here. */

import {
  columnFilteringFeature,
  constructTable,
  createFilteredRowModel,
  createSortedRowModel,
  globalFilteringFeature,
  rowSortingFeature,
  type SortingState,
  tableFeatures,
} from '@tanstack/table-core';
import { storeReactivityBindings } from '@tanstack/table-core/store-reactivity-bindings';
import { t } from '@vscode/l10n';
import { counted } from '../../src/common/counted';
import { h, setHidden, setText } from '../shared/dom';
import { formatCount } from '../shared/format';
import { type IconName, icon } from '../shared/icons';
import { filterOf } from './filter';
import { isReadable, type TableColumn, type TableRow } from './rows';

const features = tableFeatures({
  coreReactivityFeature: storeReactivityBindings(),
  columnFilteringFeature,
  globalFilteringFeature,
  filteredRowModel: createFilteredRowModel(),
  rowSortingFeature,
  sortedRowModel: createSortedRowModel(),
});

export type RowButton = 'open' | 'star' | 'unstar' | 'apply' | 'compare';

export interface RunTableActions {
  sort(sorting: SortingState): void;
  filter(text: string): void;
  show(keys: readonly string[], shown: boolean): void;
  press(button: RowButton, row: TableRow): void;
  /** The pointer or the focus is on a row. */
  point(key: string | undefined): void;
}

export interface TablePicture {
  readonly rows: readonly TableRow[];
  readonly columns: readonly TableColumn[];
  readonly sorting: SortingState;
  readonly filter: string;
  /** The row that is best so far. */
  readonly best: string | undefined;
  /** The row whose spec is to be compared with that of another one. */
  readonly base: string | undefined;
  /** The class of a row's line in the chart; undefined for one without curves. */
  lookOf(row: TableRow): string | undefined;
  nameOf(row: TableRow): string;
}

/** Rows that are drawn at first, and each time that the end of the table comes into view. */
const rowsAtOnce = 100;

interface DrawnRow {
  readonly element: HTMLTableRowElement;
  readonly look: string;
}

/** Swatches that are drawn by the page: it knows the colours. */
export type DrawSwatch = (canvas: HTMLCanvasElement, look: string) => void;

export class RunTable {
  readonly #actions: RunTableActions;
  readonly #drawSwatch: DrawSwatch;
  readonly #filter = h('input', {
    type: 'search',
    class: 'filter',
    placeholder: t('Filter: words, or val_loss < 0.1'),
    'aria-label': t('Filter the runs'),
    'data-testid': 'filter',
  });
  readonly #count = h('span', { class: 'muted numbers', role: 'status', 'data-testid': 'count' });
  readonly #all = h('input', { type: 'checkbox', 'aria-label': t('Show the curves of all these runs') });
  readonly #head = h('tr');
  readonly #body = h('tbody');
  readonly #more = h('button', { type: 'button', class: 'action more', 'data-testid': 'more-rows' });
  readonly #none = h('p', { class: 'empty', 'data-testid': 'none' }, t('No run passes the filter.'));
  readonly #drawn = new Map<string, DrawnRow>();
  readonly #table = constructTable<typeof features, TableRow>({ features, data: [], columns: [] });
  readonly #scroll = h('div', {
    class: 'runs-scroll',
    tabindex: 0,
    role: 'region',
    'aria-label': t('Table of the runs'),
  });
  #columnsKey = '';
  #visible: readonly TableRow[] = [];
  #picture: TablePicture | undefined;
  /** The order and the filter of the rows, and how many of them are drawn. */
  #arranged = { key: '', most: rowsAtOnce };
  readonly element: HTMLElement;

  constructor(actions: RunTableActions, drawSwatch: DrawSwatch, tools: readonly HTMLElement[]) {
    this.#actions = actions;
    this.#drawSwatch = drawSwatch;
    this.#filter.addEventListener('input', () => actions.filter(this.#filter.value));
    this.#all.addEventListener('change', () => {
      actions.show(
        this.#visible.flatMap(({ runs }) => runs.filter(isReadable).map(({ key }) => key)),
        this.#all.checked,
      );
    });
    const table = h(
      'table',
      { class: 'runs', 'data-testid': 'runs' },
      h('caption', { class: 'visually-hidden' }, t('Runs')),
      h('thead', {}, this.#head),
      this.#body,
    );
    this.#scroll.append(table, this.#more);
    this.element = h(
      'section',
      { class: 'run-table', 'aria-label': t('Runs') },
      h('div', { class: 'table-tools' }, this.#filter, this.#count, ...tools),
      this.#scroll,
      this.#none,
    );
    this.#more.addEventListener('click', () => this.#drawMore());
    new IntersectionObserver((seen) => seen.some((entry) => entry.isIntersecting) && this.#drawMore()).observe(
      this.#more,
    );
    this.#body.addEventListener('mouseover', ({ target }) => actions.point(rowOf(target)?.dataset.key));
    this.#body.addEventListener('mouseleave', () => actions.point(undefined));
    this.#body.addEventListener('focusin', ({ target }) => actions.point(rowOf(target)?.dataset.key));
    this.#body.addEventListener('focusout', () => actions.point(undefined));
  }

  draw(picture: TablePicture): void {
    this.#picture = picture;
    const { rows, columns, sorting, filter } = picture;
    const key = JSON.stringify([sorting, filter]);
    if (key !== this.#arranged.key) {
      this.#arranged = { key, most: rowsAtOnce };
      this.#scroll.scrollTop = 0;
    }
    const passes = filterOf(filter, columns);
    this.#table.setOptions((before) => ({
      ...before,
      data: rows as TableRow[],
      columns: columns.map(({ id, value, numeric }) => ({
        id,
        accessorFn: value,
        sortUndefined: 'last' as const,
        sortDescFirst: false,
        enableGlobalFilter: id === 'when',
        sortFn: (a, b) => compareValues(value(a.original), value(b.original), numeric),
      })),
      getRowId: ({ key }) => key,
      // One look at a row is enough, so it is asked for one column alone.
      getColumnCanGlobalFilter: ({ id }) => id === 'when',
      globalFilterFn: (row) => passes(row.original),
      enableSortingRemoval: true,
    }));
    this.#table.setSorting(sorting.filter(({ id }) => columns.some((column) => column.id === id)));
    this.#table.setGlobalFilter(filter === '' ? undefined : filter);
    this.#visible = this.#table.getRowModel().rows.map(({ original }) => original);
    this.#drawHead(picture);
    this.#drawRows(picture);
    this.#drawTools(picture);
  }

  /** Marks a row that the pointer is on in a chart. */
  mark(key: string | undefined): void {
    for (const [other, { element }] of this.#drawn) {
      element.classList.toggle('pointed', other === key);
    }
  }

  #drawMore(): void {
    if (this.#picture && this.#visible.length > this.#arranged.most) {
      const wasFocused = document.activeElement === this.#more;
      this.#arranged.most += rowsAtOnce;
      this.#drawRows(this.#picture);
      if (wasFocused) {
        this.#body.lastElementChild?.querySelector<HTMLElement>('[data-act]')?.focus({ preventScroll: true });
      }
    }
  }

  #drawTools({ rows, filter, lookOf }: TablePicture): void {
    if (this.#filter.value !== filter) {
      this.#filter.value = filter;
    }
    const [shown, all] = [this.#visible, rows].map((some) => some.reduce((sum, { runs }) => sum + runs.length, 0));
    setText(
      this.#count,
      shown === all
        ? counted(all, t('{0} run', all), t('{0} runs', formatCount(all)))
        : t('{0} of {1} runs', formatCount(shown), formatCount(all)),
    );
    const readable = this.#visible.filter(({ runs }) => runs.some(isReadable));
    const withCurves = readable.filter((row) => lookOf(row) !== undefined).length;
    this.#all.checked = withCurves > 0 && withCurves === readable.length;
    this.#all.indeterminate = withCurves > 0 && withCurves < readable.length;
    setHidden(this.#none, this.#visible.length > 0 || all === 0);
  }

  #drawHead({ columns, sorting }: TablePicture): void {
    const key = JSON.stringify([columns.map(({ id, label }) => [id, label]), sorting]);
    if (key === this.#columnsKey) {
      return;
    }
    this.#columnsKey = key;
    const focused = document.activeElement?.closest('th')?.dataset.column;
    this.#head.replaceChildren(
      h('th', { scope: 'col', class: 'pick' }, this.#all),
      ...columns.map((column) => this.#headCell(column, sorting)),
      h('th', { scope: 'col' }, h('span', { class: 'visually-hidden' }, t('Actions'))),
    );
    if (focused !== undefined) {
      this.#head.querySelector<HTMLElement>(`[data-column="${CSS.escape(focused)}"] button`)?.focus();
    }
  }

  #headCell({ id, label, title, numeric }: TableColumn, sorting: SortingState): HTMLElement {
    const sorted = sorting.find((each) => each.id === id);
    const button = h(
      'button',
      { type: 'button', class: 'sort', title },
      label,
      h('span', { class: 'arrow', 'aria-hidden': 'true' }, sorted ? (sorted.desc ? ' ↓' : ' ↑') : ''),
    );
    button.addEventListener('click', () => {
      // Up, down, and as they came.
      this.#actions.sort(!sorted ? [{ id, desc: false }] : sorted.desc ? [] : [{ id, desc: true }]);
    });
    return h(
      'th',
      {
        scope: 'col',
        class: numeric ? 'number' : undefined,
        'data-column': id,
        'aria-sort': sorted ? (sorted.desc ? 'descending' : 'ascending') : 'none',
      },
      button,
    );
  }

  #drawRows(picture: TablePicture): void {
    // A thousand rows at once would take seconds.
    const drawn = this.#visible.slice(0, this.#arranged.most);
    const left = this.#visible.length - drawn.length;
    setHidden(this.#more, left === 0);
    setText(this.#more, t('Show more: {0} left', formatCount(left)));
    const elements = drawn.map((row) => this.#rowElement(row, picture));
    const there = new Set(drawn.map(({ key }) => key));
    for (const key of this.#drawn.keys()) {
      if (!there.has(key)) {
        this.#drawn.delete(key);
      }
    }
    const isSame =
      elements.length === this.#body.children.length && elements.every((each, i) => each === this.#body.children[i]);
    if (!isSame) {
      const focused = this.#body.contains(document.activeElement) ? (document.activeElement as HTMLElement) : undefined;
      this.#body.replaceChildren(...elements);
      if (focused && this.#body.contains(focused)) {
        focused.focus();
      }
    }
  }

  /** The row as it was drawn, unless something in it has changed. */
  #rowElement(row: TableRow, picture: TablePicture): HTMLTableRowElement {
    const { columns, best, base } = picture;
    const texts = columns.map((column) => column.text(row));
    const line = picture.lookOf(row);
    const look = JSON.stringify([
      columns.map(({ id }) => id),
      texts,
      line,
      row.key === best,
      row.key === base,
      row.runs,
    ]);
    const before = this.#drawn.get(row.key);
    if (before?.look === look) {
      return before.element;
    }
    const element = this.#makeRow(row, texts, line, picture);
    this.#drawn.set(row.key, { element, look });
    const focused = before?.element.contains(document.activeElement)
      ? (document.activeElement as HTMLElement).dataset.act
      : undefined;
    before?.element.replaceWith(element);
    if (focused !== undefined) {
      element.querySelector<HTMLElement>(`[data-act="${focused}"]`)?.focus();
    }
    return element;
  }

  #makeRow(
    row: TableRow,
    texts: readonly string[],
    line: string | undefined,
    { columns, best, base, nameOf }: TablePicture,
  ): HTMLTableRowElement {
    const { runs, key } = row;
    const [run] = runs;
    const isBest = key === best;
    const name = nameOf(row);
    const check = h('input', {
      type: 'checkbox',
      'data-act': 'show',
      'aria-label': t('Show the curves of {0}', name),
      disabled: !runs.some(isReadable),
    });
    check.checked = line !== undefined;
    check.addEventListener('change', () => {
      this.#actions.show(
        runs.filter(isReadable).map((each) => each.key),
        check.checked,
      );
    });
    const swatch = h('canvas', { width: 56, height: 24, class: 'swatch', 'aria-hidden': 'true' });
    if (line !== undefined) {
      this.#drawSwatch(swatch, line);
    }
    const cells = columns.map(({ id, numeric }, i) => {
      const marks = id === 'when' ? [run.starred && runs.length === 1 ? '★ ' : '', isBest ? bestMark() : ''] : [];
      const attributes = { class: numeric ? 'number' : id === 'note' ? 'note' : undefined, 'data-column': id };
      return id === 'when'
        ? h('th', { scope: 'row', 'data-column': id, title: run.id }, ...marks, texts[i])
        : h('td', { ...attributes, title: id === 'note' ? texts[i] : undefined }, texts[i]);
    });
    const buttons = runs.length === 1 && isReadable(run) ? this.#buttons(row, name, base) : [];
    return h(
      'tr',
      { 'data-key': key, 'data-testid': 'run', class: isBest ? 'best' : undefined, 'data-state': run.state },
      h('td', { class: 'pick' }, check, swatch),
      ...cells,
      h('td', { class: 'row-actions' }, ...buttons),
    );
  }

  #buttons(row: TableRow, name: string, base: string | undefined): HTMLElement[] {
    const [run] = row.runs;
    const button = (act: RowButton, look: IconName, label: string, pressed?: boolean) => {
      const made = h(
        'button',
        {
          type: 'button',
          class: 'action',
          'data-act': act === 'unstar' ? 'star' : act,
          title: label,
          'aria-label': `${label}: ${name}`,
          'aria-pressed': pressed === undefined ? undefined : String(pressed),
        },
        icon(look),
      );
      made.addEventListener('click', () => this.#actions.press(act, row));
      return made;
    };
    const isBase = base === row.key;
    return [
      button('open', 'chart', t('Open in the training panel')),
      button(
        'compare',
        'compare',
        base === undefined || isBase
          ? t('Compare its spec with that of another run')
          : t('Compare with the chosen spec'),
        isBase,
      ),
      button('apply', 'apply', t('Apply to Spec')),
      run.starred ? button('unstar', 'starred', t('Remove Star'), true) : button('star', 'star', t('Star'), false),
    ];
  }
}

function bestMark(): HTMLElement {
  return h('span', { class: 'best-mark', title: t('The best so far') }, t('best'));
}

function rowOf(target: EventTarget | null): HTMLElement | undefined {
  return target instanceof Element ? (target.closest<HTMLElement>('tr[data-key]') ?? undefined) : undefined;
}

/** Numbers by their size, and before texts. NaN is the largest: it is the worst loss. */
function compareValues(a: number | string | undefined, b: number | string | undefined, numeric: boolean): number {
  if (typeof a === 'number' && typeof b === 'number') {
    return Number.isNaN(a) || Number.isNaN(b) ? Number(Number.isNaN(a)) - Number(Number.isNaN(b)) : a - b;
  }
  if (typeof a !== typeof b) {
    return typeof a === 'number' ? -1 : 1;
  }
  return String(a).localeCompare(String(b), undefined, { numeric });
}
