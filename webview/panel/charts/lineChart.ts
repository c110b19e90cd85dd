/** Line charts over epochs, steps or x, with the slow features of Chart.js disabled. */
import { t } from '@vscode/l10n';
import { Chart, type ChartDataset } from 'chart.js';
import { ChartBox, type ChartBoxOptions, drawLegend } from '../../shared/charts/chartBox';
import type { TableData } from '../../shared/charts/chartFiles';
import {
  type Axes,
  chartConfiguration,
  type Dot,
  groupOrder,
  type Kind,
  paintAxes,
  setAxes,
} from '../../shared/charts/chartOptions';
import { ChartZoom } from '../../shared/charts/chartZoom';
import { chartAsSvg } from '../../shared/charts/drawChart';
import { type DrawnChart, drawVerticalLine } from '../../shared/charts/verticalLine';
import { css, type Rgb } from '../../shared/color';
import { h, setHidden } from '../../shared/dom';
import { formatCount, formatNumber, formatShort } from '../../shared/format';
import type { MenuItem } from '../../shared/menu';
import { type AxisRange, extent, logRange, niceRange } from '../../shared/ranges';
import { thin, visible } from '../../shared/series';
import type { Palette } from '../../shared/theme';

export interface Line {
  readonly label: string;
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly color: Rgb;
  readonly dash: readonly number[];
  /** The raw values of a smoothed line: thin, pale, and not in the legend. */
  readonly faint?: boolean;
  /** A thin line behind the others. */
  readonly behind?: boolean;
  /**
   * One of many pale lines behind the others. They have one entry in the legend, of this name; the tooltip
   * shows those near the pointer.
   */
  readonly group?: string;
  /** The axes are not made to hold it. */
  readonly unfitted?: boolean;
  /** Draws points as well, for few values. */
  readonly points?: boolean;
  /** Draws points only. */
  readonly scatter?: boolean;
  readonly pointStyle?: 'circle' | 'rect' | 'triangle' | 'rectRot' | 'crossRot';
  /** Bars on a hidden axis of their own that ends at `barMaximum`. */
  readonly bars?: boolean;
  /** Excluded from the table and from keyboard navigation. */
  readonly silent?: boolean;
}

interface LinePicture {
  readonly lines: readonly Line[];
  readonly log?: boolean;
  /** There is another place to choose a logarithmic axis. */
  readonly ownLog?: boolean;
  /** Fixed ranges; by default they follow the data in round steps. */
  readonly xRange?: AxisRange;
  readonly yRange?: AxisRange;
  readonly xLabel: string;
  /** The x values are integers: epochs or steps. */
  readonly xWhole?: boolean;
  /** Labels of x ticks; values without a label have no tick. */
  readonly xTick?: (x: number) => string | undefined;
  readonly barMaximum?: number;
  /** A moment that is shown elsewhere. */
  readonly cursor?: number;
  readonly label: string;
  readonly empty?: string;
}

/** Each bucket holds up to four points: about one point per pixel of a chart. */
const buckets = 150;
/** Lines of a group up to this number are spoken with the others; more would be listened to by nobody. */
const mostSpoken = 4;
const all = new Set<LineChart>();

/** Every existing chart, so that tests can read the data it shows. */
export function liveCharts(): readonly LineChart[] {
  return [...all];
}

export class LineChart {
  readonly box: ChartBox;
  readonly id: string;
  /** Made when it is drawn first: a view has charts that it may never show. */
  #made: Chart<Kind, Dot[]> | undefined;
  readonly #zoom: ChartZoom;
  readonly #reset = h(
    'button',
    { type: 'button', class: 'secondary reset-zoom', hidden: true, 'data-testid': 'reset-zoom' },
    t('Show the whole (0)'),
  );
  /** The person's choice of the axis, over that of the picture. */
  #logChosen: boolean | undefined;
  #axes: Axes | undefined;
  #picture: LinePicture | undefined;
  #palette: Palette | undefined;
  #x: AxisRange | undefined;
  #y: AxisRange | undefined;
  #log = false;
  #mark: number | undefined;
  #looks = '';

  constructor(options: Omit<ChartBoxOptions, 'table' | 'point' | 'points'>) {
    this.id = options.id;
    this.#zoom = new ChartZoom(
      () => this.#chart as Chart,
      () => this.#redraw(),
    );
    this.box = new ChartBox({
      ...options,
      table: () => this.#table(),
      numbers: () => this.#numbers(),
      drawSvg: (width, height) => this.#asSvg(width, height),
      actions: this.#actions(),
      points: () => this.#walked()?.x.length ?? 0,
      point: (index) => this.#speak(index),
    });
    this.box.onPoint = (index) => this.#markPoint(index);
    this.#zoom.listen(this.box.canvas);
    this.#reset.addEventListener('click', () => {
      this.#zoom.reset();
      this.box.canvas.focus();
    });
    this.box.stage.append(this.#reset);
    all.add(this);
  }

  get #chart(): Chart<Kind, Dot[]> {
    this.#made ??= this.#make();
    return this.#made;
  }

  #make(): Chart<Kind, Dot[]> {
    const configuration = chartConfiguration({
      title: (x) => this.#xText(x),
      label: (name, value, x) => `${x === undefined ? name : `${name}, ${this.#xText(x)}`}: ${formatNumber(value)}`,
      // It draws itself for the first time while it is made.
      drawn: () => this.#made && this.#drawMarks(this.#made),
    });
    Object.assign(configuration.options?.plugins ?? {}, { zoom: this.#zoom.options });
    return new Chart(this.box.canvas, configuration);
  }

  #actions(): readonly MenuItem[] {
    const { id } = this;
    const hidden = () => this.box.stage.hidden === true;
    return [
      { id: `log-${id}`, text: t('Logarithmic axis'), checked: () => this.#isLog, ...this.#logAction() },
      { id: `zoom-in-${id}`, text: t('Zoom in (+)'), act: () => this.#zoom.zoomIn(), hidden },
      { id: `zoom-out-${id}`, text: t('Zoom out (−)'), act: () => this.#zoom.zoomOut(), hidden },
      {
        id: `reset-zoom-${id}`,
        text: t('Show the whole (0)'),
        act: () => this.#zoom.reset(),
        hidden: () => !this.#zoom.view,
      },
    ];
  }

  /** A logarithm makes sense of numbers above 0 whose range is not fixed. */
  #logAction(): Pick<MenuItem, 'act' | 'hidden'> {
    return {
      act: () => {
        this.#logChosen = !this.#isLog;
        this.#zoom.reset();
        this.#redraw();
      },
      hidden: () => {
        const { lines = [], yRange, ownLog } = this.#picture ?? {};
        const fits = lines.every(({ y, bars }) => bars || y.every((value) => !(value <= 0)));
        return ownLog === true || yRange !== undefined || !(this.#isLog || fits);
      },
    };
  }

  get #isLog(): boolean {
    return this.#logChosen ?? this.#picture?.log === true;
  }

  #redraw(): void {
    if (this.#picture && this.#palette) {
      this.draw(this.#picture, this.#palette);
    }
  }

  dispose(): void {
    all.delete(this);
    this.#made?.destroy();
  }

  /** The numbers shown for each line, for tests. */
  shownData(): { label: string; x: number[]; y: number[]; radius: number }[] {
    const chart = this.#chart;
    return chart.data.datasets.map((set, i) => ({
      label: set.label ?? '',
      x: set.data.map((dot) => dot.x),
      y: set.data.map((dot) => dot.y),
      radius: Number(chart.getDatasetMeta(i).data[0]?.options.radius),
    }));
  }

  /** The lines of the tooltip, for tests. */
  shownTooltip(): readonly string[] {
    return this.#chart.tooltip?.body.flatMap(({ lines }) => lines) ?? [];
  }

  draw(picture: LinePicture, palette: Palette): void {
    const isEmpty = picture.lines.every((line) => line.x.length === 0);
    this.box.describe(picture.label, isEmpty, picture.empty);
    this.#picture = picture;
    if (palette !== this.#palette) {
      this.#palette = palette;
      paintAxes(this.#chart, palette);
      this.#zoom.paint(palette);
    }
    const ofGroup = picture.lines.find((line) => line.group !== undefined);
    const named = picture.lines.filter((line) => !line.faint && (line.group === undefined || line === ofGroup));
    drawLegend(
      this.box.legend,
      named.length < 2
        ? []
        : named.map((line) => ({
            label: line.group ?? line.label,
            color: css(line.color, line.bars ? 0.5 : line.group === undefined ? 1 : this.#groupAlpha),
            dash: line.dash,
            fill: line.bars,
            marker: line.scatter ? (line.pointStyle === 'triangle' ? 2 : 0) : undefined,
          })),
    );
    setHidden(this.#reset, isEmpty || !this.#zoom.view);
    this.#setData(picture);
    this.#setAxes(picture);
    // The update mode `none` keeps the old size and colour of points.
    const looks = JSON.stringify(this.#chart.data.datasets, (key, value) => (key === 'data' ? undefined : value));
    this.#chart.update(looks === this.#looks ? 'none' : undefined);
    this.#looks = looks;
    if (this.#chart.width === 0) {
      // It was made in a view that was hidden, and would notice a moment later that it is not.
      this.#chart.resize();
    }
  }

  #setData(picture: LinePicture): void {
    const sets = this.#chart.data.datasets as ChartDataset<Kind, Dot[]>[];
    sets.length = picture.lines.length;
    picture.lines.forEach((line, i) => {
      const kept = line.bars || line.scatter ? line : thin(...visible(line, this.#zoom.view?.x), buckets);
      const dots = sets[i]?.data ?? [];
      // Reuses the point objects: new ones 30 times a second would have to be garbage-collected.
      while (dots.length < kept.x.length) {
        dots.push({ x: 0, y: 0 });
      }
      dots.length = kept.x.length;
      for (let j = 0; j < dots.length; j++) {
        dots[j].x = kept.x[j];
        dots[j].y = this.#isLog && !(kept.y[j] > 0) ? Number.NaN : kept.y[j];
      }
      sets[i] = Object.assign(sets[i] ?? {}, this.#style(line, kept.x.length), { data: dots });
    });
  }

  #style(line: Line, count: number): Partial<ChartDataset<Kind, Dot[]>> & { type: Kind; label: string } {
    if (line.bars) {
      return {
        type: 'bar',
        label: line.label,
        backgroundColor: css(line.color, 0.35),
        borderWidth: 0,
        barPercentage: 1,
        categoryPercentage: 1,
        grouped: false,
        yAxisID: 'bars',
        order: 2,
      };
    }
    const radius = line.scatter || line.points ? 3 : count === 1 ? 3 : 0;
    return {
      type: 'line',
      label: line.label,
      borderColor: css(line.color, line.faint ? 0.45 : line.group === undefined ? 1 : this.#groupAlpha),
      backgroundColor: css(line.color, line.scatter ? 0.7 : 1),
      borderWidth: line.faint || line.behind || line.group !== undefined ? 1 : 1.75,
      borderDash: line.faint ? [] : [...line.dash],
      pointStyle: line.pointStyle ?? 'circle',
      pointRadius: radius,
      // Room for the whole of a point at the end of an axis.
      clip: radius + 2,
      showLine: !line.scatter,
      yAxisID: 'y',
      order: line.group !== undefined ? groupOrder : line.faint || line.behind ? 1 : 0,
    };
  }

  #setAxes(picture: LinePicture): void {
    const measured = picture.lines.filter((line) => !line.bars && !line.unfitted);
    const log = this.#isLog;
    if (log !== this.#log) {
      this.#log = log;
      this.#y = undefined;
    }
    const y = extent(
      measured.map((line) => line.y),
      log,
    );
    this.#y = picture.yRange ?? (log ? logRange(y.low, y.high, this.#y) : niceRange(y.low, y.high, this.#y));
    const x = extent(measured.map((line) => line.x));
    this.#x = picture.xRange ?? niceRange(Math.min(x.low, 0), x.high, this.#x);
    this.#axes = {
      x: this.#zoom.view?.x ?? this.#x,
      y: this.#zoom.view?.y ?? this.#y,
      log,
      xLabel: picture.xLabel,
      xTick: picture.xTick,
      xWhole: picture.xWhole === true,
      barMaximum: picture.barMaximum ?? 1,
    };
    setAxes(this.#chart, this.#axes);
  }

  #asSvg(width: number, height: number): SVGSVGElement {
    if (!this.#axes || !this.#palette) {
      throw new Error('The chart was not drawn yet.');
    }
    const drawn = (chart: DrawnChart) => this.#drawMarks(chart);
    return chartAsSvg(this.#chart, this.#axes, this.#palette, { width, height, drawn });
  }

  /** Pale, but not where the theme is meant to have strong contrasts. */
  get #groupAlpha(): number {
    return this.#palette?.kind.startsWith('high') ? 0.8 : 0.5;
  }

  /** The line that the arrow keys navigate: the first one that is not pale. */
  #walked(): Line | undefined {
    return this.#picture?.lines.find((line) => !line.faint && !line.bars && !line.silent && line.x.length > 0);
  }

  #xText(x: number): string {
    return this.#picture?.xTick?.(x) ?? `${this.#picture?.xLabel ?? 'x'} ${this.#xNumber(x)}`.trim();
  }

  #xNumber(x: number): string {
    return this.#picture?.xWhole ? formatCount(x) : formatShort(x, 7);
  }

  #speak(index: number): { index: number; text: string } | undefined {
    const line = this.#walked();
    if (!line || !this.#picture) {
      return undefined;
    }
    const at = Math.max(0, Math.min(line.x.length - 1, index));
    const x = line.x[at];
    const grouped = this.#picture.lines.filter((other) => other.group !== undefined).length;
    const values = this.#picture.lines
      .filter((other) => !other.faint && !other.silent && (other.group === undefined || grouped <= mostSpoken))
      .map((other) => {
        const same = other === line ? at : other.x.indexOf(x);
        return same < 0 ? undefined : `${other.label} ${formatNumber(other.y[same])}`;
      });
    return { index: at, text: `${this.#xText(x)}: ${values.filter((value) => value !== undefined).join(', ')}` };
  }

  #markPoint(index: number | undefined): void {
    const line = this.#walked();
    this.#mark = index === undefined || !line ? undefined : line.x[index];
    this.#chart.draw();
  }

  #drawMarks(chart: DrawnChart): void {
    for (const mark of [this.#picture?.cursor, this.#mark]) {
      if (mark !== undefined && this.#palette) {
        drawVerticalLine(chart, mark, css(this.#palette.focus));
      }
    }
  }

  #table(): TableData {
    const { columns, rows } = this.#numbers();
    return {
      columns,
      rows: rows.map(([x, ...cells]) => [
        typeof x === 'number' ? this.#xNumber(x) : x,
        ...cells.map((cell) => (typeof cell === 'number' ? formatNumber(cell) : cell)),
      ]),
    };
  }

  #numbers(): TableData {
    const lines = this.#picture?.lines.filter((line) => !line.faint && !line.silent) ?? [];
    const rows = new Map<number, number[]>();
    lines.forEach((line, column) => {
      for (let i = 0; i < line.x.length; i++) {
        const row = rows.get(line.x[i]) ?? [];
        row[column] = line.y[i];
        rows.set(line.x[i], row);
      }
    });
    return {
      columns: [this.#picture?.xLabel || ' ', ...lines.map((line) => line.label)],
      rows: [...rows.entries()]
        .sort(([a], [b]) => a - b)
        .map(([x, row]) => [this.#picture?.xTick?.(x) ?? x, ...lines.map((_, i) => row[i] ?? '')]),
    };
  }
}
