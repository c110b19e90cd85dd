/**
 * One card per activation: f, f′ and the measured distribution of z, or the mean probabilities of a softmax.
 */
import { t } from '@vscode/l10n';
import { counted } from '../../../src/common/counted';
import { deadShare, saturatedShare } from '../../../src/common/verdict/thresholds';
import type { ActivationProbe, LayerDistribution, LayerInfo } from '../../../src/protocol/engine';
import type { ActivationCurve } from '../../../src/protocol/panel';
import { css } from '../../shared/color';
import { h, math, setHidden, setText } from '../../shared/dom';
import { formatCount, formatNumber, formatShare } from '../../shared/format';
import { layerStyle } from '../../shared/theme';
import { formulaLines } from '../formulaText';
import type { Context, Paint } from '../views/view';
import { type Line, LineChart } from './lineChart';

const shown = { min: -5, max: 5 };

class ActivationCard {
  readonly element: HTMLElement;
  readonly #layer: number;
  readonly #chart: LineChart;
  readonly #bars = h('ol', { class: 'class-bars' });
  readonly #share = h('span', { class: 'share numbers', 'data-testid': 'share' });
  readonly #formula = h('p', { class: 'formula' });
  readonly #name: HTMLElement;
  /** The layer and activation whose formula the card shows. */
  #curve: ActivationCurve | undefined;

  constructor(id: string, index: number, layer: LayerInfo, { transport }: Context) {
    const activation = layer.activation?.name ?? '';
    const about = h(
      'button',
      {
        type: 'button',
        class: 'link',
        'data-testid': 'about-activation',
        title: t('Show this function in the gallery'),
      },
      activation,
    );
    about.addEventListener('click', () => transport.post({ type: 'showActivation', name: activation }));
    this.#layer = index;
    this.#name = h('span', { class: 'layer-name' }, layer.name);
    this.#chart = new LineChart({
      id: `${id}-${layer.name}`,
      title: `${layer.name} · ${activation}`,
      empty: t('The curve comes with the first measurements.'),
      shape: 'small',
    });
    this.#chart.box.element.querySelector('figcaption')?.replaceChildren(this.#name, ' · ', about);
    this.#chart.box.tools.append(this.#share);
    this.#chart.box.stage.before(this.#formula);
    this.#chart.box.stage.after(this.#bars);
    this.element = this.#chart.box.element;
    this.element.classList.add('activation-card');
  }

  dispose(): void {
    this.#chart.dispose();
  }

  draw(context: Context): void {
    const { store } = context;
    const probe = store.run.activations;
    const measured = probe?.layers.find((layer) => layer.layer === this.#layer);
    const curve = store.run.curves?.[this.#layer];
    if (curve && curve !== this.#curve) {
      this.#curve = curve;
      this.#formula.replaceChildren(...formulaLines(curve).map((line) => math(line)));
    }
    setHidden(this.#formula, !curve?.formula);
    this.#drawShare(measured, this.#layer < store.layers.length - 1);
    const softmax = store.layers[this.#layer].activation?.name === 'softmax';
    setHidden(this.#chart.box.stage, softmax && measured?.meanProbabilities !== undefined);
    setHidden(this.#chart.box.legend, softmax);
    setHidden(this.#bars, !measured?.meanProbabilities);
    if (measured?.meanProbabilities) {
      this.#drawClasses(measured.meanProbabilities, context);
    }
    this.#drawCurve(curve, measured, probe, context);
  }

  /** An output layer saturates when it is certain, so only hidden layers are marked. */
  #drawShare(measured: LayerDistribution | undefined, hidden: boolean): void {
    const { saturated, dead } = measured ?? {};
    setText(
      this.#share,
      dead !== undefined
        ? t('{0} dead', formatShare(dead))
        : saturated !== undefined
          ? t('{0} saturated', formatShare(saturated))
          : '',
    );
    this.#share.title =
      dead !== undefined
        ? t('Share of units that are 0 for every sample that was looked at')
        : t('Share of values of z where |f′(z)| is under 5 % of its largest value: hardly any gradient passes');
    this.#share.classList.toggle('high', (dead ?? 0) >= deadShare || (hidden && (saturated ?? 0) >= saturatedShare));
  }

  #drawCurve(
    curve: ActivationCurve | undefined,
    measured: LayerDistribution | undefined,
    probe: ActivationProbe | undefined,
    { palette, store }: Context,
  ): void {
    const style = layerStyle(palette, this.#layer);
    const lines: Line[] = [];
    if (curve) {
      lines.push({ label: 'f(z)', x: curve.x, y: curve.f, color: style.color, dash: [] });
      if (curve.df) {
        lines.push({ label: 'f′(z)', x: curve.x, y: curve.df, color: palette.foreground, dash: [5, 3] });
      }
    }
    const histogram = measured?.histogram;
    let largest = 0;
    if (histogram) {
      const n = histogram.counts.length;
      const width = (histogram.high - histogram.low) / n;
      const total = histogram.counts.reduce((sum, count) => sum + count, 0) || 1;
      const x = Float64Array.from({ length: n }, (_, i) => histogram.low + (i + 0.5) * width);
      const y = histogram.counts.map((count) => count / total);
      largest = y.reduce((a, b) => Math.max(a, b), 0);
      lines.push({ label: t('share of z'), x, y: new Float64Array(y), color: style.color, dash: [], bars: true });
    }
    const layer = store.layers[this.#layer];
    const parts = [
      t('{0}: {1} and its derivative over z from −5 to 5.', layer.name, layer.activation?.name ?? ''),
      histogram && probe
        ? t(
            'Distribution of z over {0} at epoch {1}: mean {2}.',
            counted(probe.samples, t('{0} sample', 1), t('{0} samples', formatCount(probe.samples))),
            probe.epoch,
            formatNumber(meanOf(histogram), 3),
          )
        : '',
      this.#share.textContent ? `${this.#share.textContent}.` : '',
    ];
    this.#chart.draw(
      {
        lines,
        xRange: shown,
        xLabel: 'z',
        barMaximum: largest * 1.15 || 1,
        label: parts.filter((part) => part !== '').join(' '),
      },
      palette,
    );
  }

  #drawClasses(means: Float64Array, { store, palette }: Context): void {
    this.#bars.style.setProperty('--bar', css(layerStyle(palette, this.#layer).color));
    const names = store.run.started?.classNames;
    while (this.#bars.children.length > means.length) {
      this.#bars.lastElementChild?.remove();
    }
    means.forEach((mean, k) => {
      let row = this.#bars.children[k] as HTMLElement | undefined;
      if (!row) {
        row = h(
          'li',
          {},
          h('span', { class: 'class-name' }),
          h('span', { class: 'meter', role: 'meter', 'aria-valuemin': 0, 'aria-valuemax': 1 }, h('span')),
          h('span', { class: 'numbers' }),
        );
        this.#bars.append(row);
      }
      const [name, bar, value] = [row.children[0], row.children[1] as HTMLElement, row.children[2]];
      setText(name, names?.[k] ?? String(k));
      (bar.firstElementChild as HTMLElement).style.width = `${(100 * mean).toFixed(2)}%`;
      bar.setAttribute('aria-valuenow', mean.toFixed(4));
      bar.setAttribute('aria-label', t('Mean probability of class {0}', names?.[k] ?? k));
      setText(value, formatNumber(mean, 3));
    });
    this.#bars.setAttribute('aria-label', t('Mean probability of each class'));
  }
}

function meanOf(histogram: { low: number; high: number; counts: Float64Array }): number {
  const width = (histogram.high - histogram.low) / histogram.counts.length;
  let sum = 0;
  let total = 0;
  histogram.counts.forEach((count, i) => {
    sum += count * (histogram.low + (i + 0.5) * width);
    total += count;
  });
  return total === 0 ? Number.NaN : sum / total;
}

/** The cards of all activations; recreated when the network changes. */
export class ActivationCards {
  readonly element = h('div', { class: 'cards' });
  readonly #id: string;
  #cards: ActivationCard[] = [];
  #key = '';
  #shown: readonly unknown[] = [];

  constructor(id: string) {
    this.#id = id;
  }

  get isEmpty(): boolean {
    return this.#cards.length === 0;
  }

  /** Creates the network's cards and returns one paint task per card. */
  draw(context: Context): readonly Paint[] {
    const { store } = context;
    const key = store.run.runId + JSON.stringify(store.layers);
    if (key !== this.#key) {
      this.#key = key;
      for (const card of this.#cards) {
        card.dispose();
      }
      this.#cards = store.layers.flatMap((layer, i) =>
        layer.activation && layer.activation.name !== 'linear' ? [new ActivationCard(this.#id, i, layer, context)] : [],
      );
      this.element.replaceChildren(...this.#cards.map((card) => card.element));
    }
    // Losses arrive 30 times a second, probes less often; only a new probe changes a card.
    const shown = [store.run.activations, store.run.curves, context.palette, this.#cards] as const;
    if (shown.every((value, i) => value === this.#shown[i])) {
      return [];
    }
    this.#shown = shown;
    return this.#cards.map((card) => () => card.draw(context));
  }
}
