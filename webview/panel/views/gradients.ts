/** The gradient of every layer: by depth at the present step, and over the epochs. */
import { t } from '@vscode/l10n';
import type { GradientProbe } from '../../../src/protocol/engine';
import type { Questions } from '../../../src/protocol/measurements';
import type { Points } from '../../../src/runs/series';
import { h } from '../../shared/dom';
import { formatNumber } from '../../shared/format';
import { layerStyle } from '../../shared/theme';
import { DepthChart } from '../charts/depthChart';
import { type Line, LineChart } from '../charts/lineChart';
import { gradientTag, type Store } from '../store';
import type { Context, Paint, PanelView, ViewEntry } from './view';

class Gradients implements PanelView {
  readonly #depth = new DepthChart('depth');
  readonly #history = new LineChart({
    id: 'gradient-history',
    title: t('Gradient norm of each layer over the epochs'),
    empty: t('The norms appear while the network trains.'),
  });
  readonly #table = h('table', { class: 'data-table', 'data-testid': 'gradient-table' });
  readonly element = h(
    'div',
    { class: 'tab-panel' },
    h(
      'p',
      { class: 'muted' },
      t(
        'The error travels from the last layer back to the first. Each layer multiplies it by its weights and by f′(z): where f′ is small, layer after layer, the gradient vanishes and the first layers stop learning.',
      ),
    ),
    h(
      'div',
      { class: 'grid' },
      this.#depth.element,
      this.#history.box.element,
      h(
        'div',
        { class: 'table-scroll', tabindex: 0, role: 'region', 'aria-label': t('Gradient norm of each layer') },
        this.#table,
      ),
    ),
  );

  draw(context: Context): readonly Paint[] {
    const { store, palette } = context;
    this.#depth.draw(context);
    const lines: Line[] = store.layers.flatMap((layer, i) => {
      const series = historyOf(store, i);
      const shown = series.y.some(Number.isFinite);
      return shown ? [{ label: layer.name, x: series.x, y: series.y, ...layerStyle(palette, i) }] : [];
    });
    this.#history.draw(
      {
        lines,
        log: true,
        xWhole: true,
        xLabel: t('epoch'),
        cursor: store.frameEpoch,
        label: t(
          'Gradient norm of each layer over the epochs. Now: {0}.',
          lines.map((line) => `${line.label} ${formatNumber(line.y[line.y.length - 1], 3)}`).join(', '),
        ),
        empty: store.layers.length === 0 ? t('The norms appear when the network is built.') : undefined,
      },
      palette,
    );
    this.#drawTable(context);
    return [];
  }

  #drawTable({ store }: Context): void {
    const probed = store.run.gradients?.layers ?? [];
    const key = `${store.run.runId} ${store.run.gradients?.step} ${probed.length}`;
    if (this.#table.dataset.key === key) {
      return;
    }
    this.#table.dataset.key = key;
    const columns = [
      [t('layer'), ''],
      [t('norm of dW'), t('of all gradients of the layer, those of its biases included')],
      [t('norm of δ'), ''],
      [t('norm of W'), t('of all numbers that the layer learns, its biases included')],
      [
        t('update / W'),
        t(
          'The norm of the next update, divided by that of W. About 0.001 is usual; far below it a layer hardly moves, far above it the training is restless. At an earlier moment it is known only where the optimizer has no memory.',
        ),
      ],
    ] as const;
    this.#table.replaceChildren(
      ...(probed.length === 0
        ? []
        : [
            h(
              'thead',
              {},
              h(
                'tr',
                {},
                ...columns.map(([column, title]) => h('th', { scope: 'col', title: title || undefined }, column)),
              ),
            ),
          ]),
      h(
        'tbody',
        {},
        ...probed.map((layer) =>
          h(
            'tr',
            {},
            h('th', { scope: 'row' }, store.layers[layer.layer]?.name ?? ''),
            ...[layer.gradientNorm, layer.deltaNorm, layer.weightNorm, ratioOf(layer)].map((value) =>
              h('td', {}, formatNumber(value, 3)),
            ),
          ),
        ),
      ),
    );
  }
}

/** Undefined where it is not known, or the layer learns nothing yet. */
function ratioOf({ updateNorm, weightNorm }: GradientProbe['layers'][number]): number | undefined {
  return updateNorm === undefined || weightNorm === 0 ? undefined : updateNorm / weightNorm;
}

/** The norms of a layer at each frame of the film; without a film, as they were measured during the run. */
function historyOf(store: Store, layer: number): Points {
  const { epochs, layers } = store.run.gradientHistory ?? {};
  const norms = layers?.find((each) => each.layer === layer)?.norms;
  return epochs && norms ? { x: epochs, y: norms } : store.series(gradientTag + store.layers[layer].name);
}

export const gradients: ViewEntry = {
  id: 'gradients',
  title: () => t('Gradients'),
  make: () => new Gradients(),
  questions: ({ run: { film } }): Questions => (film ? { gradientHistory: {} } : {}),
};
