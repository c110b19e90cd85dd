/** The film of a view as an animated picture in the GIF format: its charts at one moment after the other. */
import { applyPalette, GIFEncoder, quantize } from 'gifenc';
import { css } from '../shared/color';
import type { Palette } from '../shared/theme';

/** Pixels of the picture, at most. */
const widest = 720;
const margin = 12;
const colours = 64;

/** A chart, a line or a word, and its place on the page. */
type Part = { readonly box: DOMRect } & (
  | { readonly canvas: HTMLCanvasElement }
  | { readonly line: SVGPathElement }
  | { readonly word: string; readonly font: string; readonly color: string }
);

/** Draws what can be seen of a view, frame by frame. */
export class FilmPicture {
  readonly #encoder = GIFEncoder();
  readonly #view: Element;
  readonly #palette: Palette;
  readonly #canvas = document.createElement('canvas');
  #width = 0;
  #height = 0;

  constructor(view: Element, palette: Palette) {
    this.#view = view;
    this.#palette = palette;
  }

  /** Adds the charts as they are now, below these words, for so many milliseconds. */
  add(words: string, delay: number): void {
    const { fontFamily, fontSize } = this.#palette;
    const parts = partsOf(this.#view);
    const left = Math.min(...parts.map(({ box }) => box.left));
    const top = Math.min(...parts.map(({ box }) => box.top));
    const head = fontSize + 2 * margin;
    if (this.#width === 0) {
      // All frames have the size of the first one.
      this.#width = Math.ceil(Math.max(...parts.map(({ box }) => box.right)) - left + 2 * margin);
      this.#height = Math.ceil(Math.max(...parts.map(({ box }) => box.bottom)) - top + head + margin);
      const scale = Math.min(1, widest / this.#width);
      this.#canvas.width = Math.round(this.#width * scale);
      this.#canvas.height = Math.round(this.#height * scale);
    }
    const context = this.#canvas.getContext('2d', { willReadFrequently: true });
    if (!context) {
      return;
    }
    const { width, height } = this.#canvas;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.fillStyle = css(this.#palette.background);
    context.fillRect(0, 0, width, height);
    context.setTransform(width / this.#width, 0, 0, height / this.#height, 0, 0);
    context.textBaseline = 'middle';
    context.fillStyle = css(this.#palette.foreground);
    context.font = `${fontSize}px ${fontFamily}`;
    context.fillText(words, margin, head / 2);
    for (const part of parts) {
      const { box } = part;
      const [x, y] = [box.left - left + margin, box.top - top + head];
      if ('canvas' in part) {
        context.drawImage(part.canvas, x, y, box.width, box.height);
      } else if ('line' in part) {
        context.save();
        context.translate(margin - left, head - top);
        drawLine(context, part.line);
        context.restore();
      } else {
        context.font = part.font;
        context.fillStyle = part.color;
        context.fillText(part.word, x, y + box.height / 2);
      }
    }
    const { data } = context.getImageData(0, 0, width, height);
    const palette = quantize(data, colours);
    this.#encoder.writeFrame(applyPalette(data, palette), width, height, { palette, delay });
  }

  bytes(): Uint8Array {
    this.#encoder.finish();
    return this.#encoder.bytes();
  }
}

/** Draws a line of the page where the page has it. */
function drawLine(context: CanvasRenderingContext2D, line: SVGPathElement): void {
  const place = line.getScreenCTM();
  const { stroke, strokeWidth, strokeDasharray, strokeOpacity, opacity } = getComputedStyle(line);
  if (!place || stroke === 'none') {
    return;
  }
  context.transform(place.a, place.b, place.c, place.d, place.e, place.f);
  context.strokeStyle = stroke;
  context.globalAlpha = Number(opacity) * Number(strokeOpacity);
  context.lineWidth = Number.parseFloat(strokeWidth);
  context.setLineDash(strokeDasharray.match(/[\d.]+/g)?.map(Number) ?? []);
  context.stroke(new Path2D(line.getAttribute('d') ?? ''));
}

/** The charts of a view that can be seen, with titles and legends; lines lie below the units they join. */
function partsOf(view: Element): Part[] {
  const lines = [...view.querySelectorAll<SVGPathElement>('.net-edges path')].map((line) => ({
    box: line.getBoundingClientRect(),
    line,
  }));
  const canvases = [...view.querySelectorAll<HTMLCanvasElement>('canvas:not(.blank)')].map((canvas) => ({
    box: canvas.getBoundingClientRect(),
    canvas,
  }));
  const words = [...view.querySelectorAll('figcaption, .legend li, .net-title, .net-value, .net-more')].flatMap(
    wordsIn,
  );
  return [...lines, ...canvases, ...words].filter(({ box }) => box.width > 0);
}

/** The words of an element: each has its place, however the lines break. */
function wordsIn(element: Element): Part[] {
  const parts: Part[] = [];
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node instanceof Text; node = walker.nextNode()) {
    const { fontWeight, fontSize, fontFamily, color } = getComputedStyle(node.parentElement ?? element);
    // The property `font` is empty for digits of one width.
    const font = `${fontWeight} ${fontSize} ${fontFamily}`;
    for (const { 0: word, index } of node.data.matchAll(/\S+/g)) {
      const range = document.createRange();
      range.setStart(node, index);
      range.setEnd(node, index + word.length);
      parts.push({ box: range.getBoundingClientRect(), word, font, color });
    }
  }
  return parts;
}
