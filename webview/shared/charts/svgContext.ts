/**
 * The part of a canvas's 2D context that charts draw with, which writes SVG. (The packages for it set `style`
 * attributes, which the Content-Security-Policy of a webview refuses.)
 */
import { svg } from '../dom';

type Point = readonly [x: number, y: number];

interface State {
  matrix: DOMMatrix;
  /** The group of the clip region. */
  group: SVGElement;
  fillStyle: string;
  strokeStyle: string;
  lineWidth: number;
  dash: readonly number[];
  font: string;
  textAlign: CanvasTextAlign;
  textBaseline: CanvasTextBaseline;
  globalAlpha: number;
}

const anchors: Readonly<Record<CanvasTextAlign, string>> = {
  left: 'start',
  start: 'start',
  center: 'middle',
  right: 'end',
  end: 'end',
};
/** How far below its baseline a text is put, as a share of the size of the font. */
const shifts: Readonly<Record<CanvasTextBaseline, number>> = {
  top: 0.8,
  hanging: 0.8,
  middle: 0.35,
  alphabetic: 0,
  ideographic: 0,
  bottom: -0.2,
};
/** Digits after the point: a fine printer has no more. */
const digits = 2;
/** Numbers the clip regions, whose ids count in the whole page. */
let clips = 0;

export class SvgContext {
  readonly root: SVGSVGElement;
  readonly canvas: { width: number; height: number; getContext: () => SvgContext };
  readonly measureText: CanvasRenderingContext2D['measureText'];
  readonly #measure = document.createElement('canvas').getContext('2d') as CanvasRenderingContext2D;
  #path: string[] = [];
  #state: State;
  #saved: State[] = [];

  constructor(width: number, height: number) {
    this.root = svg('svg', { width, height, viewBox: `0 0 ${width} ${height}` });
    this.canvas = { width, height, getContext: () => this };
    this.measureText = (text) => this.#measure.measureText(text);
    this.#state = {
      ...{ matrix: new DOMMatrix(), group: this.root, fillStyle: '#000', strokeStyle: '#000', lineWidth: 1 },
      ...{ dash: [], font: '10px sans-serif', textAlign: 'start', textBaseline: 'alphabetic', globalAlpha: 1 },
    };
  }

  /** For functions that draw on a canvas; they must use no other part of it than there is here. */
  get asContext(): CanvasRenderingContext2D {
    return this as unknown as CanvasRenderingContext2D;
  }

  set fillStyle(value: string) {
    this.#state.fillStyle = value;
  }
  set strokeStyle(value: string) {
    this.#state.strokeStyle = value;
  }
  get lineWidth(): number {
    return this.#state.lineWidth;
  }
  set lineWidth(value: number) {
    this.#state.lineWidth = value;
  }
  set font(value: string) {
    this.#state.font = value;
    this.#measure.font = value;
  }
  get font(): string {
    return this.#state.font;
  }
  set textAlign(value: CanvasTextAlign) {
    this.#state.textAlign = value;
  }
  set textBaseline(value: CanvasTextBaseline) {
    this.#state.textBaseline = value;
  }
  set globalAlpha(value: number) {
    this.#state.globalAlpha = value;
  }

  save(): void {
    this.#saved.push({ ...this.#state });
  }

  restore(): void {
    this.#state = this.#saved.pop() ?? this.#state;
    this.#measure.font = this.#state.font;
  }

  translate(x: number, y: number): void {
    this.#state.matrix = this.#state.matrix.translate(x, y);
  }

  rotate(angle: number): void {
    this.#state.matrix = this.#state.matrix.rotate((angle * 180) / Math.PI);
  }

  resetTransform(): void {
    this.#state.matrix = new DOMMatrix();
  }

  setTransform(a: number, b: number, c: number, d: number, e: number, f: number): void {
    this.#state.matrix = new DOMMatrix([a, b, c, d, e, f]);
  }

  setLineDash(dash: readonly number[]): void {
    this.#state.dash = [...dash];
  }

  clearRect(): void {
    // A chart clears its canvas before it draws on it, and here there is nothing yet.
  }

  beginPath(): void {
    this.#path = [];
  }

  moveTo(x: number, y: number): void {
    this.#path.push(`M${this.#at(x, y)}`);
  }

  lineTo(x: number, y: number): void {
    this.#path.push(`${this.#path.length === 0 ? 'M' : 'L'}${this.#at(x, y)}`);
  }

  bezierCurveTo(ax: number, ay: number, bx: number, by: number, x: number, y: number): void {
    this.#path.push(`C${this.#at(ax, ay)} ${this.#at(bx, by)} ${this.#at(x, y)}`);
  }

  closePath(): void {
    this.#path.push('Z');
  }

  rect(x: number, y: number, width: number, height: number): void {
    this.moveTo(x, y);
    this.lineTo(x + width, y);
    this.lineTo(x + width, y + height);
    this.lineTo(x, y + height);
    this.closePath();
  }

  /** By two halves: an arc of SVG from a point to itself is nothing. */
  arc(x: number, y: number, radius: number, from: number, to: number, isCounter = false): void {
    const turn = 2 * Math.PI;
    const span = Math.abs(to - from) >= turn ? turn : (((to - from) % turn) + turn) % turn;
    const swept = isCounter ? (span === turn ? -turn : span - turn) : span;
    const point = (angle: number): Point => [x + radius * Math.cos(angle), y + radius * Math.sin(angle)];
    this.lineTo(...point(from));
    for (const share of [0.5, 1]) {
      const end = this.#at(...point(from + share * swept));
      this.#path.push(`A${radius} ${radius} 0 0 ${swept > 0 ? 1 : 0} ${end}`);
    }
  }

  fill(): void {
    const { fillStyle: fill, globalAlpha } = this.#state;
    this.#add(svg('path', { d: this.#path.join(''), fill, 'fill-rule': 'nonzero', opacity: globalAlpha }));
  }

  stroke(): void {
    const { strokeStyle: stroke, lineWidth, dash, globalAlpha } = this.#state;
    this.#add(
      svg('path', {
        ...{ d: this.#path.join(''), fill: 'none', stroke, 'stroke-width': lineWidth, opacity: globalAlpha },
        ...(dash.length > 0 && { 'stroke-dasharray': dash.join(' ') }),
      }),
    );
  }

  clip(): void {
    clips++;
    const id = `chart-clip-${clips}`;
    const group = svg('g', { 'clip-path': `url(#${id})` });
    this.#add(svg('clipPath', { id }, svg('path', { d: this.#path.join('') })));
    this.#add(group);
    this.#state.group = group;
  }

  fillRect(x: number, y: number, width: number, height: number): void {
    this.beginPath();
    this.rect(x, y, width, height);
    this.fill();
  }

  strokeRect(x: number, y: number, width: number, height: number): void {
    this.beginPath();
    this.rect(x, y, width, height);
    this.stroke();
  }

  fillText(content: string, x: number, y: number): void {
    const { matrix, fillStyle: fill, font, textAlign, textBaseline, globalAlpha } = this.#state;
    // `600 13px system-ui, sans-serif`
    const words = font.split(' ');
    const place = words.findIndex((word) => word.endsWith('px'));
    const pixels = Number.parseFloat(words[place]);
    const { a, b, c, d } = matrix;
    const at = matrix.transformPoint({ x, y: y + shifts[textBaseline] * pixels });
    this.#add(
      svg(
        'text',
        {
          transform: `matrix(${[a, b, c, d, at.x, at.y].map((value) => value.toFixed(digits)).join(' ')})`,
          ...{ fill, opacity: globalAlpha, 'text-anchor': anchors[textAlign] },
          ...{ 'font-family': words.slice(place + 1).join(' '), 'font-size': pixels },
          ...(place > 0 && { 'font-weight': words[place - 1] }),
        },
        content,
      ),
    );
  }

  drawImage(image: HTMLCanvasElement, x: number, y: number, width: number, height: number): void {
    const href = image.toDataURL();
    this.#add(svg('image', { x, y, width, height, preserveAspectRatio: 'none', href }));
  }

  #add(element: SVGElement): void {
    this.#state.group.append(element);
  }

  #at(x: number, y: number): string {
    const point = this.#state.matrix.transformPoint({ x, y });
    return `${point.x.toFixed(digits)} ${point.y.toFixed(digits)}`;
  }
}
