/**
 * Charts of a report. Pages of Markdown show the SVG in them as it is, so that charts have the editor's
 * colours and font in every theme, and their words can be found and copied.
 */
import { escapeHtml } from '../../common/escapeHtml';
import { shorten } from '../../common/limits';
import { roundTicks } from '../../common/plotSvg';
import { printable } from '../../common/printable';

export interface Axis {
  readonly title: string;
  readonly low: number;
  readonly high: number;
  /** The label of a tick, where it is not the number itself. */
  readonly label?: (value: number) => string;
}

export interface Series {
  /** `[x0, y0, x1, y1, …]` */
  readonly points: readonly number[];
  /** `dotted`: a line with a dot at each point; `discs` and `rings`: a few large points. */
  readonly as: 'line' | 'dots' | 'dotted' | 'discs' | 'rings';
  /** Shown below the chart. */
  readonly name?: string;
}

export interface Chart {
  /** Read aloud in place of the picture. */
  readonly title: string;
  readonly x: Axis;
  readonly y: Axis;
  /** The first one is blue, the second orange. */
  readonly series: readonly Series[];
  /** A dashed line to compare with, from one point to another: `[x0, y0, x1, y1]`. */
  readonly guide?: readonly number[];
  /** Bars at the bottom with a number above each. */
  readonly counts?: readonly { readonly from: number; readonly to: number; readonly count: number }[];
}

/** A bar of a list. `spread` is a line to both sides of its end. */
export interface Bar {
  readonly name: string;
  readonly value: number;
  readonly spread: number;
  readonly label: string;
}

/** In some themes the editor's orange is translucent. */
export const [blue, orange] = [
  'var(--vscode-charts-blue)',
  'color-mix(in srgb,var(--vscode-charts-red) 50%,var(--vscode-charts-yellow))',
];
const others = ['green', 'purple', 'red', 'yellow'].map((name) => `var(--vscode-charts-${name})`);
const hues = [blue, orange, ...others];
/** So that colour is not the only distinction. */
const dashes = ['', '6 3', '2 2', '8 3 2 3', '12 4'];

const [width, height] = [320, 250];
const [top, right, bottom] = [8, 12, 40];
const legendLine = 17;
const longestName = 28;

/** Charts side by side where the page is wide enough, each above the sentences that tell how to read it. */
export function figures(...pictures: readonly (readonly [svg: string, caption: string])[]): string {
  const all = pictures.map(
    ([svg, caption]) =>
      `<figure style="margin:0">${svg}<figcaption style="max-width:${width}px">${text(caption)}</figcaption></figure>`,
  );
  return `<div style="display:flex;flex-wrap:wrap;gap:16px 32px;margin-bottom:16px">${all.join('')}</div>`;
}

export function chartSvg({ title, x, y, series, guide, counts = [] }: Chart): string {
  const yTicks = ticksOf(y, 5);
  const left = 24 + Math.max(0, ...yTicks.map(({ label }) => widthOf(label)));
  const [innerWidth, innerHeight] = [width - left - right, height - top - bottom];
  const toX = (value: number) => round(left + ((value - x.low) / (x.high - x.low)) * innerWidth);
  const toY = (value: number) => round(top + ((y.high - value) / (y.high - y.low)) * innerHeight);
  const floor = top + innerHeight;
  const bars = barsOf(counts, toX, floor, innerHeight / 4);
  const named = series.filter(({ name }) => name !== undefined);
  return svg(title, width, height + legendLine * named.length, [
    ...bars.map(({ shape }) => shape),
    `<path stroke="currentColor" fill="none" opacity=".6" d="M${left} ${top}V${floor}H${width - right}"/>`,
    ...ticksOf(x, 5).map(({ value, label }) => words(toX(value), floor + 14, 'middle', label)),
    ...yTicks.map(({ value, label }) => words(left - 5, toY(value) + 4, 'end', label)),
    words(left + innerWidth / 2, floor + 31, 'middle', x.title),
    `<text transform="translate(11 ${top + innerHeight / 2}) rotate(-90)" text-anchor="middle">${text(y.title)}</text>`,
    ...(guide
      ? [`<path stroke="currentColor" fill="none" opacity=".7" stroke-dasharray="3 4" d="${path(guide, toX, toY)}"/>`]
      : []),
    ...series.flatMap((each, i) => marksOf(each, i, toX, toY)),
    ...bars.map(({ label }) => label),
    ...named.flatMap(({ name = '' }, i) => {
      const at = height + legendLine * i + 4;
      const place = series.indexOf(named[i]);
      return [
        `<path ${strokeOf(place)} d="M${left} ${at}h26"/>`,
        words(left + 34, at + 4, 'start', shorten(name, longestName + 16)),
      ];
    }),
  ]);
}

/** The label of a logarithmic axis. Ticks between two powers have none. */
export function powerOfTen(exponent: number): string {
  return Number.isInteger(exponent) ? `1e${exponent}`.replace('-', '−') : '';
}

/** Bars to the right of their names, in the order given. */
export function barsSvg(title: string, bars: readonly Bar[]): string {
  const line = 20;
  const inner = 300;
  const names = bars.map(({ name }) => shorten(name, longestName));
  const left = 8 + Math.max(0, ...names.map(widthOf));
  const right = 12 + Math.max(0, ...bars.map(({ label }) => widthOf(label)));
  const low = Math.min(0, ...bars.map(({ value, spread }) => value - spread));
  const high = Math.max(0, ...bars.map(({ value, spread }) => value + spread));
  const toX = (value: number) => round(left + ((value - low) / (high - low || 1)) * inner);
  const shapes = bars.flatMap(({ value, spread, label }, i) => {
    const middle = line * i + line / 2 + 2;
    const [from, to] = [toX(Math.min(0, value)), toX(Math.max(0, value))];
    return [
      words(left - 6, middle + 4, 'end', names[i]),
      `<rect fill="${blue}" x="${from}" y="${middle - 6}" width="${round(to - from)}" height="12"/>`,
      ...(spread > 0
        ? [`<path stroke="currentColor" d="M${toX(value - spread)} ${middle}H${toX(value + spread)}"/>`]
        : []),
      words(toX(Math.max(0, value + spread)) + 6, middle + 4, 'start', label),
    ];
  });
  return svg(title, left + inner + right, line * bars.length + 4, shapes);
}

function svg(title: string, w: number, h: number, shapes: readonly string[]): string {
  const size = `width="${round(w)}" height="${h}" viewBox="0 0 ${round(w)} ${h}" style="max-width:100%"`;
  return `<svg role="img" aria-label="${text(title)}" ${size} fill="currentColor" font-size="11">${shapes.join('')}</svg>`;
}

function marksOf(
  { points, as }: Series,
  index: number,
  toX: (value: number) => number,
  toY: (value: number) => number,
): readonly string[] {
  const line = `<path ${strokeOf(index)} d="${path(points, toX, toY)}"/>`;
  if (as === 'line') {
    return [line];
  }
  // A dot is the round end of a line of length 0.
  const dots = points.flatMap((x, i) => (i % 2 === 0 ? [`M${toX(x)} ${toY(points[i + 1])}h0`] : [])).join('');
  const marks = (radius: number, colour = hueOf(index), opacity = 1) =>
    `<path stroke="${colour}" stroke-width="${2 * radius}" stroke-linecap="round" opacity="${opacity}" d="${dots}"/>`;
  switch (as) {
    case 'dots':
      return [marks(1.8, hueOf(index), 0.55)];
    case 'dotted':
      return [line, marks(3.2)];
    case 'discs':
      return [marks(7)];
    case 'rings':
      return [marks(7), marks(4.5, 'var(--vscode-editor-background)')];
  }
}

/** The number above a bar stays legible where a line crosses it. */
function barsOf(
  counts: NonNullable<Chart['counts']>,
  toX: (value: number) => number,
  floor: number,
  highest: number,
): readonly { readonly shape: string; readonly label: string }[] {
  const halo = 'paint-order="stroke" stroke="var(--vscode-editor-background)" stroke-width="3"';
  const most = Math.max(...counts.map(({ count }) => count));
  return counts.map(({ from, to, count }) => {
    const tall = round((count / most) * highest);
    const [x, w] = [toX(from) + 1, round(toX(to) - toX(from) - 2)];
    const place = `text-anchor="middle" x="${round(x + w / 2)}" y="${round(floor - tall - 3)}"`;
    return {
      shape: `<rect opacity=".25" x="${x}" y="${round(floor - tall)}" width="${w}" height="${tall}"/>`,
      label: `<text font-size="9" ${halo} ${place}>${tick(count)}</text>`,
    };
  });
}

function path(points: readonly number[], toX: (value: number) => number, toY: (value: number) => number): string {
  const parts = points.flatMap((x, i) =>
    i % 2 === 0 ? [`${i === 0 ? 'M' : 'L'}${toX(x)} ${toY(points[i + 1])}`] : [],
  );
  return parts.join('');
}

function strokeOf(index: number): string {
  const dash = dashes[index % dashes.length];
  return `fill="none" stroke="${hueOf(index)}" stroke-width="2"${dash ? ` stroke-dasharray="${dash}"` : ''}`;
}

function hueOf(index: number): string {
  return hues[index % hues.length];
}

function ticksOf(
  { low, high, label = tick }: Axis,
  count: number,
): readonly { readonly value: number; readonly label: string }[] {
  return roundTicks(low, high, count).map((value) => ({ value, label: label(value) }));
}

/** A number in a few characters: 1500000 → `1.5M`. */
function tick(value: number): string {
  const size = Math.abs(value);
  const [unit, suffix] = size >= 1e9 ? [1, ''] : size >= 1e6 ? [1e6, 'M'] : size >= 1e4 ? [1e3, 'k'] : [1, ''];
  return `${Number((value / unit).toPrecision(4))}${suffix}`.replace('-', '−');
}

function words(x: number, y: number, anchor: 'start' | 'middle' | 'end', said: string): string {
  return `<text x="${round(x)}" y="${round(y)}" text-anchor="${anchor}">${text(said)}</text>`;
}

/** About the width in px: letters of Chinese, Japanese and Korean are as wide as they are high. */
function widthOf(said: string): number {
  return Array.from(said).reduce((sum, letter) => sum + (letter > '\u2e7f' ? 11 : 6.2), 0);
}

/** On one line: an empty one would end the HTML. */
function text(said: string): string {
  return escapeHtml(printable(said.replace(/\s+/g, ' ')));
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
