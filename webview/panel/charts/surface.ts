/** Colours, outlines and axes of a surface over two inputs. */
import type { Surface } from '../../../src/protocol/engine';
import { css, mix, type Rgb } from '../../shared/color';
import { formatShort } from '../../shared/format';
import { niceStep } from '../../shared/ranges';
import type { Palette } from '../../shared/theme';
import { contour } from './contour';

export interface Area {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

/** Blue at 0, orange at 1, blended through the editor's background. */
export function outputColor(palette: Palette, share: number): Rgb {
  const away = Math.min(1, Math.abs(share - 0.5) * 2) || 0;
  return mix(palette.background, palette.series[share < 0.5 ? 0 : 1], away * 0.75);
}

/** The colour of the most likely class, paler the less certain it is. */
export function classColor(palette: Palette, outputs: Float32Array, from: number, size: number): Rgb {
  const best = mostLikely(outputs, from, size);
  const sure = Math.max(0, Math.min(1, (outputs[from + best] - 1 / size) / (1 - 1 / size)));
  return mix(palette.background, palette.series[best % 6], 0.15 + 0.6 * sure);
}

function mostLikely(outputs: Float32Array, from: number, size: number): number {
  let best = 0;
  for (let k = 1; k < size; k++) {
    best = outputs[from + k] > outputs[from + best] ? k : best;
  }
  return best;
}

export function drawContours(context: CanvasRenderingContext2D, surface: Surface, area: Area, palette: Palette): void {
  const [x, y] = surface.axes;
  if (surface.outputSize !== 1) {
    return;
  }
  const segments = contour(surface.outputs, x.count, y.count, 0.5);
  context.strokeStyle = css(palette.foreground);
  context.lineWidth = 1.5;
  context.beginPath();
  for (let i = 0; i < segments.length; i += 4) {
    context.moveTo(
      area.x + (segments[i] / (x.count - 1)) * area.w,
      area.y + (1 - segments[i + 1] / (y.count - 1)) * area.h,
    );
    context.lineTo(
      area.x + (segments[i + 2] / (x.count - 1)) * area.w,
      area.y + (1 - segments[i + 3] / (y.count - 1)) * area.h,
    );
  }
  context.stroke();
}

export function drawAxes(context: CanvasRenderingContext2D, surface: Surface, area: Area, palette: Palette): void {
  const [x, y] = surface.axes;
  context.strokeStyle = css(palette.grid, palette.kind.startsWith('high') ? 1 : 0.4);
  context.lineWidth = 1;
  context.strokeRect(area.x + 0.5, area.y + 0.5, area.w - 1, area.h - 1);
  context.fillStyle = css(palette.muted);
  context.font = `${Math.max(10, palette.fontSize - 2)}px ${palette.fontFamily}`;
  context.textAlign = 'center';
  context.textBaseline = 'top';
  for (const value of ticks(x.low, x.high)) {
    context.fillText(formatShort(value), toPixels(surface, area, value, y.low)[0], area.y + area.h + 5);
  }
  context.fillText(x.name, area.x + area.w / 2, area.y + area.h + 20);
  context.textAlign = 'right';
  context.textBaseline = 'middle';
  for (const value of ticks(y.low, y.high)) {
    context.fillText(formatShort(value), area.x - 5, toPixels(surface, area, x.low, value)[1]);
  }
  context.save();
  context.translate(8, area.y + area.h / 2);
  context.rotate(-Math.PI / 2);
  context.textAlign = 'center';
  context.fillText(y.name, 0, 0);
  context.restore();
}

function ticks(low: number, high: number): number[] {
  const step = niceStep(high - low, 5);
  const values: number[] = [];
  for (let i = Math.ceil(low / step); i * step <= high + step * 1e-9; i++) {
    values.push(Number((i * step).toPrecision(12)));
  }
  return values;
}

export function toPixels(surface: Surface, area: Area, a: number, b: number): [number, number] {
  const [x, y] = surface.axes;
  return [area.x + ((a - x.low) / (x.high - x.low)) * area.w, area.y + (1 - (b - y.low) / (y.high - y.low)) * area.h];
}

export function outputBounds(surface: Surface | undefined): { low: number; high: number } {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const value of surface?.outputs ?? []) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return { low, high };
}

/** The share of the grid's points at which a class is the most likely. */
export function areaShare(surface: Surface, wanted: number): number {
  const { outputs, outputSize } = surface;
  let hits = 0;
  for (let from = 0; from < outputs.length; from += outputSize) {
    hits += mostLikely(outputs, from, outputSize) === wanted ? 1 : 0;
  }
  return (hits * outputSize) / outputs.length;
}
