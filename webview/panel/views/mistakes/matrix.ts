/** A confusion matrix whose cells can be chosen; the arrow keys move between them. */
import { t } from '@vscode/l10n';
import type { MistakesQuestion } from '../../../../src/protocol/engine';
import { h, setHidden, setText } from '../../../shared/dom';
import { formatCount } from '../../../shared/format';

export type Cell = NonNullable<MistakesQuestion['cell']>;

export interface MatrixPicture {
  readonly classNames: readonly string[];
  /** `[target, predicted]`, row-major. */
  readonly counts: Float64Array;
}

/** The number of columns that fit beside something else. */
const fewClasses = 4;
/** From more classes on, all columns have the same width, in pixels. */
const [manyClasses, columnWidth] = [24, 52];
const shades = 8;
/** Milliseconds between two drawings of a large matrix, whose layout takes long. */
const pause = 1000;

export class Matrix {
  readonly #choose: (cell: Cell | undefined) => void;
  readonly #table = h('table', { class: 'confusion', role: 'grid', 'aria-label': t('Confusion matrix') });
  readonly element = h(
    'div',
    { class: 'table-scroll', tabindex: 0, role: 'region', 'aria-label': t('Confusion matrix') },
    this.#table,
  );
  #picture: MatrixPicture | undefined;
  #chosen: Cell | undefined;
  #names = '';
  #cells: readonly HTMLElement[] = [];
  /** When it was filled last, and the timer of the next time. */
  #filled = Number.NEGATIVE_INFINITY;
  #waiting: ReturnType<typeof setTimeout> | undefined;
  /** How each cell was drawn last. */
  #looks: string[] = [];
  #recalls: readonly HTMLElement[] = [];
  #precisions: readonly HTMLElement[] = [];
  /** The cell that the tab key goes to. */
  #current = 0;

  /** `choose` is called with the cell that was pressed, or undefined where it was chosen already. */
  constructor(choose: (cell: Cell | undefined) => void) {
    this.#choose = choose;
    this.#table.addEventListener('click', ({ target }) => {
      const at = target instanceof HTMLElement ? this.#cells.indexOf(target) : -1;
      if (at >= 0) {
        this.#press(at);
      }
    });
    this.#table.addEventListener('keydown', (event) => this.#onKey(event));
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
    const isChoice = !isSame(chosen, this.#chosen);
    this.#picture = picture;
    this.#chosen = chosen;
    if (classNames.length > manyClasses && !isChoice && performance.now() - this.#filled < pause) {
      this.#waiting ??= setTimeout(() => this.#fillLatest(), pause);
    } else {
      this.#fillLatest();
    }
  }

  #fillLatest(): void {
    clearTimeout(this.#waiting);
    this.#waiting = undefined;
    this.#filled = performance.now();
    if (this.#picture) {
      this.#fill(this.#picture);
    }
  }

  /** Made once for each list of classes: cells that are only filled again keep the focus. */
  #build(classNames: readonly string[]): void {
    const n = classNames.length;
    const cell = () => h('td', { class: 'muted' });
    this.#current = 0;
    this.#looks = [];
    this.#cells = Array.from({ length: n * n }, (_, at) =>
      h('td', {
        role: 'gridcell',
        tabindex: at === 0 ? 0 : -1,
        'data-testid': `cell-${Math.floor(at / n)}-${at % n}`,
      }),
    );
    this.#recalls = classNames.map(cell);
    this.#precisions = classNames.map(cell);
    this.element.parentElement?.classList.toggle('confusion-many', n > fewClasses);
    this.element.parentElement?.classList.toggle('confusion-very-many', n > manyClasses);
    this.#table.style.width = n > manyClasses ? `${(n + 2) * columnWidth}px` : '';
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
          h('tr', {}, h('th', { scope: 'row' }, name), ...this.#cells.slice(row * n, row * n + n), this.#recalls[row]),
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
        const at = row * n + column;
        const count = of[column];
        called[column] += count;
        const shade = Math.ceil((count / (total || 1)) * shades);
        const isChosen = isSame(this.#chosen, { target: row, predicted: column });
        const look = `${count} ${shade} ${isChosen}`;
        // To format ten thousand numbers takes half a second.
        if (this.#looks[at] !== look) {
          this.#looks[at] = look;
          const cell = this.#cells[at];
          cell.textContent = formatCount(count);
          cell.className = `shade-${shade} ${column === row ? 'hit' : 'miss'}`;
          cell.setAttribute('aria-selected', String(isChosen));
          cell.setAttribute('aria-label', cellText(classNames[row], classNames[column], count));
        }
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
    this.#cells[this.#current]?.setAttribute('tabindex', '-1');
    this.#current = at;
    this.#cells[at].setAttribute('tabindex', '0');
    this.#cells[at].focus();
  }

  #onKey(event: KeyboardEvent): void {
    const n = this.#picture?.classNames.length ?? 0;
    if (event.target !== this.#cells[this.#current]) {
      return;
    }
    if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault();
      this.#press(this.#current);
      return;
    }
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
    if (target) {
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
