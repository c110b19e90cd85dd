/** The gradient norm of every layer by depth, on a log scale, with a sentence that interprets it. */
import { t } from '@vscode/l10n';
import { h, setText } from '../../shared/dom';
import { formatNumber } from '../../shared/format';
import { whyUnmeasured } from '../../shared/states';
import type { Context } from '../views/view';
import { depthReading } from './depthReading';
import { LineChart } from './lineChart';

export class DepthChart {
  readonly element: HTMLElement;
  readonly #chart: LineChart;
  readonly #reading: HTMLElement;
  #shown: readonly unknown[] = [];

  constructor(id: string) {
    this.#chart = new LineChart({
      id,
      title: t('Gradient of the next batch through depth'),
      empty: t('The gradients appear when the first batch was measured.'),
    });
    this.#reading = h('p', { class: 'reading', 'data-testid': `reading-${id}` });
    this.#chart.box.define('‖dW‖ = √(Σ dW² + Σ db²),  ‖δ‖ = √Σ δ²,  δ = ∂L/∂z');
    this.#chart.box.stage.after(this.#reading);
    this.element = this.#chart.box.element;
  }

  draw({ store, palette }: Context): void {
    const shown = [store.run.gradients, store.layers, store.run.stored, palette] as const;
    if (this.#shown.length > 0 && shown.every((value, i) => value === this.#shown[i])) {
      return;
    }
    this.#shown = shown;
    const probed = store.run.gradients?.layers ?? [];
    const names = probed.map((layer) => store.layers[layer.layer]?.name ?? String(layer.layer));
    const x = Float64Array.from(probed, (_, i) => i);
    const said = probed.map((layer, i) => `${names[i]} ${formatNumber(layer.gradientNorm, 3)}`).join(', ');
    const reading = depthReading(store.layers, store.run.gradients);
    // Where no norm is a number, the sentence replaces the picture.
    const unreadable = probed.length > 0 && probed.every((layer) => Number.isNaN(layer.gradientNorm));
    setText(this.#reading, unreadable ? '' : reading);
    this.#chart.draw(
      {
        log: true,
        lines: unreadable
          ? []
          : [
              {
                label: t('norm of dW'),
                x,
                y: Float64Array.from(probed, (layer) => layer.gradientNorm),
                color: palette.train,
                dash: [],
                points: true,
              },
              {
                label: t('norm of δ'),
                x,
                y: Float64Array.from(probed, (layer) => layer.deltaNorm),
                color: palette.series[3],
                dash: [5, 3],
                points: true,
                pointStyle: 'rectRot',
              },
            ],
        xRange: { min: -0.4, max: Math.max(0.4, probed.length - 0.6) },
        xTick: (i) => names[i],
        xLabel: t('layers, first to last'),
        empty: unreadable ? reading : whyUnmeasured(store.run),
        label: t('Gradient norm of each layer at step {0}, first to last: {1}.', store.run.gradients?.step ?? 0, said),
      },
      palette,
    );
  }
}
