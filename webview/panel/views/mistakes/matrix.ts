/** A confusion matrix whose cells are buttons; the arrow keys move between them. */
import { t } from '@vscode/l10n';
import type { MistakesQuestion } from '../../../../src/protocol/engine';
import { h, setHidden, setText } from '../../dom';
import { formatCount } from '../../format';

export type Cell = NonNullable<MistakesQuestion['cell']>;

export interface MatrixPicture {
  readonly classNames: readonly string[];
  /** `[target, predicted]`, row-major. */
  readonly counts: Float64Array;
}

/** The number of columns that fit beside something else. */
const fewClasses = 4;
const shades = 8;

export class Matrix {
  readonly #choose: (cell: Cell | undefined) => void;
  readonly #table = h('table', { class: 'confusion' });
  readonly element = h(
    'div',
    { class: 'table-scroll', tabindex: 0, role: 'region', 'aria-label': t('Confusion matrix') },
    this.#table,
  );
  #picture: MatrixPicture | undefined;
  #chosen: Cell | undefined;
  #names = '';
  #buttons: readonly HTMLButtonElement[] = [];
  #recalls: readonly HTMLElement[] = [];
  #precisions: readonly HTMLElement[] = [];
  /** The cell that the tab key goes to. */
  #current = 0;

  /** `choose` is called with the cell whose button was pressed, or undefined where it was chosen already. */
  constructor(choose: (cell: Cell | undefined) => void) {
    this.#choose = choose;
    this.#table.addEventListener('click', ({ target }) => {
      const button = target instanceof Element ? target.closest('button') : null;
      const at = button ? this.#buttons.indexOf(button) : -1;
      if (at >= 0) {
        this.#press(at);
      }
    });
    this.#table.addEventListener('keydown', (event) => this.#move(event));
  }

  draw(picture: MatrixPicture | undefined, chosen: Cell | undefined): void {
    setHidden(this.element, !picture);
    if (!picture) {
      return;
    }
    const { classNames, counts } = picture;
    const key = JSON.stringify(classNames);
    if (this.#names !== key) {
      this.#names = key;
      this.#build(classNames);
    } else if (counts === this.#picture?.counts && isSame(chosen, this.#chosen)) {
      return;
    }
    this.#picture = picture;
    this.#chosen = chosen;
    this.#fill(picture);
  }

  /** Made once for each list of classes: cells that are only filled again keep the focus. */
  #build(classNames: readonly string[]): void {
    const n = classNames.length;
    const cell = () => h('td', { class: 'muted' });
    this.#current = 0;
    this.#buttons = Array.from({ length: n * n }, (_, at) =>
      h('button', {
        type: 'button',
        tabindex: at === 0 ? 0 : -1,
        'data-testid': `cell-${Math.floor(at / n)}-${at % n}`,
      }),
    );
    this.#recalls = classNames.map(cell);
    this.#precisions = classNames.map(cell);
    this.element.parentElement?.classList.toggle('confusion-many', n > fewClasses);
    this.#table.replaceChildren(
      h(
        'thead',
        {},
        h(
          'tr',
          {},
          h('td', { class: 'corner' }),
          ...classNames.map((name) => h('th', { scope: 'col' }, name)),
          h('th', { scope: 'col', class: 'muted' }, t('recall')),
        ),
      ),
      h(
        'tbody',
        {},
        ...classNames.map((name, row) =>
          h(
            'tr',
            {},
            h('th', { scope: 'row' }, name),
            ...classNames.map((_, column) => h('td', {}, this.#buttons[row * n + column])),
            this.#recalls[row],
          ),
        ),
        h(
          'tr',
          {},
          h('th', { scope: 'row', class: 'muted' }, t('precision')),
          ...this.#precisions,
          h('td', { class: 'corner' }),
        ),
      ),
    );
  }

  /** Eight shades show the share of a row; the numbers are exact. */
  #fill({ classNames, counts }: MatrixPicture): void {
    const n = classNames.length;
    const called = new Float64Array(n);
    for (let row = 0; row < n; row++) {
      const of = counts.subarray(row * n, row * n + n);
      const total = of.reduce((sum, count) => sum + count, 0);
      for (let column = 0; column < n; column++) {
        const button = this.#buttons[row * n + column];
        const count = of[column];
        called[column] += count;
        const shade = `shade-${Math.ceil((count / (total || 1)) * shades)} ${column === row ? 'hit' : 'miss'}`;
        const isChosen = isSame(this.#chosen, { target: row, predicted: column });
        setText(button, formatCount(count));
        setClass(button.parentElement as HTMLElement, shade);
        setAttribute(button, 'aria-pressed', String(isChosen));
        setAttribute(button, 'aria-label', cellText(classNames[row], classNames[column], count));
      }
      setText(this.#recalls[row], share(of[row], total));
    }
    classNames.forEach((_, k) => {
      setText(this.#precisions[k], share(counts[k * n + k], called[k]));
    });
  }

  #press(at: number): void {
    const n = this.#picture?.classNames.length ?? 1;
    const cell = { target: Math.floor(at / n), predicted: at % n };
    this.#enter(at);
    this.#choose(isSame(cell, this.#chosen) ? undefined : cell);
  }

  #enter(at: number): void {
    this.#buttons[this.#current]?.setAttribute('tabindex', '-1');
    this.#current = at;
    this.#buttons[at].setAttribute('tabindex', '0');
    this.#buttons[at].focus();
  }

  #move(event: KeyboardEvent): void {
    const n = this.#picture?.classNames.length ?? 0;
    const [row, column] = [Math.floor(this.#current / n), this.#current % n];
    const targets: Readonly<Record<string, readonly [row: number, column: number]>> = {
      ArrowLeft: [row, column - 1],
      ArrowRight: [row, column + 1],
      ArrowUp: [row - 1, column],
      ArrowDown: [row + 1, column],
      Home: [row, 0],
      End: [row, n - 1],
    };
    const target = targets[event.key];
    if (target && n > 0 && event.target instanceof HTMLButtonElement) {
      event.preventDefault();
      const [r, c] = target.map((place) => Math.max(0, Math.min(n - 1, place)));
      this.#enter(r * n + c);
    }
  }
}

function cellText(target: string, predicted: string, count: number): string {
  return target === predicted
    ? t('{0}, recognised: {1}', target, formatCount(count))
    : t('{0}, taken for {1}: {2}', target, predicted, formatCount(count));
}

function share(hits: number, total: number): string {
  return total === 0 ? '–' : (hits / total).toFixed(2);
}

function isSame(a: Cell | undefined, b: Cell | undefined): boolean {
  return a?.target === b?.target && a?.predicted === b?.predicted;
}

function setClass(element: HTMLElement, name: string): void {
  if (element.className !== name) {
    element.className = name;
  }
}

function setAttribute(element: HTMLElement, name: string, value: string): void {
  if (element.getAttribute(name) !== value) {
    element.setAttribute(name, value);
  }
}
