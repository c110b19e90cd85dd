/** The function computed by a network with one input, with the data points. */
import { t } from '@vscode/l10n';
import type { Surface } from '../../../src/protocol/engine';
import { dataPoints, formatNumber } from '../../shared/format';
import { whyUnmeasured } from '../../shared/states';
import type { Context } from '../views/view';
import { type Line, LineChart } from './lineChart';

export class CurveChart {
  readonly #chart: LineChart;
  readonly element: HTMLElement;
  /** The values that were drawn last. */
  #shown: readonly unknown[] = [];

  constructor(id = 'curve') {
    this.#chart = new LineChart({
      id,
      title: t('Fitted curve'),
      empty: t('The curve appears with the first measurements.'),
    });
    this.element = this.#chart.box.element;
  }

  /** `cursor`: a marked place on the axis. */
  draw({ store, palette }: Context, cursor?: number): void {
    const { surface } = store.run;
    const shown = [surface, palette, store.run.stored, cursor];
    if (shown.every((value, i) => value === this.#shown[i])) {
      return;
    }
    this.#shown = shown;
    const lines: Line[] = [];
    if (surface && surface.axes.length === 1) {
      const [axis] = surface.axes;
      const x = Float64Array.from(
        { length: axis.count },
        (_, i) => axis.low + ((axis.high - axis.low) * i) / Math.max(1, axis.count - 1),
      );
      for (let k = 0; k < surface.outputSize; k++) {
        const y = Float64Array.from({ length: axis.count }, (_, i) => surface.outputs[i * surface.outputSize + k]);
        lines.push({
          label: surface.outputSize === 1 ? t('output') : t('output {0}', store.run.started?.classNames?.[k] ?? k + 1),
          x,
          y,
          color: palette.series[(k + 1) % 6],
          dash: [],
        });
      }
      lines.push(
        ...points(surface, 0, t('training data'), palette.train, 'circle'),
        ...points(surface, 1, t('held-out data'), palette.series[3], 'triangle'),
      );
    }
    const output = lines[0]?.y;
    this.#chart.draw(
      {
        lines,
        cursor,
        xRange: surface ? { min: surface.axes[0].low, max: surface.axes[0].high } : undefined,
        xLabel: surface?.axes[0].name ?? 'x',
        label:
          surface && output
            ? t(
                'Fitted curve over {0} at epoch {1}: the output goes from {2} to {3} along {4}.',
                surface.axes[0].name,
                surface.epoch,
                formatNumber(output[0], 3),
                formatNumber(output[output.length - 1], 3),
                dataPoints(surface.points.target.length),
              )
            : '',
        empty: whyUnmeasured(store.run),
      },
      palette,
    );
  }
}

/** The points of the train part, or of the other parts, sorted by x as Chart.js requires. */
function points(
  surface: Surface,
  part: 0 | 1,
  label: string,
  color: Line['color'],
  pointStyle: Line['pointStyle'],
): Line[] {
  const { x, target, part: of } = surface.points;
  const chosen = Array.from(x.keys())
    .filter((i) => of[i] > 0 === part > 0)
    .sort((a, b) => x[a] - x[b]);
  return chosen.length === 0
    ? []
    : [
        {
          label,
          x: Float64Array.from(chosen, (i) => x[i]),
          y: Float64Array.from(chosen, (i) => target[i]),
          color,
          dash: [],
          scatter: true,
          pointStyle,
          silent: true,
        },
      ];
}
