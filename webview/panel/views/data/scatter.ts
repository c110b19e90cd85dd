/** A matrix of scatter plots of up to five columns, which can be chosen. */
import { t } from '@vscode/l10n';
import { scatterColumns } from '../../../../src/common/limits';
import type { ColumnName, DataOverview, ScatterAnswer } from '../../../../src/protocol/engine';
import { drawLegend } from '../../../shared/charts/chartBox';
import { css } from '../../../shared/color';
import { h, setHidden, setText } from '../../../shared/dom';
import { formatCount } from '../../../shared/format';
import type { Palette } from '../../../shared/theme';
import { cellSize, formatCorrelation, paintScatterMatrix, pointStyle } from '../../charts/scatterMatrix';
import type { DataSource } from '../../dataSource';
import type { Paint } from '../view';
import { sameColumns } from './table';

/** Columns that are chosen at first. */
const firstColumns = 4;

export class ScatterPart {
  readonly #source: DataSource;
  readonly #redraw: () => void;
  readonly #choices: readonly HTMLSelectElement[];
  readonly #fields = h('div', { class: 'scatter-choices', role: 'group', 'aria-label': t('Columns') });
  readonly #count = h('p', { class: 'muted', 'aria-live': 'polite', 'data-testid': 'scatter-count' });
  readonly #legend = h('ul', { class: 'legend' });
  readonly #canvas = h('canvas', { role: 'img', 'data-testid': 'scatter' });
  readonly #stage = h('div', { class: 'scatter-stage' }, this.#canvas);
  readonly #table = h('details', { class: 'table-toggle', 'data-testid': 'correlations' });
  readonly #empty = h('p', { class: 'empty-inline', hidden: true }, t('No column holds numbers.'));
  readonly element = h(
    'div',
    { class: 'stack' },
    this.#fields,
    this.#empty,
    this.#count,
    this.#legend,
    this.#stage,
    this.#table,
  );
  #view: DataOverview | undefined;
  #drawn = 0;
  #asked = 0;
  #answer: ScatterAnswer | undefined;
  #painted: { readonly answer?: ScatterAnswer; readonly palette?: Palette; readonly size?: number } = {};

  constructor(source: DataSource, redraw: () => void) {
    this.#source = source;
    this.#redraw = redraw;
    this.#choices = Array.from({ length: scatterColumns }, (_, at) => {
      const label = t('Column {0}', at + 1);
      const select = h('select', { class: 'select', 'aria-label': label, 'data-testid': `scatter-${at + 1}` });
      select.addEventListener('change', () => void this.#ask());
      return select;
    });
    this.#fields.append(...this.#choices);
    new ResizeObserver(redraw).observe(this.#stage);
  }

  draw(view: DataOverview, palette: Palette): readonly Paint[] {
    if (this.#drawn !== this.#source.version) {
      this.#drawn = this.#source.version;
      const before = this.#view;
      this.#view = view;
      if (before && sameColumns(before, view)) {
        void this.#ask();
        return [() => this.#paint(palette)];
      }
      const rowNumbers = view.findings.filter(({ code }) => code === 'identifier').flatMap(({ columns }) => columns);
      this.#offer(
        view.names.filter(({ type, role }) => type !== 'category' && role !== 'ignored'),
        new Set(rowNumbers),
      );
    }
    return [() => this.#paint(palette)];
  }

  /** Chooses inputs first, but no numbers of rows, and a target of numbers last. */
  #offer(columns: readonly ColumnName[], rowNumbers: ReadonlySet<string>): void {
    const inputs = columns.filter(({ role, name }) => role === 'input' && !rowNumbers.has(name));
    const wanted = inputs.slice(0, firstColumns);
    const target = columns.find(({ role }) => role === 'target');
    const chosen = [...(wanted.length > 0 ? wanted : columns.slice(0, firstColumns)), ...(target ? [target] : [])];
    this.#choices.forEach((select, at) => {
      select.replaceChildren(
        h('option', { value: '' }, t('no column')),
        ...columns.map(({ index, name }) => h('option', { value: index }, name)),
      );
      select.value = String(chosen[at]?.index ?? '');
    });
    setHidden(this.#empty, columns.length > 0);
    setHidden(this.#fields, columns.length === 0);
    this.#answer = undefined;
    if (columns.length > 0) {
      void this.#ask();
    }
  }

  async #ask(): Promise<void> {
    const asked = ++this.#asked;
    const columns = [...new Set(this.#choices.map(({ value }) => value))].filter((value) => value !== '').map(Number);
    const answer = await this.#source.ask<'scatter'>({ kind: 'scatter', columns });
    if (answer && asked === this.#asked) {
      this.#answer = answer;
      this.#redraw();
    }
  }

  #paint(palette: Palette): void {
    const answer = this.#answer;
    const width = this.#stage.clientWidth;
    setHidden(this.#stage, !answer || answer.columns.length === 0);
    setHidden(this.#table, !answer || answer.columns.length < 2);
    if (!answer || answer.columns.length === 0 || width === 0) {
      return;
    }
    const size = cellSize(width, answer.columns.length);
    const before = this.#painted;
    if (before.answer === answer && before.palette === palette && before.size === size) {
      return;
    }
    this.#painted = { answer, palette, size };
    paintScatterMatrix(this.#canvas, answer, size, palette);
    const { points, rows, columns, classNames = [] } = answer;
    setText(
      this.#count,
      points < rows
        ? t('{0} of {1} rows, one from each of as many equal stretches', formatCount(points), formatCount(rows))
        : t('all {0} rows', formatCount(rows)),
    );
    this.#canvas.setAttribute(
      'aria-label',
      t('Scatter matrix of {0} with {1} points.', columns.map(({ name }) => name).join(', '), formatCount(points)),
    );
    drawLegend(
      this.#legend,
      classNames.map((label, of) => {
        const { color, kind } = pointStyle(palette, of);
        return { label, color: css(color), dash: [], marker: kind };
      }),
    );
    this.#table.replaceChildren(h('summary', {}, t('Correlations as a table')), correlationTable(answer));
  }
}

function correlationTable({ columns, correlations }: ScatterAnswer): HTMLElement {
  return h(
    'table',
    { class: 'data-table' },
    h('thead', {}, h('tr', {}, h('td', {}), ...columns.map(({ name }) => h('th', { scope: 'col' }, name)))),
    h(
      'tbody',
      {},
      ...columns.map(({ name }, row) =>
        h(
          'tr',
          {},
          h('th', { scope: 'row' }, name),
          ...columns.map((_, column) => h('td', {}, formatCorrelation(correlations[row * columns.length + column]))),
        ),
      ),
    ),
  );
}
