/**
 * The common parts of all charts: a caption, a labelled canvas, a table of the numbers, and navigation
 * through the points with the arrow keys, each point being announced.
 */
import { t } from '@vscode/l10n';
import { announce } from '../announce';
import { h, setHidden, setText, svg } from '../dom';
import { icon } from '../icons';
import { Menu, type MenuItem } from '../menu';
import {
  canSave,
  csvOf,
  type DrawSvg,
  drawSwatch,
  type LegendEntry,
  pictureOf,
  pngOf,
  saveFile,
  type TableData,
} from './chartFiles';

export interface ChartBoxOptions {
  /** Stable name for tests: `loss`. */
  readonly id: string;
  readonly title: string;
  /** Text shown while there is no data. */
  readonly empty: string;
  /** Wide charts are near 16:9, square ones 1:1. */
  readonly shape?: 'wide' | 'square' | 'small';
  /** Describes a point; `index` may be out of range and is returned clamped. */
  readonly point?: (index: number) => { readonly index: number; readonly text: string } | undefined;
  /** The number of points to navigate. */
  readonly points?: () => number;
  readonly table: () => TableData;
  /** The same numbers in full, for files. Default: those of the table. */
  readonly numbers?: () => TableData;
  /** Draws the chart for a file. Default: the pixels of the canvas. */
  readonly drawSvg?: DrawSvg;
  /** Entries of the legend in a file. Default: those of the legend. */
  readonly fileLegend?: () => readonly LegendEntry[];
  /** Further entries of its menu. */
  readonly actions?: readonly MenuItem[];
}

const maximumRows = 200;
/** Milliseconds in which a sign shows that something was copied. */
const shownTime = 1200;
/** The entries of each legend. */
const legends = new WeakMap<HTMLElement, readonly LegendEntry[]>();

export class ChartBox {
  readonly element: HTMLElement;
  readonly canvas: HTMLCanvasElement;
  readonly stage: HTMLElement;
  /** Container for toggles and values beside the title. */
  readonly tools = h('div', { class: 'chart-tools' });
  readonly legend = h('ul', { class: 'legend' });
  readonly #options: ChartBoxOptions;
  readonly #empty: HTMLElement;
  readonly #details: HTMLDetailsElement;
  readonly #table = h('table', { class: 'data-table' });
  readonly #caption: HTMLElement;
  readonly #opener: HTMLButtonElement;
  #point = -1;
  #tabled = 0;
  /** Called when navigation moves, to mark the point; `undefined` removes the mark. */
  onPoint: ((index: number | undefined) => void) | undefined;

  constructor(options: ChartBoxOptions) {
    this.#options = options;
    this.canvas = h('canvas', {
      role: 'img',
      tabindex: 0,
      'aria-label': `${options.title}. ${options.empty}`,
      'data-testid': `chart-${options.id}`,
    });
    this.#empty = h('p', { class: 'empty', 'data-testid': `empty-${options.id}` }, options.empty);
    this.stage = h('div', { class: `chart-stage chart-${options.shape ?? 'wide'}` }, this.canvas, this.#empty);
    this.#details = h(
      'details',
      { class: 'table-toggle', 'data-testid': `table-${options.id}` },
      h('summary', {}, t('Show as table')),
      h('div', { class: 'table-scroll', tabindex: 0, role: 'region', 'aria-label': options.title }, this.#table),
    );
    this.#details.addEventListener('toggle', () => this.#fillTable(true));
    this.#caption = h('figcaption', {}, options.title);
    this.#opener = h('button', { type: 'button', class: 'action', 'data-testid': `menu-${options.id}` }, icon('more'));
    this.#nameMenu();
    const menu = new Menu(this.#opener, [...(options.actions ?? []), ...this.#fileActions()]);
    this.element = h(
      'figure',
      { class: 'chart', 'data-testid': `figure-${options.id}` },
      h(
        'div',
        { class: 'chart-head' },
        h('div', { class: 'chart-title' }, this.#caption, this.tools),
        h('span', { class: 'split' }, this.#opener, menu.element),
      ),
      this.legend,
      this.stage,
      this.#details,
    );
    this.canvas.addEventListener('keydown', (event) => this.#walk(event));
    this.canvas.addEventListener('blur', () => {
      this.#point = -1;
      this.onPoint?.(undefined);
    });
  }

  setTitle(title: string): void {
    setText(this.#caption, title);
    this.#nameMenu();
  }

  #nameMenu(): void {
    const name = t('Zoom, copy or save: {0}', this.#caption.textContent ?? '');
    if (this.#opener.title !== name) {
      this.#opener.title = name;
      this.#opener.setAttribute('aria-label', name);
    }
  }

  #fileActions(): readonly MenuItem[] {
    const { id } = this.#options;
    const hidden = () => !canSave();
    // A chart made of elements of the page is saved as numbers alone.
    const hasNoCanvas = () => this.stage.hidden === true;
    const hiddenPicture = () => hidden() || hasNoCanvas();
    return [
      {
        id: `copy-picture-${id}`,
        text: t('Copy the picture'),
        act: () => void this.#copyPicture(),
        hidden: hasNoCanvas,
      },
      { id: `copy-numbers-${id}`, text: t('Copy the numbers'), act: () => void this.#copyNumbers() },
      { id: `save-png-${id}`, text: t('Save as PNG…'), act: () => void this.#savePng(), hidden: hiddenPicture },
      {
        id: `save-svg-${id}`,
        text: t('Save as SVG…'),
        act: () => this.#saveText('svg', this.#picture()),
        hidden: hiddenPicture,
      },
      {
        id: `save-csv-${id}`,
        text: t('Save the numbers as CSV…'),
        act: () => this.#saveText('csv', this.#csv()),
        hidden,
      },
    ];
  }

  #picture(): string {
    const draw = this.#options.drawSvg ?? ((width, height) => this.#pixelsAsSvg(width, height));
    return pictureOf(
      this.#caption.textContent ?? '',
      this.#options.fileLegend?.() ?? legends.get(this.legend) ?? [],
      draw,
    );
  }

  #pixelsAsSvg(width: number, height: number): SVGSVGElement {
    return svg(
      'svg',
      { width, height },
      svg('image', { width, height, preserveAspectRatio: 'xMinYMin', href: this.canvas.toDataURL() }),
    );
  }

  #csv(): string {
    return csvOf((this.#options.numbers ?? this.#options.table)());
  }

  #saveText(kind: 'svg' | 'csv', content: string): void {
    saveFile(this.#options.id, kind, new TextEncoder().encode(content));
  }

  async #savePng(): Promise<void> {
    const blob = await pngOf(this.#picture());
    saveFile(this.#options.id, 'png', new Uint8Array(await blob.arrayBuffer()));
  }

  #copyPicture(): Promise<void> {
    // Not awaited before the call: it must begin while the person's click counts.
    const blob = pngOf(this.#picture());
    return this.#tell(navigator.clipboard.write([new ClipboardItem({ 'image/png': blob })]));
  }

  #copyNumbers(): Promise<void> {
    return this.#tell(navigator.clipboard.writeText(this.#csv()));
  }

  /** Says, and shows for a moment, whether something was copied. */
  async #tell(copying: Promise<void>): Promise<void> {
    const done = await copying.then(
      () => true,
      () => false,
    );
    announce(done ? t('Copied.') : t('It could not be copied: the editor does not allow it.'));
    this.#opener.replaceChildren(icon(done ? 'check' : 'cross'));
    setTimeout(() => this.#opener.replaceChildren(icon('more')), shownTime);
  }

  /** The formula or definition of the quantity, shown when the pointer is over the title. */
  define(definition: string): void {
    if (this.#caption.title !== definition) {
      this.#caption.title = definition;
    }
  }

  /** `label` describes the chart's present content; `empty` says why there is none. */
  describe(label: string, isEmpty: boolean, empty = this.#options.empty): void {
    const said = isEmpty ? `${this.#options.title}. ${empty}` : label;
    if (this.canvas.getAttribute('aria-label') !== said) {
      this.canvas.setAttribute('aria-label', said);
    }
    setText(this.#empty, empty);
    setHidden(this.#empty, !isEmpty);
    setHidden(this.#details, isEmpty);
    setHidden(this.legend, isEmpty);
    this.canvas.classList.toggle('blank', isEmpty);
    this.#fillTable(false);
  }

  #fillTable(now: boolean): void {
    // Two updates per second: nobody can read a table faster.
    if (!this.#details.open || (!now && performance.now() - this.#tabled < 500)) {
      return;
    }
    this.#tabled = performance.now();
    const { columns, rows } = this.#options.table();
    const stride = Math.max(1, Math.ceil(rows.length / maximumRows));
    const shown = rows.filter((_, i) => i % stride === 0 || i === rows.length - 1);
    this.#table.replaceChildren(
      ...(stride > 1 ? [h('caption', {}, t('{0} of {1} rows are shown.', shown.length, rows.length))] : []),
      h('thead', {}, h('tr', {}, ...columns.map((column) => h('th', { scope: 'col' }, column)))),
      h(
        'tbody',
        {},
        ...shown.map((row) =>
          h('tr', {}, ...row.map((cell, i) => (i === 0 ? h('th', { scope: 'row' }, cell) : h('td', {}, cell)))),
        ),
      ),
    );
  }

  #walk(event: KeyboardEvent): void {
    const count = this.#options.points?.() ?? 0;
    const moves: Readonly<Record<string, number>> = {
      ArrowRight: this.#point + 1,
      ArrowUp: this.#point + 1,
      ArrowLeft: this.#point < 0 ? count - 1 : this.#point - 1,
      ArrowDown: this.#point < 0 ? count - 1 : this.#point - 1,
      PageDown: this.#point + Math.max(1, Math.round(count / 10)),
      PageUp: this.#point - Math.max(1, Math.round(count / 10)),
      Home: 0,
      End: count - 1,
    };
    const target = moves[event.key];
    if (target === undefined || count === 0 || !this.#options.point) {
      return;
    }
    event.preventDefault();
    const point = this.#options.point(Math.max(0, Math.min(count - 1, target)));
    if (point) {
      this.#point = point.index;
      this.onPoint?.(point.index);
      announce(point.text);
    }
  }
}

/** A legend with the dash and colour of each line; rebuilt only when it changes. */
export function drawLegend(list: HTMLElement, entries: readonly LegendEntry[]): void {
  const key = JSON.stringify(entries);
  if (list.dataset.key === key) {
    return;
  }
  list.dataset.key = key;
  legends.set(list, entries);
  list.replaceChildren(
    ...entries.map((entry) => {
      const short = entry.fill || entry.marker !== undefined;
      const canvas = h('canvas', {
        width: short ? 28 : 56,
        height: 24,
        class: short ? 'swatch short' : 'swatch',
        'aria-hidden': 'true',
      });
      const context = canvas.getContext('2d') as CanvasRenderingContext2D;
      context.scale(2, 2);
      drawSwatch(context, entry, short ? 14 : 28);
      return h('li', {}, canvas, entry.label);
    }),
  );
}
