/** Every pair of up to five columns: points below the diagonal, their correlation above it. */
import type { ScatterAnswer } from '../../../src/protocol/engine';
import { shape } from '../../shared/charts/shapes';
import { css, type Rgb } from '../../shared/color';
import { formatValue } from '../../shared/format';
import type { Palette } from '../../shared/theme';

/** Pixels of a cell, and between two. */
const [smallest, largest, gap] = [46, 190, 4];

/** Colour and shape of a class; without classes all points are alike. */
export function pointStyle(palette: Palette, of: number | undefined): { readonly color: Rgb; readonly kind: number } {
  return of === undefined || of < 0
    ? { color: palette.series[0], kind: 0 }
    : { color: palette.series[of % palette.series.length], kind: of };
}

/** The side of a cell where the matrix may be so wide. */
export function cellSize(width: number, columns: number): number {
  return Math.max(smallest, Math.min(largest, Math.floor((width + gap) / columns) - gap));
}

export function paintScatterMatrix(
  canvas: HTMLCanvasElement,
  answer: ScatterAnswer,
  size: number,
  palette: Palette,
): void {
  const { columns } = answer;
  const side = columns.length * (size + gap) - gap;
  const ratio = window.devicePixelRatio || 1;
  canvas.width = Math.round(side * ratio);
  canvas.height = Math.round(side * ratio);
  canvas.style.width = `${side}px`;
  canvas.style.height = `${side}px`;
  const context = canvas.getContext('2d') as CanvasRenderingContext2D;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, side, side);
  columns.forEach((_, row) => {
    columns.forEach((_, column) => {
      const [x, y] = [column * (size + gap), row * (size + gap)];
      context.strokeStyle = css(palette.grid, palette.kind.startsWith('high') ? 1 : 0.25);
      context.lineWidth = 1;
      context.strokeRect(x + 0.5, y + 0.5, size - 1, size - 1);
      context.save();
      context.beginPath();
      context.rect(x + 1, y + 1, size - 2, size - 2);
      context.clip();
      context.translate(x, y);
      if (row === column) {
        writeName(context, answer, row, size, palette);
      } else if (row > column) {
        drawPoints(context, answer, [column, row], size, palette);
      } else {
        writeCorrelation(context, answer.correlations[row * columns.length + column], size, palette);
      }
      context.restore();
    });
  });
}

function drawPoints(
  context: CanvasRenderingContext2D,
  { columns, classes, points }: ScatterAnswer,
  [across, up]: readonly [number, number],
  size: number,
  palette: Palette,
): void {
  const [x, y] = [columns[across], columns[up]];
  const inset = 5;
  const room = size - 2 * inset;
  const place = (value: number, { low, high }: { low: number; high: number }) =>
    high > low ? ((value - low) / (high - low)) * room : room / 2;
  const radius = points > 500 ? 1.4 : 2.2;
  context.globalAlpha = points > 500 ? 0.6 : 0.85;
  for (let i = 0; i < points; i++) {
    if (Number.isNaN(x.values[i]) || Number.isNaN(y.values[i])) {
      continue;
    }
    const { color, kind } = pointStyle(palette, classes?.[i]);
    context.fillStyle = css(color);
    shape(context, kind, inset + place(x.values[i], x), size - inset - place(y.values[i], y), radius);
    context.fill();
  }
  context.globalAlpha = 1;
}

function writeName(
  context: CanvasRenderingContext2D,
  { columns }: ScatterAnswer,
  at: number,
  size: number,
  palette: Palette,
): void {
  const { name, low, high, dates } = columns[at];
  const [first, last] = dates ?? [formatValue(low), formatValue(high)];
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  context.fillStyle = css(palette.foreground);
  context.font = `600 ${palette.fontSize}px ${palette.fontFamily}`;
  context.fillText(fitting(context, name, size - 10), size / 2, size / 2 - 8);
  context.fillStyle = css(palette.muted);
  context.font = `${palette.fontSize - 2}px ${palette.fontFamily}`;
  const range = `${first} … ${last}`;
  if (context.measureText(range).width <= size - 8) {
    context.fillText(range, size / 2, size / 2 + 9);
  } else {
    context.fillText(fitting(context, `${first} …`, size - 8), size / 2, size / 2 + 7);
    context.fillText(fitting(context, last, size - 8), size / 2, size / 2 + 7 + palette.fontSize);
  }
}

function writeCorrelation(context: CanvasRenderingContext2D, value: number, size: number, palette: Palette): void {
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  context.fillStyle = css(palette.foreground);
  // The stronger the correlation, the larger its number.
  const large = Number.isNaN(value) ? 0 : Math.abs(value);
  context.font = `${Math.round(palette.fontSize * (0.9 + 0.6 * large))}px ${palette.fontFamily}`;
  context.fillText(formatCorrelation(value), size / 2, size / 2);
}

export function formatCorrelation(value: number): string {
  if (Number.isNaN(value)) {
    return '–';
  }
  const text = value.toFixed(2);
  return text === '-0.00' ? '0.00' : text.replace('-', '\u2212');
}

/** The text, shortened to a width. */
function fitting(context: CanvasRenderingContext2D, text: string, width: number): string {
  let shown = text;
  while (shown.length > 1 && context.measureText(shown).width > width) {
    shown = `${shown.slice(0, -2)}…`;
  }
  return shown;
}
