/**
 * Draws curves, or a path on contour lines, as one small SVG with axes and ticks. Curves get a dotted line at
 * x = 0 and a dashed one at y = 0. The caller chooses the colours.
 */

/** `f` the function, `df` its derivative. */
export type LineRole = 'f' | 'df';
export type PaintRole = LineRole | 'axis' | 'guide' | 'text';

export interface PlotLine {
  readonly role: LineRole;
  /** Each `[x0, y0, x1, y1, …]`. A gap in the curve begins a new one. */
  readonly polylines: readonly (readonly number[])[];
}

/** The contour lines of a bowl-shaped function, and the steps of a path on it. */
export interface Landscape {
  readonly contours: readonly { readonly rx: number; readonly ry: number }[];
  readonly minimum: readonly [number, number];
  readonly start: readonly [number, number];
  /** `[x0, y0, x1, y1, …]` */
  readonly steps: readonly number[];
}

export interface Plot {
  readonly xLow: number;
  readonly xHigh: number;
  readonly yLow: number;
  readonly yHigh: number;
  readonly lines: readonly PlotLine[];
  readonly landscape?: Landscape;
}

export interface PlotOptions {
  readonly width: number;
  readonly height: number;
  /** Attributes that colour an element of this role: `stroke="#1a85ff"` or `class="plot-f"`. */
  paint(role: PaintRole): string;
  /** Names of the lines, drawn as a legend above the plot. */
  readonly legend?: Readonly<Record<LineRole, string>>;
  /** Ticks with numbers; omitted in small pictures. */
  readonly ticks?: boolean;
}

export function plotSvg(plot: Plot, options: PlotOptions): string {
  const { width, height, paint } = options;
  const margin = options.ticks
    ? { left: 32, right: 8, top: options.legend ? 22 : 8, bottom: 18 }
    : { left: 4, right: 4, top: 4, bottom: 4 };
  const inner = { width: width - margin.left - margin.right, height: height - margin.top - margin.bottom };
  const toX = (x: number): number => ((x - plot.xLow) / (plot.xHigh - plot.xLow)) * inner.width;
  const toY = (y: number): number => ((plot.yHigh - y) / (plot.yHigh - plot.yLow)) * inner.height;
  const shapes: string[] = [];

  if (plot.landscape) {
    shapes.push(...contoursOf(plot.landscape, toX, toY, paint));
  }
  if (!plot.landscape && plot.xLow < 0 && plot.xHigh > 0) {
    shapes.push(`<path ${paint('guide')} stroke-dasharray="1 3" d="M${round(toX(0))} 0V${round(inner.height)}"/>`);
  }
  if (!plot.landscape && plot.yLow < 0 && plot.yHigh > 0) {
    shapes.push(`<path ${paint('guide')} stroke-dasharray="5 3" d="M0 ${round(toY(0))}H${round(inner.width)}"/>`);
  }
  shapes.push(`<path ${paint('axis')} d="M0 0V${round(inner.height)}H${round(inner.width)}"/>`);
  for (const line of plot.lines) {
    const d = line.polylines.map((polyline) => pathOf(polyline, toX, toY)).join('');
    const dash = line.role === 'df' ? ' stroke-dasharray="6 4"' : '';
    shapes.push(`<path ${paint(line.role)}${dash} d="${d}"/>`);
  }
  if (plot.landscape) {
    shapes.push(...marksOf(plot.landscape, toX, toY, paint));
  }
  const parts = [
    `<svg x="${margin.left}" y="${margin.top}" width="${inner.width}" height="${inner.height}" fill="none">${shapes.join('')}</svg>`,
  ];
  if (options.ticks) {
    parts.push(...ticks(plot, margin.left, margin.top, inner, toX, toY, paint));
  }
  if (options.legend) {
    parts.push(...legendOf(plot, options.legend, margin.left, paint));
  }
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">${parts.join('')}</svg>`;
}

type Scale = (value: number) => number;
type Paint = PlotOptions['paint'];

function contoursOf({ contours, minimum: [x, y] }: Landscape, toX: Scale, toY: Scale, paint: Paint): readonly string[] {
  const ellipses = contours.map(({ rx, ry }) => {
    const [width, height] = [toX(x + rx) - toX(x), toY(y) - toY(y + ry)];
    return `<ellipse cx="${round(toX(x))}" cy="${round(toY(y))}" rx="${round(width)}" ry="${round(height)}"/>`;
  });
  return [`<g ${paint('guide')} stroke-opacity=".45">${ellipses.join('')}</g>`];
}

/** A dot is the round end of a line of length 0, this many times as wide as other lines. */
const dotScale = 2.25;

/** A dot for each step, a ring at the start, a cross at the minimum. */
function marksOf({ start, minimum, steps }: Landscape, toX: Scale, toY: Scale, paint: Paint): readonly string[] {
  const dots: string[] = [];
  for (let i = 0; i + 1 < steps.length; i += 2) {
    dots.push(`M${round(toX(steps[i]) / dotScale)} ${round(toY(steps[i + 1]) / dotScale)}h0`);
  }
  const at = ([x, y]: readonly [number, number]): string => `translate(${round(toX(x))} ${round(toY(y))})`;
  return [
    `<path ${paint('f')} stroke-linecap="round" transform="scale(${dotScale})" d="${dots.join('')}"/>`,
    `<circle ${paint('f')} transform="${at(start)}" r="5"/>`,
    `<path ${paint('df')} transform="${at(minimum)}" d="M-6 0H6M0 -6V6"/>`,
  ];
}

/** Narrower ranges get no ticks: powers of ten are imprecise there, and soon underflow to 0. */
const narrowest = 1e-300;

/** At most `count` + 1 multiples of a round step in [low, high]; none if the range is empty or infinite. */
export function roundTicks(low: number, high: number, count: number): readonly number[] {
  const rough = (high - low) / count;
  if (!(rough > narrowest && Number.isFinite(rough))) {
    return [];
  }
  let power = 1;
  while (power > rough) {
    power /= 10;
  }
  while (power * 10 <= rough) {
    power *= 10;
  }
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((candidate) => candidate >= rough * 0.999) ?? rough;
  const values: number[] = [];
  const first = Math.ceil(low / step - 1e-9);
  for (let i = 0; i <= count && (first + i) * step <= high + step * 1e-9; i++) {
    values.push(Number(((first + i) * step).toPrecision(12)));
  }
  return values;
}

function ticks(
  plot: Plot,
  left: number,
  top: number,
  inner: { readonly width: number; readonly height: number },
  toX: (x: number) => number,
  toY: (y: number) => number,
  paint: (role: PaintRole) => string,
): readonly string[] {
  const bottom = top + inner.height;
  return [
    ...roundTicks(plot.xLow, plot.xHigh, 10).map(
      (x) =>
        `<text ${paint('text')} x="${round(left + toX(x))}" y="${bottom + 13}" text-anchor="middle">${label(x)}</text>`,
    ),
    ...roundTicks(plot.yLow, plot.yHigh, 4).map(
      (y) =>
        `<text ${paint('text')} x="${left - 5}" y="${round(top + toY(y) + 3.5)}" text-anchor="end">${label(y)}</text>`,
    ),
  ];
}

function legendOf(
  plot: Plot,
  names: Readonly<Record<LineRole, string>>,
  left: number,
  paint: (role: PaintRole) => string,
): readonly string[] {
  let x = left;
  return plot.lines.flatMap(({ role }) => {
    const start = x;
    x += 44 + names[role].length * 7;
    const dash = role === 'df' ? ' stroke-dasharray="6 4"' : '';
    return [
      `<path ${paint(role)}${dash} fill="none" d="M${start} 10h24"/>`,
      `<text ${paint('text')} x="${start + 29}" y="14">${names[role]}</text>`,
    ];
  });
}

/** An SVG path in tenths of a pixel. Points on a straight line between their neighbours are dropped. */
function pathOf(polyline: readonly number[], toX: (x: number) => number, toY: (y: number) => number): string {
  const points: (readonly [number, number])[] = [];
  for (let i = 0; i + 1 < polyline.length; i += 2) {
    const point = [round(toX(polyline[i])), round(toY(polyline[i + 1]))] as const;
    const [before, last] = points.slice(-2);
    if (before && last && straight(before, last, point)) {
      points.pop();
    }
    points.push(point);
  }
  return points.map(([x, y], i) => `${i === 0 ? 'M' : 'L'}${x} ${y}`).join('');
}

function straight(a: readonly [number, number], b: readonly [number, number], c: readonly [number, number]): boolean {
  const area = (b[0] - a[0]) * (c[1] - a[1]) - (c[0] - a[0]) * (b[1] - a[1]);
  const length = Math.sqrt((c[0] - a[0]) * (c[0] - a[0]) + (c[1] - a[1]) * (c[1] - a[1]));
  const turnsBack = (b[0] - a[0]) * (c[0] - b[0]) + (b[1] - a[1]) * (c[1] - b[1]) < 0;
  return Math.abs(area) < 0.02 * length && !turnsBack;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

/** Minus sign, not hyphen. */
function label(value: number): string {
  return String(value).replace('-', '−');
}
