/** The curves of many runs over each other, to zoom and pan. */
import { t } from '@vscode/l10n';
import { Chart, type ChartDataset, Filler, Interaction, type InteractionItem } from 'chart.js';
import { indexFrom } from '../../src/common/indexFrom';
import type { Points } from '../../src/runs/series';
import { ChartBox } from '../shared/charts/chartBox';
import type { TableData } from '../shared/charts/chartFiles';
import { type Axes, chartConfiguration, type Dot, type Kind, paintAxes, setAxes } from '../shared/charts/chartOptions';
import { ChartZoom, type View } from '../shared/charts/chartZoom';
import { chartAsSvg } from '../shared/charts/drawChart';
import { drawVerticalLine } from '../shared/charts/verticalLine';
import { css, type Rgb } from '../shared/color';
import { h, setHidden } from '../shared/dom';
import { formatCount, formatNumber, formatShort } from '../shared/format';
import { icon } from '../shared/icons';
import { extent, logRange, niceRange } from '../shared/ranges';
import { thin, visible } from '../shared/series';
import type { Palette } from '../shared/theme';
import { type Band, bestPoint } from './curves';

declare module 'chart.js' {
  interface InteractionModeMap {
    /** Takes the point of each dataset that is nearest along x. */
    nearestOfEach: (typeof Interaction.modes)['nearest'];
  }
}

Chart.register(Filler);
Interaction.modes.nearestOfEach = nearestOfEach;

export interface CurveLine {
  readonly key: string;
  readonly label: string;
  readonly points: Points;
  /** The measured values, where `points` are smoothed. */
  readonly raw?: Points;
  /** Set for several runs: `points` are its mean. */
  readonly band?: Band;
  readonly color: Rgb;
  readonly dash: readonly number[];
}

export interface CurvePicture {
  readonly lines: readonly CurveLine[];
  readonly levels: readonly { readonly value: number; readonly text: string }[];
  readonly higher: boolean;
  readonly logX: boolean;
  readonly logY: boolean;
  readonly xLabel: string;
  /** The x values are integers: epochs or steps. */
  readonly xWhole: boolean;
  /** Says what the chart shows. */
  readonly label: string;
  readonly empty: string;
}

/** Points of all lines together, at most; a line has at least and at most so many buckets of four. */
const mostPoints = 24_000;
const [fewestBuckets, mostBuckets] = [30, 150];
/** Lines that a tooltip names. */
const mostNamed = 14;
const levelDash = [1, 3];

export class CurveChart {
  readonly box: ChartBox;
  readonly #chart: Chart<Kind, Dot[]>;
  readonly #reset: HTMLButtonElement;
  #picture: CurvePicture | undefined;
  #palette: Palette | undefined;
  #ranges: View | undefined;
  readonly #zoom = new ChartZoom(
    () => this.#chart as unknown as Chart,
    () => this.#redraw(),
  );
  #shownAxes: Axes | undefined;
  #axes = '';
  #pointed: string | undefined;
  #mark: number | undefined;
  #scheduled = false;

  /** `point` is told the key of the line that the pointer is nearest to. */
  constructor(title: string, empty: string, point: (key: string | undefined) => void) {
    this.box = new ChartBox({
      id: 'curves',
      title,
      empty,
      table: () => this.#table(),
      points: () => this.#walked()?.points.x.length ?? 0,
      point: (index) => this.#speak(index),
      // On the page the table is the legend.
      fileLegend: () =>
        (this.#picture?.lines ?? []).map(({ label, color, dash }) => ({ label, color: css(color), dash })),
      drawSvg: (width, height) => {
        if (!this.#shownAxes || !this.#palette) {
          throw new Error('The chart was not drawn yet.');
        }
        return chartAsSvg(this.#chart, this.#shownAxes, this.#palette, { width, height, drawn: () => undefined });
      },
    });
    this.box.onPoint = (index) => {
      this.#mark = index === undefined ? undefined : this.#walked()?.points.x[index];
      this.#chart.draw();
    };
    const button = (look: 'plus' | 'minus', label: string, act: () => void) => {
      const made = h('button', { type: 'button', class: 'action', title: label, 'aria-label': label }, icon(look));
      made.addEventListener('click', act);
      return made;
    };
    this.#reset = h('button', { type: 'button', class: 'action', 'data-testid': 'reset-zoom' }, t('Reset Zoom'));
    this.#reset.addEventListener('click', () => {
      this.#zoom.reset();
      this.box.canvas.focus();
    });
    this.box.tools.append(
      button('plus', t('Zoom in (+)'), () => this.#zoom.zoomIn()),
      button('minus', t('Zoom out (−)'), () => this.#zoom.zoomOut()),
      this.#reset,
    );
    setHidden(this.#reset, true);
    this.#chart = new Chart(this.box.canvas, this.#configuration(point));
    this.#zoom.listen(this.box.canvas);
  }

  draw(picture: CurvePicture, palette: Palette): void {
    this.#picture = picture;
    const isEmpty = picture.lines.every(({ points }) => points.x.length === 0);
    this.box.describe(picture.label, isEmpty, picture.empty);
    if (palette !== this.#palette) {
      this.#palette = palette;
      paintAxes(this.#chart, palette);
      this.#zoom.paint(palette);
    }
    const axes = JSON.stringify([picture.logX, picture.logY, picture.xLabel]);
    if (axes !== this.#axes) {
      this.#axes = axes;
      this.#ranges = undefined;
      this.#zoom.forget();
    }
    this.#ranges = this.#rangesOf(picture);
    setHidden(this.#reset, this.#zoom.view === undefined);
    this.#setData(picture);
    const { x, y } = this.#zoom.view ?? this.#ranges;
    this.#shownAxes = {
      x,
      y,
      log: picture.logY,
      xLog: picture.logX,
      xLabel: picture.xLabel,
      xWhole: picture.xWhole && x.max - x.min > 10,
      barMaximum: 1,
    };
    setAxes(this.#chart, this.#shownAxes);
    this.#chart.update('none');
  }

  /** Draws one line wide and the others pale. */
  emphasize(key: string | undefined): void {
    if (key !== this.#pointed) {
      this.#pointed = key;
      this.#redraw();
    }
  }

  /** The numbers shown for each line, for tests. */
  shownData(): { label: string; x: number[]; y: number[] }[] {
    return this.#chart.data.datasets.map(({ label = '', data }) => ({
      label,
      x: data.map((dot) => dot.x),
      y: data.map((dot) => dot.y),
    }));
  }

  get range(): View | undefined {
    return this.#zoom.view ?? this.#ranges;
  }

  #configuration(point: (key: string | undefined) => void) {
    const configuration = chartConfiguration({
      title: (x) => `${this.#picture?.xLabel ?? ''} ${this.#xNumber(x)}`.trim(),
      label: (name, value) => `${name}: ${formatNumber(value)}`,
      drawn: () => this.#drawMark(),
    });
    const { options = {} } = configuration;
    options.interaction = { mode: 'nearestOfEach', intersect: false };
    options.onHover = (_, items) => {
      const [nearest] = items;
      point(nearest && (this.#chart.data.datasets as LineSet[])[nearest.datasetIndex].key);
    };
    const { plugins = {} } = options;
    Object.assign(plugins.tooltip ?? {}, {
      displayColors: true,
      itemSort: (a: { parsed: { y: number } }, b: { parsed: { y: number } }) => b.parsed.y - a.parsed.y,
    });
    plugins.zoom = this.#zoom.options;
    return configuration;
  }

  #redraw(): void {
    if (!this.#scheduled) {
      this.#scheduled = true;
      requestAnimationFrame(() => {
        this.#scheduled = false;
        if (this.#picture && this.#palette) {
          this.draw(this.#picture, this.#palette);
        }
      });
    }
  }

  #rangesOf({ lines, levels, logX, logY }: CurvePicture): View {
    const ys = lines.flatMap(({ points, band }) => (band ? [band.low, band.high] : [points.y]));
    const y = extent([...ys, levels.map(({ value }) => value)], logY);
    const x = extent(
      lines.map(({ points }) => points.x),
      logX,
    );
    const before = this.#ranges;
    return {
      x: logX
        ? { min: x.low, max: x.high > x.low ? x.high : x.low * 10 }
        : niceRange(Math.min(x.low, 0), x.high, before?.x),
      y: logY ? logRange(y.low, y.high, before?.y) : niceRange(y.low, y.high, before?.y),
    };
  }

  #setData({ lines, levels, higher, logX, logY }: CurvePicture): void {
    const view = this.#zoom.view?.x;
    const buckets = Math.min(mostBuckets, Math.max(fewestBuckets, Math.floor(mostPoints / 4 / (lines.length || 1))));
    const dots = (x: Float64Array, y: Float64Array): { data: Dot[]; xs: Float64Array } => {
      const kept = thin(...visible({ x, y }, view), buckets);
      const data = Array.from(kept.x, (at, i) => ({
        x: logX && !(at > 0) ? Number.NaN : at,
        y: logY && !(kept.y[i] > 0) ? Number.NaN : kept.y[i],
      }));
      return { data, xs: kept.x };
    };
    const sets: LineSet[] = [];
    for (const line of lines) {
      const isPointed = this.#pointed === line.key;
      const isPale = this.#pointed !== undefined && !isPointed && lines.some(({ key }) => key === this.#pointed);
      const shared = { ...plainLine, order: isPointed ? 1 : 2 };
      if (line.band) {
        const { x, low, high } = line.band;
        const background = css(line.color, isPale ? 0.05 : 0.18);
        sets.push(
          { ...shared, label: `${line.label} ${t('low')}`, ...dots(x, low), borderWidth: 0, order: 4 },
          {
            ...shared,
            label: `${line.label} ${t('high')}`,
            ...dots(x, high),
            borderWidth: 0,
            fill: '-1',
            backgroundColor: background,
            order: 4,
          },
        );
      }
      if (line.raw) {
        const color = css(line.color, isPale ? 0.1 : 0.35);
        const raw = { ...shared, borderColor: color, borderWidth: 1, order: 3 };
        sets.push({ ...raw, label: t('{0}, unsmoothed', line.label), ...dots(line.raw.x, line.raw.y) });
      }
      sets.push({
        ...shared,
        key: line.key,
        label: line.label,
        ...dots(line.points.x, line.points.y),
        borderColor: css(line.color, isPale ? 0.25 : 1),
        backgroundColor: css(line.color),
        borderWidth: isPointed ? 3 : 1.5,
        borderDash: [...line.dash],
        pointRadius: line.points.x.length === 1 ? 3 : 0,
      });
      const best = bestPoint(line.raw ?? line.points, higher);
      if (best) {
        const color = css(line.color, isPale ? 0.25 : 1);
        const point = { backgroundColor: color, borderColor: color, pointRadius: 3.5, order: 0 };
        sets.push({ ...plainLine, ...point, label: t('{0}, best', line.label), data: [best], showLine: false });
      }
    }
    const { x } = this.#ranges ?? {};
    if (x && lines.length > 0) {
      for (const { value, text } of levels) {
        const color = this.#palette ? css(this.#palette.muted) : undefined;
        const ends = [x.min, x.max].map((at) => ({ x: at, y: value }));
        const level = { borderColor: color, borderWidth: 1.5, borderDash: levelDash, order: 5 };
        sets.push({ ...plainLine, ...level, label: text, data: ends });
      }
    }
    this.#chart.data.datasets = sets;
  }

  #walked(): CurveLine | undefined {
    const lines = this.#picture?.lines ?? [];
    return lines.find(({ key }) => key === this.#pointed) ?? lines.find(({ points }) => points.x.length > 0);
  }

  #xNumber(x: number): string {
    return this.#picture?.xWhole ? formatCount(Math.round(x)) : formatShort(x, 5);
  }

  #speak(index: number): { index: number; text: string } | undefined {
    const line = this.#walked();
    if (!line || !this.#picture) {
      return undefined;
    }
    const x = line.points.x[index];
    const values = this.#picture.lines.flatMap(({ label, points }) => {
      const at = indexFrom(points.x, x);
      return points.x[at] === x ? [`${label} ${formatNumber(points.y[at])}`] : [];
    });
    const said = values.length > mostNamed ? [...values.slice(0, mostNamed), '…'] : values;
    return { index, text: `${this.#picture.xLabel} ${this.#xNumber(x)}: ${said.join('; ')}` };
  }

  #drawMark(): void {
    if (this.#mark === undefined || !this.#palette) {
      return;
    }
    drawVerticalLine(this.#chart, this.#mark, css(this.#palette.focus));
  }

  #table(): TableData {
    const lines = this.#picture?.lines ?? [];
    const all = [...new Set(lines.flatMap(({ points }) => [...points.x]))].sort((a, b) => a - b);
    return {
      columns: [this.#picture?.xLabel ?? '', ...lines.map(({ label }) => label)],
      rows: all.map((x) => [
        this.#xNumber(x),
        ...lines.map(({ points }) => {
          const at = indexFrom(points.x, x);
          return points.x[at] === x ? formatNumber(points.y[at]) : '';
        }),
      ]),
    };
  }
}

/** A dataset; that of a run has its key. */
type LineSet = ChartDataset<Kind, Dot[]> & { readonly key?: string; readonly xs?: Float64Array };

const plainLine = { type: 'line' as const, yAxisID: 'y', pointRadius: 0, clip: 4 };

/** The point of each line that is nearest along x; at most so many, those nearest to the pointer first. */
function nearestOfEach(chart: Chart, event: { x: number | null; y: number | null }): InteractionItem[] {
  const { chartArea, scales } = chart;
  const { x, y } = event;
  if (x === null || y === null || x < chartArea.left || x > chartArea.right) {
    return [];
  }
  const at = scales.x.getValueForPixel(x) ?? Number.NaN;
  const found = (chart.data.datasets as unknown as readonly LineSet[]).flatMap((set, datasetIndex) => {
    if (!set.key || !set.xs?.length) {
      return [];
    }
    const right = indexFrom(set.xs, at);
    const index =
      right > 0 && (right === set.xs.length || at - set.xs[right - 1] < set.xs[right] - at) ? right - 1 : right;
    const element = chart.getDatasetMeta(datasetIndex).data[index];
    const isThere = element !== undefined && Number.isFinite(element.y) && at <= set.xs[set.xs.length - 1];
    return isThere ? [{ element, datasetIndex, index, far: Math.abs(element.y - y) }] : [];
  });
  return found
    .sort((a, b) => a.far - b.far)
    .slice(0, mostNamed)
    .map(({ element, datasetIndex, index }) => ({ element, datasetIndex, index }));
}
