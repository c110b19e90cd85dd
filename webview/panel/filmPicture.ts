/** The film of a view as an animated picture in the GIF format: its charts at one moment after the other. */
import { applyPalette, GIFEncoder, quantize } from 'gifenc';
import { css } from './color';
import type { Palette } from './theme';

/** Pixels of the picture, at most. */
const widest = 720;
const margin = 12;
const colours = 64;

/** A chart or a word, and its place on the page. */
type Part = { readonly box: DOMRect } & (
  | { readonly canvas: HTMLCanvasElement }
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

/** The charts of a view that can be seen, with their titles and legends. */
function partsOf(view: Element): Part[] {
  const canvases = [...view.querySelectorAll<HTMLCanvasElement>('canvas:not(.blank)')].map((canvas) => ({
    box: canvas.getBoundingClientRect(),
    canvas,
  }));
  const words = [...view.querySelectorAll('figcaption, .legend li')].flatMap(wordsIn);
  return [...canvases, ...words].filter(({ box }) => box.width > 0 && box.height > 0);
}

/** The words of an element: each has its place, however the lines break. */
function wordsIn(element: Element): Part[] {
  const parts: Part[] = [];
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node instanceof Text; node = walker.nextNode()) {
    const { font, color } = getComputedStyle(node.parentElement ?? element);
    for (const { 0: word, index } of node.data.matchAll(/\S+/g)) {
      const range = document.createRange();
      range.setStart(node, index);
      range.setEnd(node, index + word.length);
      parts.push({ box: range.getBoundingClientRect(), word, font, color });
    }
  }
  return parts;
}
