/** Parallel coordinates: a line for each run, through what differs, to how well it does. */
import { t } from '@vscode/l10n';
import { Chart, type ChartConfiguration, Interaction, type InteractionItem } from 'chart.js';
import { ParallelCoordinatesChart } from 'chartjs-chart-pcp';
import { ChartBox } from '../shared/charts/chartBox';
import type { TableData } from '../shared/charts/chartFiles';
import { css, type Rgb } from '../shared/color';
import type { Palette } from '../shared/theme';
import type { ParallelAxis } from './parallelAxes';

declare module 'chart.js' {
  interface InteractionModeMap {
    /** Takes the line that is nearest to the pointer. */
    nearestLine: (typeof Interaction.modes)['nearest'];
  }
}

Interaction.modes.nearestLine = nearestLine;
// The axes take only options that their defaults name.
Chart.defaults.set('elements.linearAxis', { afterBuildTicks: null });

export interface ParallelLine {
  readonly key: string;
  readonly label: string;
  /** Undefined for a run whose curves are not shown. */
  readonly color: Rgb | undefined;
  readonly dash: readonly number[];
}

export interface ParallelPicture {
  readonly lines: readonly ParallelLine[];
  readonly axes: readonly ParallelAxis[];
  readonly label: string;
}

type Parallel = Chart<'pcp', number[], string>;

/** A piece of a line between two axes, in pixels. */
type Piece = Record<'x' | 'y' | 'x1' | 'y1', number>;

/** Pixels from the pointer within which a line is meant. */
const reach = 14;

export class ParallelChart {
  readonly box: ChartBox;
  readonly #chart: Parallel;
  #picture: ParallelPicture | undefined;
  #palette: Palette | undefined;
  #pointed: string | undefined;
  #axes = '';

  /** `point` is told the key of the line under the pointer. */
  constructor(title: string, empty: string, point: (key: string | undefined) => void) {
    this.box = new ChartBox({
      id: 'parallel',
      title,
      empty,
      table: () => this.#table(),
      points: () => this.#picture?.lines.length ?? 0,
      point: (index) => ({ index, text: this.#speak(index) }),
    });
    this.box.onPoint = (index) => {
      const line = index === undefined ? undefined : this.#picture?.lines[index];
      this.emphasize(line?.key);
      point(line?.key);
    };
    this.#chart = new ParallelCoordinatesChart(this.box.canvas, this.#configuration(point));
  }

  draw(picture: ParallelPicture, palette: Palette): void {
    this.#picture = picture;
    this.#palette = palette;
    this.box.describe(picture.label, picture.axes.length === 0);
    const axes = JSON.stringify(picture.axes.map(({ label, min, max, ticks }) => [label, min, max, ticks]));
    if (axes !== this.#axes) {
      // An axis takes its name and its range once, when its dataset is new.
      this.#axes = axes;
      this.#chart.data.datasets = [];
      this.#chart.update('none');
    }
    this.#setData(picture, palette);
    this.#chart.update('none');
  }

  emphasize(key: string | undefined): void {
    if (key !== this.#pointed) {
      this.#pointed = key;
      this.#chart.draw();
    }
  }

  /** The run that the tooltip names. */
  get named(): string | undefined {
    return this.#chart.tooltip?.title.join();
  }

  /** The middle of the piece of a line before an axis, in pixels of the canvas, for tests. */
  middleOf(index: number, axis: number): { x: number; y: number } {
    const { x, y, x1, y1 } = pieceOf(this.#chart, axis, index);
    return { x: (x + x1) / 2, y: (y + y1) / 2 };
  }

  /** For each axis the places of the lines, for tests. */
  shownData(): { label: string; places: readonly number[] }[] {
    return this.#chart.data.datasets.map(({ label = '', data }) => ({ label, places: data }));
  }

  #configuration(point: (key: string | undefined) => void): ChartConfiguration<'pcp', number[], string> {
    return {
      type: 'pcp',
      data: { labels: [], datasets: [] },
      options: {
        animation: false,
        maintainAspectRatio: false,
        responsive: true,
        resizeDelay: 50,
        events: ['mousemove', 'mouseout', 'touchstart'],
        interaction: { mode: 'nearestLine', intersect: false },
        layout: { padding: { left: 36, right: 48, top: 8 } },
        onHover: (_, items) => {
          const [item] = items;
          const key = item && this.#picture?.lines[item.index]?.key;
          this.emphasize(key);
          point(key);
        },
        plugins: {
          tooltip: {
            animation: false,
            displayColors: false,
            callbacks: {
              title: ([item]) => (item ? (this.#picture?.lines[item.dataIndex]?.label ?? '') : ''),
              label: ({ dataIndex }) => this.#lines(dataIndex) as unknown as string,
            },
          },
          zoom: { zoom: { wheel: { enabled: false } } },
        },
      },
      plugins: [{ id: 'pointed', afterDatasetsDraw: () => this.#drawPointed() }],
    } as ChartConfiguration<'pcp', number[], string>;
  }

  #setData({ lines, axes }: ParallelPicture, palette: Palette): void {
    const small = { family: palette.fontFamily, size: Math.max(10, palette.fontSize - 2) };
    const strong = palette.kind.startsWith('high');
    // Many lines over each other would be a plain area.
    const muted = css(palette.muted, (strong ? 0.6 : 0.4) / Math.max(1, Math.log10(lines.length)));
    const sets = axes.map(({ label, places, min, max, ticks, textAt }, i) => ({
      ...this.#chart.data.datasets[i],
      label: `${label}${'\u200b'.repeat(i)}`,
      data: [...places],
      borderColor: lines.map(({ color }) => (color ? css(color) : muted)),
      borderWidth: lines.map(({ color }) => (color ? 1.75 : 1)),
      borderDash: (context: { dataIndex: number }) => [...(this.#picture?.lines[context.dataIndex]?.dash ?? [])],
      hoverBorderColor: css(palette.foreground),
      hoverBorderWidth: 3.5,
      min,
      max,
      position: i === 0 ? 'left' : 'right',
      grid: { drawOnChartArea: false, color: css(palette.grid, strong ? 1 : 0.3) },
      border: { color: css(palette.grid, strong ? 1 : 0.3) },
      ticks: {
        color: css(palette.muted),
        font: small,
        maxTicksLimit: 6,
        callback: (value: number) => (value < min || value > max ? undefined : textAt(value)),
      },
      ...(ticks && {
        afterBuildTicks: (axis: { ticks: { value: number }[] }) => {
          axis.ticks = ticks.map((value) => ({ value }));
        },
      }),
    }));
    this.#chart.data.labels = lines.map(({ label }) => label);
    this.#chart.data.datasets = sets as unknown as Parallel['data']['datasets'];
    const x = this.#chart.options.scales?.x as unknown as { ticks: object } | undefined;
    if (x) {
      x.ticks = { color: css(palette.foreground), font: small, maxRotation: 30, autoSkip: false };
    }
    const tooltip = this.#chart.options.plugins?.tooltip;
    Object.assign(tooltip ?? {}, {
      backgroundColor: css(palette.background),
      bodyColor: css(palette.foreground),
      titleColor: css(palette.foreground),
      borderColor: css(palette.muted),
      borderWidth: 1,
      cornerRadius: 3,
      bodyFont: { family: palette.fontFamily, size: palette.fontSize },
      titleFont: { family: palette.fontFamily, size: palette.fontSize, weight: 'bold' },
    });
  }

  /** The line that is pointed at, over all others. */
  #drawPointed(): void {
    const index = this.#picture?.lines.findIndex(({ key }) => key === this.#pointed) ?? -1;
    if (index < 0 || !this.#palette) {
      return;
    }
    const { ctx, data } = this.#chart;
    ctx.save();
    ctx.strokeStyle = css(this.#palette.foreground);
    ctx.lineWidth = 3.5;
    ctx.lineJoin = 'round';
    ctx.beginPath();
    for (let axis = 1; axis < data.datasets.length; axis += 1) {
      const { x, y, x1, y1 } = pieceOf(this.#chart, axis, index);
      ctx.moveTo(x, y);
      ctx.lineTo(x1, y1);
    }
    ctx.stroke();
    ctx.restore();
  }

  /** The axes with the values of a line. */
  #lines(index: number): string[] {
    return (this.#picture?.axes ?? []).map(({ label, places, textAt }) => `${label}: ${textAt(places[index])}`);
  }

  #speak(index: number): string {
    const line = this.#picture?.lines[index];
    return line ? `${line.label}: ${this.#lines(index).join(', ')}` : '';
  }

  #table(): TableData {
    const { axes = [], lines = [] } = this.#picture ?? {};
    return {
      columns: [t('Run'), ...axes.map(({ label }) => label)],
      rows: lines.map(({ label }, i) => [label, ...axes.map(({ places, textAt }) => textAt(places[i]))]),
    };
  }
}

/** The piece of a line that ends at an axis. */
function pieceOf(chart: Pick<Chart, 'getDatasetMeta'>, axis: number, index: number): Piece {
  return chart.getDatasetMeta(axis).data[index].getProps(['x', 'y', 'x1', 'y1'], true) as unknown as Piece;
}

/** The line with the smallest distance to the pointer along y, within reach. */
function nearestLine(chart: Chart, event: { x: number | null; y: number | null }): InteractionItem[] {
  const { x, y } = event;
  if (x === null || y === null) {
    return [];
  }
  let nearest: InteractionItem | undefined;
  let least = reach;
  for (let axis = 1; axis < chart.data.datasets.length; axis += 1) {
    for (const [index, element] of chart.getDatasetMeta(axis).data.entries()) {
      const piece = pieceOf(chart, axis, index);
      if (x < piece.x || x > piece.x1) {
        break;
      }
      const distance = Math.abs(piece.y + ((x - piece.x) / (piece.x1 - piece.x)) * (piece.y1 - piece.y) - y);
      // The later one of two is drawn above.
      if (distance <= least) {
        least = distance;
        nearest = { element, datasetIndex: axis, index };
      }
    }
  }
  return nearest ? [nearest] : [];
}
