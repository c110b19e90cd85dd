/** Inputs by hand: a slider for each, or a field to draw the pixels in. */
import { t } from '@vscode/l10n';
import type { UnitsProbe } from '../../../../src/protocol/engine';
import { announce } from '../../../shared/announce';
import { focusBeside, h, setHidden, setText } from '../../../shared/dom';
import { formatNumber } from '../../../shared/format';
import type { Column } from './columns';
import { drawRaster, type Shades } from './thumbnail';

/** Positions of a slider. */
const positions = 200;
/** A pixel beside the pen gets at least this share of the darkest value. */
const edge = 0.4;

export class Hand {
  readonly sliders = h('section', {
    class: 'net-sliders',
    'aria-label': t('Inputs by hand'),
    hidden: true,
    'data-testid': 'net-sliders',
  });
  readonly #canvas = h('canvas', {
    class: 'net-field',
    tabindex: 0,
    role: 'application',
    'aria-label': t('Field to draw in: arrow keys move, Space paints'),
    'data-testid': 'net-field',
  });
  readonly #clear = h('button', { type: 'button', class: 'secondary', 'data-testid': 'net-clear' }, t('Clear'));
  readonly field = h(
    'section',
    { class: 'net-drawing', 'aria-label': t('Inputs by hand'), hidden: true },
    this.#canvas,
    this.#clear,
  );
  readonly #change: (inputs: readonly number[]) => void;
  #inputs: readonly number[] = [];
  #probe: UnitsProbe | undefined;
  #picture: readonly [number, number] | undefined;
  #shades: Shades | undefined;
  #cell: readonly [number, number] = [0, 0];
  #key = '';

  constructor(change: (inputs: readonly number[]) => void) {
    this.#change = change;
    this.#clear.addEventListener('click', () => this.#set(this.#inputs.map((_, i) => this.#lowest(i))));
    const paint = (event: PointerEvent) => {
      if (event.buttons === 1) {
        this.#paintAt(event);
      }
    };
    this.#canvas.addEventListener('pointerdown', (event) => {
      this.#canvas.setPointerCapture(event.pointerId);
      paint(event);
    });
    this.#canvas.addEventListener('pointermove', paint);
    this.#canvas.addEventListener('keydown', (event) => this.#move(event));
  }

  hide(): void {
    setHidden(this.sliders, true);
    setHidden(this.field, true);
  }

  /** `inputs`: as the network sees them. */
  draw(column: Column, inputs: readonly number[], probe: UnitsProbe, shades: Shades | undefined): void {
    this.#inputs = inputs;
    this.#probe = probe;
    this.#shades = shades;
    // A picture of several channels is no drawing.
    this.#picture = column.size === 1 ? column.picture : undefined;
    setHidden(this.field, !this.#picture);
    setHidden(this.sliders, column.pictures);
    if (this.#picture && shades) {
      this.#drawField();
    } else if (!column.pictures) {
      this.#drawSliders(column);
    }
  }

  #set(inputs: readonly number[]): void {
    this.#inputs = inputs;
    this.#change(inputs);
  }

  #drawSliders({ names, shown }: Column): void {
    const { low, high, shift, scale } = this.#probe!.ranges;
    const key = `${names?.join()}/${low.join()}/${high.join()}`;
    if (key !== this.#key) {
      this.#key = key;
      this.sliders.replaceChildren(
        ...Array.from({ length: shown }, (_, i) => {
          const name = names?.[i] ?? `x${i + 1}`;
          const slider = h('input', {
            type: 'range',
            min: 0,
            max: positions,
            'aria-label': name,
            'data-testid': `net-slider-${i}`,
          });
          slider.addEventListener('input', () => {
            const margin = 0.15 * (high[i] - low[i] || 1);
            const share = slider.valueAsNumber / positions;
            const value = low[i] - margin + share * (high[i] - low[i] + 2 * margin);
            this.#set(this.#inputs.map((input, k) => (k === i ? value : input)));
          });
          return h('label', {}, h('span', { class: 'net-slider-name', title: name }, name), slider, h('output', {}));
        }),
      );
    }
    for (const [i, label] of [...this.sliders.children].entries()) {
      const [slider, output] = [label.children[1] as HTMLInputElement, label.children[2]];
      const margin = 0.15 * (high[i] - low[i] || 1);
      const text = formatNumber(this.#inputs[i] * scale[i] + shift[i], 3);
      const share = (this.#inputs[i] - low[i] + margin) / (high[i] - low[i] + 2 * margin);
      if (focusBeside(slider) !== slider) {
        slider.value = String(Math.round(share * positions));
      }
      slider.setAttribute('aria-valuetext', text);
      setText(output, text);
    }
  }

  #drawField(): void {
    const [height, width] = this.#picture!;
    const limit = Math.max(...this.#probe!.ranges.high) || 1;
    drawRaster(this.#canvas, { values: this.#inputs, from: 0, width, height, limit }, this.#shades!);
  }

  /** The value of paper: the lowest that the pixel has. */
  #lowest(i: number): number {
    return this.#probe?.ranges.low[i] ?? 0;
  }

  #paintAt(event: PointerEvent): void {
    const [height, width] = this.#picture!;
    const { left, top, width: w, height: tall } = this.#canvas.getBoundingClientRect();
    const column = Math.floor(((event.clientX - left) / w) * width);
    const row = Math.floor(((event.clientY - top) / tall) * height);
    this.#paint(row, column);
  }

  #paint(row: number, column: number): void {
    const [height, width] = this.#picture!;
    const inputs = [...this.#inputs];
    const most = Math.max(...this.#probe!.ranges.high);
    for (const [down, right, share] of [
      [0, 0, 1],
      [0, 1, edge],
      [0, -1, edge],
      [1, 0, edge],
      [-1, 0, edge],
    ]) {
      const [y, x] = [row + down, column + right];
      if (y >= 0 && y < height && x >= 0 && x < width) {
        inputs[y * width + x] = Math.max(inputs[y * width + x], share * most);
      }
    }
    this.#set(inputs);
    this.#drawField();
  }

  #move(event: KeyboardEvent): void {
    const [down, right] =
      { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1], ' ': [0, 0] }[event.key] ?? [];
    if (!this.#picture || down === undefined || right === undefined) {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
    const [height, width] = this.#picture;
    const [row, column] = this.#cell;
    this.#cell = [Math.max(0, Math.min(height - 1, row + down)), Math.max(0, Math.min(width - 1, column + right))];
    if (event.key === ' ') {
      this.#paint(row, column);
    }
    announce(t('row {0}, column {1}', this.#cell[0] + 1, this.#cell[1] + 1));
  }
}
