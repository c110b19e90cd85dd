/** The decision boundary of a network with two inputs: a heat map of its outputs with the data points. */
import { t } from '@vscode/l10n';
import type { Surface } from '../../../src/protocol/engine';
import { ChartBox, drawLegend } from '../../shared/charts/chartBox';
import type { TableData } from '../../shared/charts/chartFiles';
import { shape } from '../../shared/charts/shapes';
import { SvgContext } from '../../shared/charts/svgContext';
import { css } from '../../shared/color';
import { dataPoints, formatNumber, formatShort } from '../../shared/format';
import type { Palette } from '../../shared/theme';
import {
  type Area,
  areaShare,
  classColor,
  drawAxes,
  drawContours,
  outputBounds,
  outputColor,
  toPixels,
} from './surface';

interface BoundaryPicture {
  readonly surface: Surface | undefined;
  readonly classNames: readonly string[] | undefined;
  readonly numbers: boolean;
  readonly empty?: string;
  /** A place that is marked, in the data's own units. */
  readonly marked?: readonly [number, number];
}

const margin = { left: 44, right: 8, top: 8, bottom: 36 };
const maximumPoints = 3000;

export class BoundaryChart {
  readonly box: ChartBox;
  readonly #image = document.createElement('canvas');
  #picture: BoundaryPicture | undefined;
  #palette: Palette | undefined;
  #mark: number | undefined;

  constructor(id = 'boundary') {
    this.box = new ChartBox({
      id,
      title: t('Decision boundary'),
      empty: t('The boundary appears with the first measurements.'),
      shape: 'square',
      table: () => this.#table(),
      drawSvg: (_, height) => this.#asSvg(height),
      points: () => this.#picture?.surface?.points.target.length ?? 0,
      point: (index) => ({ index, text: this.#pointText(index) }),
    });
    this.box.onPoint = (index) => {
      this.#mark = index;
      this.#paint();
    };
    new ResizeObserver(() => this.#paint()).observe(this.box.stage);
  }

  draw(picture: BoundaryPicture, palette: Palette): void {
    const isMarked = picture.marked?.join() === this.#picture?.marked?.join();
    if (picture.surface === this.#picture?.surface && palette === this.#palette && isMarked) {
      return;
    }
    this.#picture = picture;
    this.#palette = palette;
    const { surface } = picture;
    this.box.setTitle(picture.numbers ? t('Fitted surface') : t('Decision boundary'));
    this.box.describe(surface ? this.#label(surface) : '', !surface, picture.empty);
    const key = this.#names().map((label, i) => ({
      label,
      color: css(palette.series[i % 6]),
      dash: [],
      fill: picture.numbers,
      marker: picture.numbers ? undefined : i,
    }));
    const heldOut = surface?.points.part.some((part) => part > 0) === true;
    drawLegend(
      this.box.legend,
      heldOut ? [...key, { label: t('with a hole: held out'), color: css(palette.muted), dash: [], marker: -1 }] : key,
    );
    this.#paint();
  }

  /** Makes places of the plane selectable with the pointer: `choose` gets them in the data's own units. */
  pick(choose: (x: number, y: number) => void): void {
    const { canvas, stage } = this.box;
    const at = (event: PointerEvent) => {
      const axes = this.#picture?.surface?.axes;
      if (axes?.length === 2 && event.buttons === 1) {
        const { left, top } = canvas.getBoundingClientRect();
        const area = areaOf({ width: stage.clientWidth, height: stage.clientHeight });
        const share = (place: number, from: number, size: number) => Math.max(0, Math.min(1, (place - from) / size));
        const [x, y] = axes;
        choose(
          x.low + (x.high - x.low) * share(event.clientX - left, area.x, area.w),
          y.high - (y.high - y.low) * share(event.clientY - top, area.y, area.h),
        );
      }
    };
    canvas.classList.add('pickable');
    canvas.addEventListener('pointerdown', (event) => {
      canvas.setPointerCapture(event.pointerId);
      at(event);
    });
    canvas.addEventListener('pointermove', at);
  }

  #names(): readonly string[] {
    if (this.#picture?.numbers) {
      const { low, high } = outputBounds(this.#picture.surface);
      return [formatShort(low), formatShort(high)];
    }
    return this.#picture?.classNames ?? ['0', '1'];
  }

  #label(surface: Surface): string {
    const [x, y] = surface.axes;
    const { low, high } = outputBounds(surface);
    const classes = this.#names();
    if (surface.outputSize > 1) {
      const shares = classes.map((name, k) => `${name} ${Math.round(100 * areaShare(surface, k))} %`);
      return t(
        'Decision boundary over {0} and {1} at epoch {2}. Area of each class: {3}.',
        x.name,
        y.name,
        surface.epoch,
        shares.join(', '),
      );
    }
    return t(
      'Output over {0} and {1} at epoch {2}: from {3} to {4}. {5}.',
      x.name,
      y.name,
      surface.epoch,
      formatNumber(low, 3),
      formatNumber(high, 3),
      dataPoints(surface.points.target.length),
    );
  }

  #paint(): void {
    const { surface } = this.#picture ?? {};
    const palette = this.#palette;
    const { canvas, stage } = this.box;
    const width = stage.clientWidth;
    const height = stage.clientHeight;
    if (!surface || !palette || surface.axes.length < 2 || width === 0) {
      return;
    }
    const ratio = window.devicePixelRatio || 1;
    if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
      canvas.width = Math.round(width * ratio);
      canvas.height = Math.round(height * ratio);
    }
    const context = canvas.getContext('2d') as CanvasRenderingContext2D;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, width, height);
    this.#paintOn(context, surface, palette, { width, height });
  }

  #paintOn(context: CanvasRenderingContext2D, surface: Surface, palette: Palette, size: Size): void {
    const numbers = this.#picture?.numbers === true;
    const area = areaOf(size);
    this.#heat(surface, palette, numbers);
    context.imageSmoothingEnabled = true;
    context.drawImage(this.#image, area.x, area.y, area.w, area.h);
    if (!numbers) {
      drawContours(context, surface, area, palette);
    }
    this.#drawPoints(context, surface, area, palette);
    if (this.#picture?.marked) {
      drawMark(context, toPixels(surface, area, ...this.#picture.marked), palette);
    }
    drawAxes(context, surface, area, palette);
  }

  #asSvg(height: number): SVGSVGElement {
    const width = Math.round((height * 16) / 13);
    const context = new SvgContext(width, height);
    const { surface } = this.#picture ?? {};
    if (surface && this.#palette) {
      this.#paintOn(context.asContext, surface, this.#palette, { width, height });
    }
    return context.root;
  }

  #heat(surface: Surface, palette: Palette, numbers: boolean): void {
    const [x, y] = surface.axes;
    this.#image.width = x.count;
    this.#image.height = y.count;
    const context = this.#image.getContext('2d') as CanvasRenderingContext2D;
    const pixels = context.createImageData(x.count, y.count);
    const { low, high } = numbers ? outputBounds(surface) : { low: 0, high: 1 };
    const size = surface.outputSize;
    for (let row = 0; row < y.count; row++) {
      for (let column = 0; column < x.count; column++) {
        const from = (row * x.count + column) * size;
        // The second axis points upwards, the rows of an image downwards.
        const to = ((y.count - 1 - row) * x.count + column) * 4;
        const color =
          size === 1 || numbers
            ? outputColor(palette, (surface.outputs[from] - low) / (high - low || 1))
            : classColor(palette, surface.outputs, from, size);
        pixels.data[to] = color.r;
        pixels.data[to + 1] = color.g;
        pixels.data[to + 2] = color.b;
        pixels.data[to + 3] = 255;
      }
    }
    context.putImageData(pixels, 0, 0);
  }

  #drawPoints(context: CanvasRenderingContext2D, surface: Surface, area: Area, palette: Palette): void {
    const { points } = surface;
    const count = points.target.length;
    const stride = Math.max(1, Math.ceil(count / maximumPoints));
    const size = count > 300 ? 2.6 : count > 20 ? 3.4 : 6;
    const range = outputBounds(surface);
    for (let i = 0; i < count; i += stride) {
      const [px, py] = toPixels(surface, area, points.x[2 * i], points.x[2 * i + 1]);
      const target = points.target[i];
      const color = this.#picture?.numbers
        ? outputColor(palette, (target - range.low) / (range.high - range.low || 1))
        : palette.series[Math.round(target) % 6];
      context.fillStyle = css(color);
      context.strokeStyle = css(palette.background);
      context.lineWidth = 1;
      shape(context, this.#picture?.numbers ? 0 : Math.round(target), px, py, size);
      context.fill();
      context.stroke();
      if (points.part[i] > 0) {
        // Points that are not used for training are drawn with a hole.
        context.fillStyle = css(palette.background);
        context.beginPath();
        context.arc(px, py, size * 0.4, 0, 2 * Math.PI);
        context.fill();
      }
    }
    if (this.#mark !== undefined && this.#mark < count) {
      const [px, py] = toPixels(surface, area, points.x[2 * this.#mark], points.x[2 * this.#mark + 1]);
      context.strokeStyle = css(palette.focus);
      context.lineWidth = 2;
      context.beginPath();
      context.arc(px, py, size + 4, 0, 2 * Math.PI);
      context.stroke();
    }
  }

  #pointText(i: number): string {
    const surface = this.#picture?.surface;
    if (!surface) {
      return '';
    }
    const [a, b, target, output] = this.#row(surface, i);
    return t(
      '{0} {1}, {2} {3}: target {4}, output {5}',
      surface.axes[0].name,
      a,
      surface.axes[1].name,
      b,
      target,
      output,
    );
  }

  #row(surface: Surface, i: number): [string, string, string, string] {
    const [x, y] = surface.axes;
    const a = surface.points.x[2 * i];
    const b = surface.points.x[2 * i + 1];
    const cell = (axis: typeof x, value: number) =>
      Math.max(
        0,
        Math.min(axis.count - 1, Math.round(((value - axis.low) / (axis.high - axis.low)) * (axis.count - 1))),
      );
    const from = (cell(y, b) * x.count + cell(x, a)) * surface.outputSize;
    const outputs = Array.from(surface.outputs.subarray(from, from + surface.outputSize), (value) =>
      formatNumber(value, 3),
    );
    const target = surface.points.target[i];
    const name = this.#picture?.numbers
      ? formatNumber(target, 3)
      : (this.#picture?.classNames?.[target] ?? formatShort(target));
    return [formatNumber(a, 3), formatNumber(b, 3), name, outputs.join(' ')];
  }

  #table(): TableData {
    const surface = this.#picture?.surface;
    if (!surface) {
      return { columns: [], rows: [] };
    }
    const [x, y] = surface.axes;
    return {
      columns: [x.name, y.name, t('target'), t('output at the nearest grid point')],
      rows: Array.from(surface.points.target, (_, i) => this.#row(surface, i)),
    };
  }
}

/** The part of a chart that the plane covers. */
interface Size {
  readonly width: number;
  readonly height: number;
}

function areaOf({ width, height }: Size): Area {
  return {
    x: margin.left,
    y: margin.top,
    w: width - margin.left - margin.right,
    h: height - margin.top - margin.bottom,
  };
}

/** A ring that is seen on any colour. */
function drawMark(context: CanvasRenderingContext2D, [x, y]: [number, number], palette: Palette): void {
  for (const [color, width] of [
    [palette.background, 5],
    [palette.foreground, 2],
  ] as const) {
    context.strokeStyle = css(color);
    context.lineWidth = width;
    context.beginPath();
    context.arc(x, y, 9, 0, 2 * Math.PI);
    context.stroke();
  }
}
