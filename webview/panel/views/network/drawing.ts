/** The network as columns of units, joined by their weights. */
import { t } from '@vscode/l10n';
import type { LayerUnits, UnitsProbe } from '../../../../src/protocol/engine';
import { h, setHidden, setText, svg } from '../../../shared/dom';
import { formatCount, formatNumber } from '../../../shared/format';
import type { Palette } from '../../../shared/theme';
import type { Paint } from '../view';
import type { Column } from './columns';
import { drawRaster, drawResponse, largest, ownResponse, type Shades, shades } from './thumbnail';

/** A unit, or one of its weights. */
export interface Place {
  readonly column: number;
  readonly unit: number;
  /** The unit of the column before from which the weight comes. */
  readonly input?: number;
}

interface Node {
  readonly column: number;
  readonly unit: number;
  readonly x: number;
  readonly y: number;
  readonly size: number;
  readonly button: HTMLButtonElement;
  readonly canvas: HTMLCanvasElement;
  readonly value: HTMLElement;
}

interface DrawingShades {
  /** Blue below 0, orange above. */
  readonly signed: Shades;
  /** From the editor's background to its foreground. */
  readonly picture: Shades;
  readonly classes: readonly Shades[];
}

interface Edge {
  readonly from: Node;
  readonly to: Node;
  readonly path: SVGPathElement;
}

export interface Listener {
  /** The pointer or the focus is on it; undefined where it is on none. */
  point(place: Place | undefined): void;
  choose(place: Place): void;
  reveal(layer: number): void;
}

/** The line of a layer in the spec. */
type LineOf = (layer: number) => number | undefined;

/** Room for a column's title, and for the number below a unit. */
const [titleHeight, numberHeight] = [30, 17];
/** Room from the middle of a unit that has its name and number beside it. */
const besideWidth = 92;
/** The least distance between two columns. */
const leastGap = 44;
/** Room for the lines between two columns. */
const leastRoom = 18;
/** Columns of more units have smaller ones, without a number below. */
const fewUnits = 8;
/** The side of a unit: in a column of up to four, of a few, of many; of a picture that is the whole input. */
const sides = { large: 52, medium: 38, small: 26, tiny: 20, picture: 108 };
/** Columns that are so near to each other are in a narrow panel, where the height is precious too. */
const narrowGap = 130;
const [thinnest, thickest] = [0.4, 4.5];

export class Drawing {
  readonly element = h('div', { class: 'net-content' });
  readonly #listener: Listener;
  #columns: readonly Column[] = [];
  #nodes: Node[][] = [];
  #edges: Edge[] = [];
  #palette: Palette | undefined;
  #shades: DrawingShades | undefined;
  #probe: UnitsProbe | undefined;
  #marked: Place | undefined;
  #markedLayer: number | undefined;

  constructor(listener: Listener) {
    this.#listener = listener;
    this.element.addEventListener('keydown', (event) => this.#key(event));
  }

  /** Arranges the columns for a stage of this width. Returns the room that they take. */
  arrange(
    columns: readonly Column[],
    width: number,
    lineOf: LineOf,
  ): { readonly width: number; readonly height: number } {
    this.#columns = columns;
    this.#probe = undefined;
    const gap = Math.max(leastGap, width / Math.max(1, columns.length));
    const sizes = columns.map((column) => sizesOf(column, gap));
    const inner = Math.max(...sizes.map(({ pitch }, c) => columns[c].shown * pitch));
    const titles: HTMLElement[] = [];
    this.#nodes = columns.map((column, c) => {
      const { size, pitch, isNumbered } = sizes[c];
      // Names and numbers are beside the units at both ends, if there is no room below.
      const side = isNumbered || column.picture ? 0 : c === 0 ? -1 : c === columns.length - 1 ? 1 : 0;
      const x = gap * (c + 0.5) - side * Math.max(0, besideWidth - gap / 2);
      const top = titleHeight + (inner - column.shown * pitch) / 2;
      titles.push(this.#title(column, x, gap - 4, lineOf));
      if (column.shown < column.size && column.layer !== undefined) {
        const more = t('{0} more', formatCount(column.size - column.shown));
        titles.push(placed(h('span', { class: 'net-more' }, more), x, top + column.shown * pitch));
      }
      return Array.from({ length: column.shown }, (_, unit) => {
        const node = this.#node({ column: c, unit }, x, top + unit * pitch, size);
        node.value.classList.add(...(side < 0 ? ['before'] : side > 0 ? ['behind'] : []));
        setHidden(node.value, !isNumbered && side === 0);
        if (side !== 0) {
          placed(node.value, x + (side * size) / 2, node.y, besideWidth - size / 2);
        }
        return node;
      });
    });
    this.#edges = columns.flatMap((column, c) =>
      this.#nodes[c].flatMap((to) => this.#sources(column, c, to).map((from) => this.#edge(from, to, column))),
    );
    const height = titleHeight + inner + 20;
    this.element.style.width = `${gap * columns.length}px`;
    this.element.style.height = `${height}px`;
    const nodes = this.#nodes.flat();
    this.element.replaceChildren(
      svg('svg', { class: 'net-edges', 'aria-hidden': 'true' }, ...this.#edges.map(({ path }) => path)),
      ...titles,
      ...nodes.flatMap(({ button, value }) => [button, value]),
    );
    for (const [i, { button }] of nodes.entries()) {
      button.tabIndex = i === 0 ? 0 : -1;
    }
    this.markLayer(this.#markedLayer);
    return { width: gap * columns.length, height };
  }

  /** Shows what was measured: in several tasks, so that each is short. */
  draw(probe: UnitsProbe, palette: Palette, separates: boolean): readonly Paint[] {
    if (probe === this.#probe && palette === this.#palette) {
      return [];
    }
    this.#probe = probe;
    if (palette !== this.#palette || !this.#shades) {
      this.#palette = palette;
      const { series, background, foreground } = palette;
      this.#shades = {
        signed: shades(series[0], background, series[1]),
        picture: shades(background, background, foreground),
        classes: series.map((color) => shades(background, background, color)),
      };
    }
    const columns = this.#columns.map((column, c): Paint => {
      const nodes = this.#nodes[c];
      return () => {
        for (const node of nodes) {
          this.#drawNode(node, column, this.layerAt(c), separates);
        }
      };
    });
    return [() => this.#drawEdges(), ...columns];
  }

  /** Marks the unit or weight whose numbers are shown. */
  mark(place: Place | undefined): void {
    this.#marked = place;
    for (const { column, unit, button } of this.#nodes.flat()) {
      button.classList.toggle('marked', column === place?.column && unit === place.unit);
    }
    this.#markEdges();
  }

  /** Marks the name of the layer whose lines in the spec hold the cursor. */
  markLayer(layer: number | undefined): void {
    this.#markedLayer = layer;
    for (const title of this.element.querySelectorAll<HTMLElement>('.net-title')) {
      title.classList.toggle('marked', title.dataset.layer === String(layer));
    }
  }

  /** Known once something was drawn. */
  get shades(): DrawingShades | undefined {
    return this.#shades;
  }

  layerAt(column: number): LayerUnits | undefined {
    return this.#probe?.layers.find(({ layer }) => layer === this.#columns[column].layer);
  }

  /** The small picture of a unit. */
  pictureOf({ column, unit }: Place): HTMLCanvasElement | undefined {
    return this.#nodes[column]?.[unit]?.canvas;
  }

  /** How a node is called: `x1`, or `dense_1, unit 3`. */
  nameOf({ column, unit }: Place): string {
    const { name, names, pictures, layer } = this.#columns[column];
    if (layer === -1 && names?.[unit] !== undefined) {
      return names[unit];
    }
    return names?.[unit] !== undefined
      ? `${name}, ${names[unit]}`
      : pictures
        ? t('{0}, channel {1}', name, unit + 1)
        : t('{0}, unit {1}', name, unit + 1);
  }

  #title({ layer, name, size, pictures }: Column, x: number, room: number, lineOf: LineOf): HTMLElement {
    if (layer === undefined || layer < 0 || lineOf(layer) === undefined) {
      return placed(h('span', { class: 'net-title', title: name }, name), x, 2, room);
    }
    const title = h(
      'button',
      {
        type: 'button',
        class: 'net-title link',
        title: pictures
          ? t('{0} (channels: {1}): show its line in the spec', name, formatCount(size))
          : t('{0} (units: {1}): show its line in the spec', name, formatCount(size)),
        'data-layer': layer,
        'data-testid': `net-layer-${layer}`,
      },
      name,
    );
    title.addEventListener('click', () => this.#listener.reveal(layer));
    return placed(title, x, 2, room);
  }

  #node(place: { readonly column: number; readonly unit: number }, x: number, top: number, size: number): Node {
    const { column, unit } = place;
    const canvas = h('canvas', { width: 1, height: 1 });
    const button = h('button', { type: 'button', class: 'net-unit', 'data-testid': `unit-${column}-${unit}` }, canvas);
    placed(button, x, top);
    button.style.width = `${size}px`;
    button.style.height = `${size}px`;
    const value = placed(h('span', { class: 'net-value numbers', 'aria-hidden': 'true' }), x, top + size);
    button.addEventListener('click', () => this.#listener.choose(place));
    button.addEventListener('pointerenter', () => this.#listener.point(place));
    button.addEventListener('pointerleave', () => this.#listener.point(undefined));
    button.addEventListener('focus', () => {
      for (const node of this.#nodes.flat()) {
        node.button.tabIndex = node.button === button ? 0 : -1;
      }
      if (button.matches(':focus-visible')) {
        this.#listener.choose(place);
      }
    });
    return { column, unit, x, y: top + size / 2, size, button, canvas, value };
  }

  #sources(column: Column, c: number, to: Node): readonly Node[] {
    const before = c === 0 ? [] : this.#nodes[c - 1];
    switch (column.edges) {
      case 'none':
        return [];
      case 'one':
        return before.slice(to.unit, to.unit + 1);
      default:
        return before;
    }
  }

  #edge(from: Node, to: Node, { edges }: Column): Edge {
    const [x1, x2] = [from.x + from.size / 2, to.x - to.size / 2];
    const middle = (x1 + x2) / 2;
    const d = `M${x1} ${from.y}C${middle} ${from.y} ${middle} ${to.y} ${x2} ${to.y}`;
    const path = svg('path', { d, class: edges === 'weights' ? 'weight' : 'plain' });
    if (edges === 'weights') {
      const place = { column: to.column, unit: to.unit, input: from.unit };
      path.addEventListener('pointerenter', () => this.#listener.point(place));
      path.addEventListener('pointerleave', () => this.#listener.point(undefined));
      path.addEventListener('click', () => this.#listener.choose(place));
    }
    return { from, to, path };
  }

  #drawEdges(): void {
    const limits = this.#columns.map((_, c) => largest(this.layerAt(c)?.weight?.values ?? []));
    for (const { from, to, path } of this.#edges) {
      const weight = this.layerAt(to.column)?.weight;
      if (!weight || !path.classList.contains('weight')) {
        continue;
      }
      const value = weight.values[to.unit * weight.columns + from.unit];
      const share = Math.min(1, Math.abs(value) / (limits[to.column] || 1));
      path.style.strokeWidth = Number.isFinite(value)
        ? `${(thinnest + (thickest - thinnest) * share).toFixed(2)}px`
        : '1px';
      path.classList.toggle('negative', value < 0);
      path.classList.toggle('broken', !Number.isFinite(value));
      path.style.opacity = String(0.25 + 0.75 * Math.sqrt(share));
    }
    this.#markEdges();
  }

  #markEdges(): void {
    const place = this.#marked;
    this.element.classList.toggle('focused', place !== undefined);
    for (const { from, to, path } of this.#edges) {
      const comes = to.column === place?.column && to.unit === place.unit;
      const leaves = from.column === place?.column && from.unit === place.unit && place.input === undefined;
      path.classList.toggle('near', (comes && (place.input ?? from.unit) === from.unit) || leaves);
    }
  }

  #drawNode(node: Node, column: Column, layer: LayerUnits | undefined, separates: boolean): void {
    const { unit, canvas, button, value } = node;
    const number = this.#valueOf(column, layer, unit);
    const text = number === undefined ? '' : formatNumber(number, 3);
    setText(value, column.names?.[unit] === undefined ? text : `${column.names[unit]} ${text}`);
    const said = text === '' ? this.nameOf(node) : `${this.nameOf(node)}: ${text}`;
    if (button.getAttribute('aria-label') !== said) {
      button.setAttribute('aria-label', said);
      button.title = said;
    }
    this.#paint(canvas, column, layer, unit, number, separates);
  }

  /** The number that a node has for the sample; none for a picture. */
  #valueOf(column: Column, layer: LayerUnits | undefined, unit: number): number | undefined {
    return column.pictures ? undefined : column.layer === -1 ? this.#probe?.inputs[unit] : layer?.a[unit];
  }

  #paint(
    canvas: HTMLCanvasElement,
    column: Column,
    layer: LayerUnits | undefined,
    unit: number,
    number: number | undefined,
    separates: boolean,
  ): void {
    const probe = this.#probe;
    const colors = this.#shades;
    const palette = this.#palette;
    if (!probe || !colors || !palette) {
      return;
    }
    const { axes, inputs } = probe;
    if (column.picture) {
      const [height, width] = column.picture;
      const limit = largest(inputs) || 1;
      drawRaster(canvas, { values: inputs, from: unit * height * width, width, height, limit }, colors.picture);
    } else if (layer?.picture) {
      const [height, width] = layer.picture;
      const limit = largest(layer.a) || 1;
      drawRaster(canvas, { values: layer.a, from: unit * height * width, width, height, limit }, colors.signed);
    } else if (axes && (layer?.responses || column.layer === -1)) {
      const response = layer?.responses ? this.#responseOf(layer, unit) : ownResponse(axes, unit);
      if (axes.length === 1) {
        drawResponse(canvas, response, palette);
      } else {
        this.#paintResponse(canvas, column, response, unit, separates);
      }
    } else if (layer?.pattern && this.#columns[0].picture && column === this.#columns[1]) {
      const [height, width] = this.#columns[0].picture;
      const values = layer.pattern.subarray(unit * height * width, (unit + 1) * height * width);
      drawRaster(canvas, { values, from: 0, width, height, limit: largest(values) || 1 }, colors.signed);
    } else {
      const limit = column.layer === -1 ? largest(inputs) : largest(layer?.a ?? []);
      drawRaster(canvas, { values: [number ?? 0], from: 0, width: 1, height: 1, limit: limit || 1 }, colors.signed);
    }
  }

  #responseOf({ responses = new Float32Array(), count }: LayerUnits, unit: number): Float32Array {
    const points = responses.length / count;
    return responses.subarray(unit * points, (unit + 1) * points);
  }

  /** Over two inputs. An output that separates classes has their colours, as in the large picture. */
  #paintResponse(
    canvas: HTMLCanvasElement,
    column: Column,
    values: Float32Array,
    unit: number,
    separates: boolean,
  ): void {
    const colors = this.#shades!;
    const [x, y] = this.#probe!.axes!;
    const raster = { values, from: 0, width: x.count, height: y.count, upwards: true };
    const isOutput = separates && column === this.#columns[this.#columns.length - 1];
    if (isOutput && column.size > 1) {
      drawRaster(canvas, { ...raster, limit: 1 }, colors.classes[unit % colors.classes.length]);
    } else if (isOutput) {
      drawRaster(canvas, { ...raster, limit: 1, middle: 0.5 }, colors.signed);
    } else {
      drawRaster(canvas, { ...raster, limit: largest(values) || 1 }, colors.signed);
    }
  }

  #key(event: KeyboardEvent): void {
    const node = this.#nodes.flat().find(({ button }) => button === event.target);
    if (!node || event.shiftKey || event.ctrlKey || event.metaKey || event.altKey) {
      return;
    }
    const [down, right] =
      { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key] ?? [];
    if (down === undefined || right === undefined) {
      return;
    }
    event.preventDefault();
    const columns = this.#nodes.map((nodes, c) => ({ nodes, c })).filter(({ nodes }) => nodes.length > 0);
    const at = columns.findIndex(({ c }) => c === node.column);
    const { nodes } = columns[Math.max(0, Math.min(columns.length - 1, at + right))];
    const unit =
      right === 0 ? node.unit + down : Math.round(((node.unit + 0.5) / columns[at].nodes.length) * nodes.length - 0.5);
    nodes[Math.max(0, Math.min(nodes.length - 1, unit))].button.focus();
  }
}

/** Places the middle of an element's upper edge at (x, y). The page's policy allows no style attributes. */
function placed<E extends HTMLElement>(element: E, x: number, y: number, width?: number): E {
  element.style.left = `${x}px`;
  element.style.top = `${y}px`;
  element.style.maxWidth = width === undefined ? '' : `${width}px`;
  return element;
}

/** The side of the units of a column, and their distance. */
function sizesOf({ shown, picture }: Column, gap: number) {
  if (picture) {
    const size = Math.min(gap - 12, sides.picture);
    return { size, pitch: size + 8, isNumbered: false };
  }
  const isNumbered = shown <= fewUnits;
  const small = gap < narrowGap ? sides.tiny : sides.small;
  const wanted = shown <= 4 ? sides.large : isNumbered ? sides.medium : small;
  const size = Math.min(wanted, gap - leastRoom);
  return { size, pitch: size + (isNumbered ? numberHeight + 4 : 4), isNumbered };
}
