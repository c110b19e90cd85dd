/** A chart as a file: a picture in SVG or PNG with title and legend, or its numbers as CSV. */
import { csvLine } from '../../../src/common/csvLine';
import type { ChartFile } from '../../../src/protocol/chartFile';
import { css } from '../color';
import { svg } from '../dom';
import { type Palette, readPalette } from '../theme';
import { shape } from './shapes';
import { SvgContext } from './svgContext';

export interface TableData {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | number)[])[];
}

export interface LegendEntry {
  readonly label: string;
  readonly color: string;
  readonly dash: readonly number[];
  /** A filled swatch (bars, areas) instead of a line. */
  readonly fill?: boolean;
  /** A point's shape instead of a line. */
  readonly marker?: number;
}

/** The size in which a chart is drawn for a file, and its margin. */
const [width, height, margin] = [800, 450, 16];
const lineHeight = 22;
const swatchWidth = 28;
/** Pixels of a PNG for each of these. */
const density = 2;

let save: ((file: ChartFile) => void) | undefined;

/** Sets where charts are saved. Until then they can only be copied. */
export function saveChartsWith(given: (file: ChartFile) => void): void {
  save = given;
}

export function canSave(): boolean {
  return save !== undefined;
}

export function saveFile(name: string, kind: ChartFile['kind'], bytes: Uint8Array): void {
  save?.({ name, kind, bytes });
}

/** Draws a chart of a width and height in pixels. */
export type DrawSvg = (width: number, height: number) => SVGSVGElement;

/** The whole picture: title, legend and chart on the editor's background. */
export function pictureOf(title: string, legend: readonly LegendEntry[], draw: DrawSvg): string {
  const palette = readPalette();
  const measure = document.createElement('canvas').getContext('2d') as CanvasRenderingContext2D;
  measure.font = `${palette.fontSize}px ${palette.fontFamily}`;
  let [x, y] = [margin, margin + 2 * lineHeight];
  const entries = legend.map((entry) => {
    const wide = swatchWidth + 6 + measure.measureText(entry.label).width + 14;
    if (x > margin && x + wide > width + margin) {
      [x, y] = [margin, y + lineHeight];
    }
    const made = legendEntry(entry, x, y, palette);
    x += wide;
    return made;
  });
  const top = (legend.length > 0 ? y : margin + lineHeight) + 10;
  const chart = draw(width, height);
  chart.setAttribute('x', String(margin));
  chart.setAttribute('y', String(top));
  const wide = Math.max(Number(chart.getAttribute('width')), 360);
  const [outerWidth, outerHeight] = [wide + 2 * margin, top + height + margin];
  const root = svg(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      width: outerWidth,
      height: outerHeight,
      viewBox: `0 0 ${outerWidth} ${outerHeight}`,
      'font-family': palette.fontFamily,
      'font-size': palette.fontSize,
    },
    svg('title', {}, title),
    svg('rect', { width: '100%', height: '100%', fill: css(palette.background) }),
    text(title, margin, margin + lineHeight / 2 + 4, { fill: css(palette.foreground), 'font-weight': 600 }),
    ...entries,
    chart,
  );
  return new XMLSerializer().serializeToString(root);
}

function legendEntry(entry: LegendEntry, x: number, y: number, palette: Palette): SVGElement {
  const swatch = new SvgContext(swatchWidth, lineHeight);
  drawSwatch(swatch.asContext, entry, swatchWidth);
  swatch.root.setAttribute('x', String(x));
  swatch.root.setAttribute('y', String(y - swatchMiddle - 4));
  return svg('g', {}, swatch.root, text(entry.label, x + swatchWidth + 6, y, { fill: css(palette.foreground) }));
}

/** The middle of a swatch, below its upper edge. */
const swatchMiddle = 6;

/** Draws the line, the box or the point of an entry. */
export function drawSwatch(
  context: CanvasRenderingContext2D,
  { color, dash, fill, marker }: LegendEntry,
  width: number,
): void {
  context.strokeStyle = color;
  context.fillStyle = color;
  context.lineWidth = 2;
  context.setLineDash([...dash]);
  if (marker !== undefined) {
    shape(context, marker, width / 2, swatchMiddle, 4);
    context.fill();
  } else if (fill) {
    context.fillRect(0, swatchMiddle - 4, width, 8);
  } else {
    context.beginPath();
    context.moveTo(0, swatchMiddle);
    context.lineTo(width, swatchMiddle);
    context.stroke();
  }
}

function text(
  content: string,
  x: number,
  y: number,
  attributes: Readonly<Record<string, string | number>>,
): SVGElement {
  return svg('text', { x, y, ...attributes }, content);
}

/** The picture in pixels. */
export async function pngOf(picture: string): Promise<Blob> {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(picture)}`;
  await image.decode();
  const canvas = document.createElement('canvas');
  canvas.width = image.naturalWidth * density;
  canvas.height = image.naturalHeight * density;
  canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve, reject) =>
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('The browser made no PNG of the chart.')))),
  );
}

/** Formatted numbers get the minus sign of ASCII, which other programs read. */
export function csvOf({ columns, rows }: TableData): string {
  const plain = (cell: string | number) => (typeof cell === 'string' ? cell.replaceAll('\u2212', '-') : cell);
  return [columns, ...rows].map((row) => csvLine(row.map(plain))).join('');
}
