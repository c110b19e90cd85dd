/**
 * The common parts of all charts: a caption, a labelled canvas, a table of the numbers, and navigation
 * through the points with the arrow keys, each point being announced.
 */
import { t } from '@vscode/l10n';
import { announce } from '../announce';
import { h, setHidden, setText } from '../dom';
import { shape } from './shapes';

export interface TableData {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

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
}

const maximumRows = 200;

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
    this.element = h(
      'figure',
      { class: 'chart', 'data-testid': `figure-${options.id}` },
      h('div', { class: 'chart-head' }, h('figcaption', {}, options.title), this.tools),
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
    setText(this.element.querySelector('figcaption') as HTMLElement, title);
  }

  /** The formula or definition of the quantity, shown when the pointer is over the title. */
  define(definition: string): void {
    const caption = this.element.querySelector('figcaption') as HTMLElement;
    if (caption.title !== definition) {
      caption.title = definition;
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

interface LegendEntry {
  readonly label: string;
  readonly color: string;
  readonly dash: readonly number[];
  /** A filled swatch (bars, areas) instead of a line. */
  readonly fill?: boolean;
  /** A point's shape instead of a line. */
  readonly marker?: number;
}

/** A legend with the dash and colour of each line; rebuilt only when it changes. */
export function drawLegend(list: HTMLElement, entries: readonly LegendEntry[]): void {
  const key = JSON.stringify(entries);
  if (list.dataset.key === key) {
    return;
  }
  list.dataset.key = key;
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
      context.strokeStyle = entry.color;
      context.fillStyle = entry.color;
      context.lineWidth = 2;
      context.setLineDash([...entry.dash]);
      if (entry.marker !== undefined) {
        shape(context, entry.marker, 7, 6, 4);
        context.fill();
      } else if (entry.fill) {
        context.fillRect(0, 2, 14, 8);
      } else {
        context.beginPath();
        context.moveTo(0, 6);
        context.lineTo(28, 6);
        context.stroke();
      }
      return h('li', {}, canvas, entry.label);
    }),
  );
}
