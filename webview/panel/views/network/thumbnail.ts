/** Small pictures of units: their responses, weights and channels. */
import type { Surface } from '../../../../src/protocol/engine';
import { css, mix, type Rgb } from '../../../shared/color';
import type { Palette } from '../../../shared/theme';

/** Shades of a scale that goes from its lowest value to its highest. */
export type Shades = Uint8ClampedArray;

const steps = 256;

export function shades(from: Rgb, middle: Rgb, to: Rgb): Shades {
  const all = new Uint8ClampedArray(steps * 4);
  for (let i = 0; i < steps; i++) {
    const share = (2 * i) / (steps - 1) - 1;
    const { r, g, b } = mix(middle, share < 0 ? from : to, Math.abs(share) * 0.8);
    all.set([r, g, b, 255], i * 4);
  }
  return all;
}

/** The shade of a value in a scale from -limit to limit; NaN has the middle one. */
function shadeAt(value: number, limit: number): number {
  const share = limit > 0 ? Math.max(-1, Math.min(1, value / limit)) : 0;
  return Math.round(((share || 0) + 1) * 0.5 * (steps - 1)) * 4;
}

export function largest(values: ArrayLike<number>): number {
  let most = 0;
  for (let i = 0; i < values.length; i++) {
    const size = Math.abs(values[i]);
    most = size > most && size < Number.POSITIVE_INFINITY ? size : most;
  }
  return most;
}

export interface Raster {
  readonly values: ArrayLike<number>;
  readonly from: number;
  readonly width: number;
  readonly height: number;
  /** The value of the last shade; the first one has its negative. */
  readonly limit: number;
  /** The value of the middle shade. */
  readonly middle?: number;
  /** The first row lies at the bottom. */
  readonly upwards?: boolean;
}

/** One pixel for each value; the style sheet makes it larger. */
export function drawRaster(canvas: HTMLCanvasElement, raster: Raster, colors: Shades): void {
  const { values, from, width, height, limit, middle = 0, upwards = false } = raster;
  if (canvas.width !== width || canvas.height !== height) {
    canvas.width = width;
    canvas.height = height;
  }
  // Drawn by the processor: to pass so few pixels to a graphics card takes longer.
  const context = canvas.getContext('2d', { willReadFrequently: true }) as CanvasRenderingContext2D;
  const image = context.createImageData(width, height);
  for (let row = 0; row < height; row++) {
    const line = from + (upwards ? height - 1 - row : row) * width;
    for (let column = 0; column < width; column++) {
      const shade = shadeAt(values[line + column] - middle, limit - middle);
      const to = (row * width + column) * 4;
      image.data[to] = colors[shade];
      image.data[to + 1] = colors[shade + 1];
      image.data[to + 2] = colors[shade + 2];
      image.data[to + 3] = 255;
    }
  }
  context.putImageData(image, 0, 0);
}

const curveSize = 64;

/** A response over one input: a curve with the line at 0. */
export function drawResponse(canvas: HTMLCanvasElement, values: Float32Array, palette: Palette): void {
  canvas.width = curveSize;
  canvas.height = curveSize;
  const context = canvas.getContext('2d') as CanvasRenderingContext2D;
  const limit = largest(values) || 1;
  const y = (value: number) => curveSize / 2 - (value / limit) * (curveSize / 2 - 4);
  context.fillStyle = css(palette.background);
  context.fillRect(0, 0, curveSize, curveSize);
  context.strokeStyle = css(palette.muted, 0.5);
  context.beginPath();
  context.moveTo(0, curveSize / 2);
  context.lineTo(curveSize, curveSize / 2);
  context.stroke();
  context.strokeStyle = css(palette.series[1]);
  context.lineWidth = 3;
  context.beginPath();
  for (const [i, value] of values.entries()) {
    context.lineTo((i / (values.length - 1)) * curveSize, y(value));
  }
  context.stroke();
}

/** The value of an input over the line or the grid. */
export function ownResponse(axes: Surface['axes'], axis: number): Float32Array {
  const [first] = axes;
  const points = axes.reduce((product, { count }) => product * count, 1);
  const { low, high, count } = axes[axis];
  return Float32Array.from({ length: points }, (_, i) => {
    const place = axis === 0 ? i % count : Math.floor(i / first.count);
    return low + ((high - low) * place) / Math.max(1, count - 1);
  });
}
