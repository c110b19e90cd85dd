/**
 * Chart.js options for streaming data: slow features are disabled; axes and colours are set by the caller.
 */
import {
  BarController,
  BarElement,
  Chart,
  type ChartConfiguration,
  type ChartEvent,
  Interaction,
  type InteractionItem,
  type InteractionModeFunction,
  LinearScale,
  LineController,
  LineElement,
  LogarithmicScale,
  PointElement,
  Tooltip,
} from 'chart.js';
import { css } from '../color';
import { formatCount, formatShort } from '../format';
import { type AxisRange, niceStep, tickDigits } from '../ranges';
import type { Palette } from '../theme';
import { AnyTreePlatform } from './platform';

Chart.register(
  BarController,
  BarElement,
  LinearScale,
  LineController,
  LineElement,
  LogarithmicScale,
  PointElement,
  Tooltip,
);

/** The `order` of lines that belong to a group: behind all others. */
export const groupOrder = 3;
/** Lines of a group in a tooltip. */
const mostNear = 5;

declare module 'chart.js' {
  interface InteractionModeMap {
    nearestOfGroups: InteractionModeFunction;
  }
}

/**
 * The points nearest in x, as usual, but of the lines of a group only those nearest to the pointer. Their
 * points may be at other x than those of the lines before them.
 */
Interaction.modes.nearestOfGroups = (chart, event, options, useFinalPosition) => {
  const isGrouped = (index: number) => chart.getDatasetMeta(index).order === groupOrder;
  const metas = chart.getSortedVisibleDatasetMetas();
  if (!metas.some(({ index }) => isGrouped(index))) {
    return Interaction.modes.nearest(chart, event, options, useFinalPosition);
  }
  const { x, y } = event as ChartEvent;
  const nearest = metas.flatMap((meta): (InteractionItem & { readonly dx: number; readonly dy: number })[] => {
    const points = meta.data;
    const after = firstFrom(points, x ?? 0);
    const dx = (index: number) => Math.abs((points[index]?.x ?? Number.POSITIVE_INFINITY) - (x ?? 0));
    const index = dx(after - 1) < dx(after) ? after - 1 : after;
    const element = points[index];
    const isShown = element !== undefined && !('skip' in element && element.skip === true);
    return isShown
      ? [{ element, datasetIndex: meta.index, index, dx: dx(index), dy: Math.abs(element.y - (y ?? 0)) }]
      : [];
  });
  const own = nearest.filter((item) => !isGrouped(item.datasetIndex));
  const least = Math.min(...own.map((item) => item.dx));
  const grouped = nearest.filter((item) => isGrouped(item.datasetIndex)).sort((a, b) => a.dy - b.dy);
  return [...own.filter((item) => item.dx === least), ...grouped.slice(0, mostNear)];
};

/** The index of the first point at `x` or to the right of it; x rises. */
function firstFrom(points: readonly { readonly x: number }[], x: number): number {
  let [low, high] = [0, points.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (points[middle].x < x) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

export interface Dot {
  x: number;
  y: number;
}

export type Kind = 'line' | 'bar';

interface Font {
  family: string;
  size: number;
}

/** The axis options that are set here. The types of Chart.js are partial at every depth. */
interface AxisOptions {
  type: 'linear' | 'logarithmic';
  min: number;
  max: number;
  grid: { color: string; tickLength: number; offset: boolean };
  border: { color: string };
  title: { display: boolean; text: string; color: string; font: Font };
  ticks: { color: string; font: Font; maxRotation: number; callback(value: number): string | undefined | null };
  afterBuildTicks(axis: { ticks: { value: number }[] }): void;
}

interface TooltipOptions {
  backgroundColor: string;
  titleColor: string;
  bodyColor: string;
  borderColor: string;
  borderWidth: number;
  cornerRadius: number;
  titleFont: Font & { weight: 'normal' };
  bodyFont: Font;
}

interface ChartTexts {
  title(x: number): string;
  /** `x` where it is not that of the title. */
  label(name: string, value: number | undefined, x: number | undefined): string;
  /** Called after the data were drawn, to draw on top of them. */
  drawn(): void;
}

export function chartConfiguration(texts: ChartTexts): ChartConfiguration<Kind, Dot[]> {
  return {
    type: 'line',
    platform: AnyTreePlatform,
    data: { datasets: [] },
    options: {
      animation: false,
      parsing: false,
      normalized: true,
      maintainAspectRatio: false,
      responsive: true,
      resizeDelay: 50,
      events: ['mousemove', 'mouseout', 'touchstart'],
      interaction: { mode: 'nearestOfGroups', axis: 'x', intersect: false },
      elements: { point: { radius: 0, hitRadius: 8, hoverRadius: 3 }, line: { borderWidth: 1.5, tension: 0 } },
      scales: {
        x: { type: 'linear', ticks: { maxRotation: 0, autoSkipPadding: 12 }, title: { display: true } },
        y: { type: 'linear', ticks: { maxTicksLimit: 7 }, title: { display: false } },
        bars: { axis: 'y', display: false, min: 0, max: 1, type: 'linear' },
      },
      plugins: {
        tooltip: {
          animation: false,
          displayColors: false,
          callbacks: {
            title: (items) => (items[0] ? texts.title(items[0].parsed.x ?? 0) : ''),
            label: ({ chart, dataset, parsed }) => {
              const { x } = chart.tooltip?.dataPoints[0]?.parsed ?? parsed;
              const own = parsed.x ?? undefined;
              return texts.label(dataset.label ?? '', parsed.y ?? undefined, own === x ? undefined : own);
            },
          },
        },
      },
    },
    plugins: [{ id: 'mark', afterDatasetsDraw: () => texts.drawn() }],
  };
}

function axesOf(chart: Chart<Kind, Dot[]>): Record<'x' | 'y' | 'bars', AxisOptions> {
  return chart.options.scales as unknown as Record<'x' | 'y' | 'bars', AxisOptions>;
}

export interface Axes {
  readonly x: AxisRange;
  readonly y: AxisRange;
  readonly log: boolean;
  readonly xLog?: boolean;
  readonly xLabel: string;
  readonly xTick?: (x: number) => string | undefined;
  /** Counts such as epochs have no ticks between integers. */
  readonly xWhole: boolean;
  readonly barMaximum: number;
}

export function setAxes(chart: Chart<Kind, Dot[]>, axes: Axes): void {
  const { x, y, bars } = axesOf(chart);
  const { min, max } = axes.x;
  const step = axes.xTick ? 1 : Math.max(axes.xWhole ? 1 : 0, niceStep(max - min, 10));
  x.type = axes.xLog ? 'logarithmic' : 'linear';
  x.min = min;
  x.max = max;
  x.title.text = axes.xLabel;
  x.title.display = axes.xLabel !== '';
  const xText = axes.xTick ?? (axes.xWhole ? formatCount : (value: number) => formatShort(value));
  x.ticks.callback = (value) => (axes.xLog && !isLogTick(value, axes.x) ? null : xText(value));
  x.ticks.maxRotation = axes.xTick ? 60 : 0;
  x.afterBuildTicks = (axis) => {
    axis.ticks = axes.xLog ? axis.ticks : wholeSteps(min, max, step);
  };
  y.type = axes.log ? 'logarithmic' : 'linear';
  y.min = axes.y.min;
  y.max = axes.y.max;
  y.afterBuildTicks = (axis) => {
    axis.ticks = axes.log ? axis.ticks : withoutOddEnds(axis.ticks);
  };
  const digits = tickDigits(axes.y);
  y.ticks.callback = (value) => (axes.log && !isLogTick(value, axes.y) ? null : formatShort(value, digits));
  bars.max = axes.barMaximum;
}

export function paintAxes(chart: Chart<Kind, Dot[]>, palette: Palette): void {
  const { x, y } = axesOf(chart);
  const strong = palette.kind.startsWith('high');
  const font = { family: palette.fontFamily, size: palette.fontSize };
  const small = { ...font, size: Math.max(10, palette.fontSize - 2) };
  for (const axis of [x, y]) {
    axis.ticks.color = css(palette.muted);
    axis.ticks.font = small;
    axis.title.color = css(palette.muted);
    axis.title.font = small;
    // Bars would move the lines between the labels.
    axis.grid = { color: css(palette.grid, strong ? 0.35 : 0.1), tickLength: 4, offset: false };
    axis.border = { color: css(palette.grid, strong ? 1 : 0.3) };
  }
  const { tooltip } = chart.options.plugins as unknown as { tooltip: TooltipOptions };
  Object.assign(tooltip, {
    backgroundColor: css(palette.background),
    titleColor: css(palette.foreground),
    bodyColor: css(palette.foreground),
    borderColor: css(palette.muted),
    borderWidth: 1,
    cornerRadius: 3,
    titleFont: { ...font, weight: 'normal' },
    bodyFont: font,
  } satisfies TooltipOptions);
}

/** Ticks only at whole steps; the ends of the range have none unless they are whole steps. */
function wholeSteps(min: number, max: number, step: number): { value: number }[] {
  const ticks: { value: number }[] = [];
  for (let i = Math.ceil(min / step - 1e-9); i * step <= max + step * 1e-9; i++) {
    ticks.push({ value: Number((i * step).toPrecision(12)) });
  }
  return ticks;
}

/** The ends of a range that was zoomed to lie between the steps of its ticks. */
function withoutOddEnds(ticks: readonly { value: number }[]): { value: number }[] {
  const step = ticks.length > 3 ? ticks[2].value - ticks[1].value : 0;
  return ticks.filter(({ value }, i) => {
    const isEnd = i === 0 || i === ticks.length - 1;
    return step === 0 || !isEnd || Math.abs(value / step - Math.round(value / step)) < 1e-6;
  });
}

/** Decades; where there is less than one, also values between them. */
function isLogTick(value: number, { min, max }: AxisRange): boolean {
  const power = Math.log10(value);
  const lead = value / 10 ** Math.floor(power + 1e-6);
  return (
    Math.abs(power - Math.round(power)) < 1e-6 || (max / min < 9.99 && [2, 5].includes(Math.round(lead * 1e6) / 1e6))
  );
}
