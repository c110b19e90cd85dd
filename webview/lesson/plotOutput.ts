/** Functions over a range, their derivatives, and sliders for their parameters. */
import { t } from '@vscode/l10n';
import type { LessonOutput, PlottedFunction } from '../../src/protocol/lesson';
import type { ActivationCurve } from '../../src/protocol/panel';
import { type Line, LineChart } from '../panel/charts/lineChart';
import { formulaLines } from '../panel/formulaText';
import { h, math, setText } from '../shared/dom';
import { formatShort } from '../shared/format';
import { dashes, type Palette } from '../shared/theme';
import type { LessonHost } from './host';
import type { Output } from './output';

/** The dash of a derivative. */
const derivativeDash = [5, 3];
/** Places of a slider. */
const places = 100;

type Plot = LessonOutput & { readonly kind: 'plot' };

export class PlotOutput implements Output {
  readonly element: HTMLElement;
  readonly #plot: Plot;
  readonly #host: LessonHost;
  readonly #curves: ActivationCurve[];
  readonly #chart: LineChart;
  #palette: Palette | undefined;

  constructor(plot: Plot, host: LessonHost) {
    this.#plot = plot;
    this.#host = host;
    this.#curves = plot.functions.map(({ curve }) => curve);
    const title = plot.functions.map(({ name }) => name).join(', ');
    this.#chart = new LineChart({ id: 'plot', title, empty: '' });
    this.element = h(
      'div',
      { class: 'page lesson-output narrow stack' },
      ...plot.functions.map((each) => this.#formula(each)),
      ...plot.functions.flatMap((each, i) => this.#slider(each, i)),
      this.#chart.box.element,
    );
  }

  draw(palette: Palette): void {
    this.#palette = palette;
    const { functions, derivative, range } = this.#plot;
    const isOne = functions.length === 1;
    const lines = this.#curves.flatMap((curve, i): Line[] => {
      const color = isOne ? palette.train : palette.series[i % palette.series.length];
      const { name } = functions[i];
      const own = { label: isOne ? 'f(x)' : name, x: curve.x, y: curve.f, color, dash: isOne ? [] : dashes[i] };
      const slope = derivative &&
        curve.df && {
          label: isOne ? 'f′(x)' : `${name}′`,
          x: curve.x,
          y: curve.df,
          color: isOne ? palette.validation : color,
          dash: derivativeDash,
          ...(!isOne && { faint: true }),
        };
      return slope ? [own, slope] : [own];
    });
    const names = functions.map(({ name }) => name).join(', ');
    this.#chart.draw(
      {
        lines,
        xRange: { min: range[0], max: range[1] },
        xLabel: 'x',
        label: t('{0} over x from {1} to {2}', names, formatShort(range[0]), formatShort(range[1])),
      },
      palette,
    );
  }

  dispose(): void {
    this.#chart.dispose();
  }

  #formula({ name, curve }: PlottedFunction): HTMLElement {
    const lines = formulaLines({ ...curve, ...(!this.#plot.derivative && { derivative: '' }) });
    const head = this.#plot.functions.length > 1 && h('span', { class: 'muted' }, `${name}: `);
    return h(
      'p',
      { class: 'formula' },
      head,
      ...lines.flatMap((line, i) => (i > 0 ? [h('span', { class: 'gap' }), math(line)] : [math(line)])),
    );
  }

  #slider({ name, parameters, slider }: PlottedFunction, index: number): HTMLElement[] {
    if (!slider) {
      return [];
    }
    const { parameter, range } = slider;
    const [low, high] = range;
    const start = Number(parameters[parameter] ?? low);
    const value = h('span', { class: 'numbers' }, formatShort(start));
    const input = h('input', { type: 'range', min: low, max: high, step: (high - low) / places, value: start });
    input.addEventListener('input', () => {
      setText(value, formatShort(input.valueAsNumber));
      const changed = { ...parameters, [parameter]: input.valueAsNumber };
      const entry = 'formula' in parameters ? 'custom' : name;
      this.#host.curve({ name: entry, parameters: changed, range: this.#plot.range }, (curve) => {
        this.#curves[index] = curve;
        if (this.#palette) {
          this.draw(this.#palette);
        }
      });
    });
    return [h('label', { class: 'toggle plot-slider' }, `${name}: ${parameter} `, input, value)];
  }
}
