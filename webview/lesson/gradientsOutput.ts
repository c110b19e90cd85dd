/** The gradients of one network through depth, with several activations in its hidden layers. */
import { t } from '@vscode/l10n';
import type { LessonOutput } from '../../src/protocol/lesson';
import { LineChart } from '../panel/charts/lineChart';
import { css } from '../shared/color';
import { h } from '../shared/dom';
import { formatNumber } from '../shared/format';
import { dashes, type Palette } from '../shared/theme';
import type { Output } from './output';

type Gradients = LessonOutput & { readonly kind: 'gradients' };

export class GradientsOutput implements Output {
  readonly element: HTMLElement;
  readonly #report: Gradients['report'];
  readonly #chart = new LineChart({
    id: 'gradients',
    title: t('Norm of the gradient through depth, before training'),
    empty: t('The network has no hidden layer with an activation that could be exchanged.'),
  });
  readonly #table = h('table', { class: 'data-table', 'data-testid': 'measured' });

  constructor({ report }: Gradients) {
    this.#report = report;
    this.#chart.box.define('‖dW‖ = √(Σ dW² + Σ db²)');
    this.element = h(
      'div',
      { class: 'page lesson-output stack' },
      this.#chart.box.element,
      h('div', { class: 'table-scroll' }, this.#table),
    );
  }

  draw(palette: Palette): void {
    const { layers, runs } = this.#report;
    const style = (i: number) => ({
      color: palette.series[i % palette.series.length],
      dash: dashes[i % dashes.length],
    });
    const x = Float64Array.from(layers, (_, i) => i);
    const names = runs.map(({ activation }) => activation).join(', ');
    this.#chart.draw(
      {
        log: true,
        lines: runs.map(({ activation, before }, i) => ({
          label: activation,
          x,
          y: Float64Array.from(before),
          points: true,
          ...style(i),
        })),
        xRange: { min: -0.4, max: Math.max(0.4, layers.length - 0.6) },
        xTick: (i) => layers[i],
        xLabel: t('layers, first to last'),
        label: t('Gradients of {0} layers with {1}', layers.length, names),
      },
      palette,
    );
    const head = ['', t('first layer ÷ last layer'), t('loss before'), t('loss after {0} steps', runs[0]?.steps ?? 0)];
    this.#table.replaceChildren(
      h('thead', {}, h('tr', {}, ...head.map((each) => h('th', {}, each)))),
      h(
        'tbody',
        {},
        ...runs.map(({ activation, before, lossBefore, lossAfter }, i) => {
          const swatch = h('span', { class: 'swatch' });
          swatch.style.background = css(style(i).color);
          const numbers = [before[0] / before[before.length - 1], lossBefore, lossAfter];
          return h(
            'tr',
            {},
            h('th', { scope: 'row' }, swatch, activation),
            ...numbers.map((each) => h('td', {}, formatNumber(each, 3))),
          );
        }),
      ),
    );
  }

  dispose(): void {
    this.#chart.dispose();
  }
}
