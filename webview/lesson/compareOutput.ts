/** The losses of several runs on one axis, with what each came to. */
import { t } from '@vscode/l10n';
import type { LessonOutput } from '../../src/protocol/lesson';
import { LineChart } from '../panel/charts/lineChart';
import { css } from '../shared/color';
import { type Child, h } from '../shared/dom';
import { formatNumber } from '../shared/format';
import { dashes, type Palette } from '../shared/theme';
import type { Output } from './output';

type Comparison = LessonOutput & { readonly kind: 'compare' };

export class CompareOutput implements Output {
  readonly element: HTMLElement;
  readonly #comparison: Comparison;
  readonly #chart = new LineChart({
    id: 'compare',
    title: t('Loss'),
    empty: t('The losses appear when the runs have ended.'),
  });
  readonly #table = h('table', { class: 'data-table', 'data-testid': 'compared' });

  constructor(comparison: Comparison) {
    this.#comparison = comparison;
    const { more, runs } = comparison;
    const waiting =
      more > 0 && h('p', { class: 'muted' }, t('{0} of {1} runs are done.', runs.length, runs.length + more));
    this.element = h(
      'div',
      { class: 'page lesson-output narrow stack' },
      waiting,
      this.#chart.box.element,
      h('div', { class: 'table-scroll' }, this.#table),
    );
  }

  draw(palette: Palette): void {
    const { runs } = this.#comparison;
    const style = (i: number) => ({
      color: palette.series[i % palette.series.length],
      dash: dashes[i % dashes.length],
    });
    this.#chart.draw(
      {
        lines: runs.map(({ name, x, y }, i) => ({ label: name, x, y, ...style(i) })),
        xWhole: true,
        xLabel: t('epoch'),
        label: t('Losses of {0} runs over the epochs: {1}', runs.length, runs.map(({ name }) => name).join(', ')),
      },
      palette,
    );
    const tags = [...new Set(runs.flatMap(({ final }) => final.map(([tag]) => tag)))];
    const cells = (tag: string, cell: 'td' | 'th', ...children: readonly Child[]) =>
      h(cell, { title: tag }, ...children);
    this.#table.replaceChildren(
      h('thead', {}, h('tr', {}, h('th', {}), ...tags.map((tag) => cells(tag, 'th', tag)))),
      h(
        'tbody',
        {},
        ...runs.map(({ name, final, failure }, i) => {
          const swatch = h('span', { class: 'swatch' });
          swatch.style.background = css(style(i).color);
          return h(
            'tr',
            {},
            h('th', { scope: 'row' }, swatch, name),
            ...(failure === undefined
              ? tags.map((tag) => cells(tag, 'td', formatNumber(final.find(([each]) => each === tag)?.[1])))
              : [h('td', { colspan: Math.max(1, tags.length), class: 'failure' }, failure)]),
          );
        }),
      ),
    );
  }

  dispose(): void {
    this.#chart.dispose();
  }
}
