/** Moves and enlarges a picture: by buttons, keys, the wheel, and by dragging its ground. */
import { t } from '@vscode/l10n';
import { h } from '../../../shared/dom';
import { type IconName, icon } from '../../../shared/icons';

const [least, most, factor] = [0.4, 6, 1.25];
/** Pixels by which a key moves the picture. */
const keyStep = 40;

export class Zoom {
  readonly tools: HTMLElement;
  readonly #stage: HTMLElement;
  readonly #content: HTMLElement;
  #scale = 1;
  /** The scale at which all is seen. */
  #fitting = 1;
  #x = 0;
  #y = 0;

  constructor(stage: HTMLElement, content: HTMLElement) {
    this.#stage = stage;
    this.#content = content;
    this.tools = h(
      'span',
      { class: 'zoom', role: 'group', 'aria-label': t('Size of the picture') },
      this.#button('minus', t('Smaller (−)'), () => this.#zoom(1 / factor)),
      this.#button('plus', t('Larger (+)'), () => this.#zoom(factor)),
      this.#button('fit', t('Fit (0)'), () => this.reset()),
    );
    stage.addEventListener('keydown', (event) => this.#key(event));
    stage.addEventListener(
      'wheel',
      (event) => {
        if (event.ctrlKey || event.metaKey) {
          event.preventDefault();
          const { left, top } = stage.getBoundingClientRect();
          this.#zoom(event.deltaY < 0 ? factor : 1 / factor, event.clientX - left, event.clientY - top);
        }
      },
      { passive: false },
    );
    stage.addEventListener('pointerdown', (event) => this.#drag(event));
  }

  reset(): void {
    this.#scale = this.#fitting;
    this.#move(-this.#x, -this.#y);
  }

  /** Shows content of this width as a whole, unless somebody has moved or enlarged the picture. */
  fit(width: number): void {
    const isUntouched = this.#scale === this.#fitting && this.#x === 0 && this.#y === 0;
    this.#fitting = Math.min(1, this.#stage.clientWidth / width);
    if (isUntouched) {
      this.reset();
    }
  }

  #button(picture: IconName, text: string, act: () => void): HTMLButtonElement {
    const button = h('button', { type: 'button', class: 'action', title: text, 'aria-label': text }, icon(picture));
    button.addEventListener('click', act);
    return button;
  }

  /** The point of the stage at (x, y) stays where it is. */
  #zoom(by: number, x = this.#stage.clientWidth / 2, y = this.#stage.clientHeight / 2): void {
    const scale = Math.max(least, Math.min(most, this.#scale * by));
    const change = scale / this.#scale;
    this.#scale = scale;
    this.#move((x - this.#x) * (1 - change), (y - this.#y) * (1 - change));
  }

  #move(x: number, y: number): void {
    this.#x += x;
    this.#y += y;
    this.#content.style.transform =
      this.#scale === 1 && this.#x === 0 && this.#y === 0
        ? ''
        : `translate(${this.#x}px, ${this.#y}px) scale(${this.#scale})`;
  }

  #key(event: KeyboardEvent): void {
    const moves: Readonly<Record<string, readonly [number, number]>> = {
      ArrowLeft: [keyStep, 0],
      ArrowRight: [-keyStep, 0],
      ArrowUp: [0, keyStep],
      ArrowDown: [0, -keyStep],
    };
    if (event.ctrlKey || event.metaKey || event.altKey) {
      return;
    }
    if (event.key === '+' || event.key === '=' || event.key === '-') {
      this.#zoom(event.key === '-' ? 1 / factor : factor);
    } else if (event.key === '0') {
      this.reset();
    } else if (event.shiftKey && moves[event.key]) {
      this.#move(...moves[event.key]);
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  }

  #drag(start: PointerEvent): void {
    if (start.button !== 0 || (start.target as Element).closest('button')) {
      return;
    }
    let { clientX, clientY } = start;
    const move = (event: PointerEvent) => {
      this.#move(event.clientX - clientX, event.clientY - clientY);
      ({ clientX, clientY } = event);
    };
    const end = () => {
      this.#stage.removeEventListener('pointermove', move);
      this.#stage.classList.remove('dragged');
    };
    this.#stage.classList.add('dragged');
    this.#stage.setPointerCapture(start.pointerId);
    this.#stage.addEventListener('pointermove', move);
    this.#stage.addEventListener('lostpointercapture', end, { once: true });
  }
}
