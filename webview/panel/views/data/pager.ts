/** Buttons that move through a long list, page by page. */
import { t } from '@vscode/l10n';
import { h, setHidden, setText } from '../../../shared/dom';
import { formatCount } from '../../../shared/format';
import { type IconName, icon } from '../../../shared/icons';

export class Pager {
  readonly #size: number;
  readonly #place = h('span', { class: 'numbers', 'aria-live': 'polite', 'data-testid': 'pager-place' });
  readonly #buttons: readonly HTMLButtonElement[];
  readonly element: HTMLElement;
  #from = 0;
  #total = 0;

  /** `moved` is called with the first entry of the page that was chosen. */
  constructor(size: number, moved: (from: number) => void) {
    this.#size = size;
    const targets: readonly [picture: IconName, text: string, id: string, from: () => number][] = [
      ['first', t('First page'), 'pager-first', () => 0],
      ['previous', t('Previous page'), 'pager-previous', () => Math.max(0, this.#from - size)],
      ['next', t('Next page'), 'pager-next', () => this.#from + size],
      ['last', t('Last page'), 'pager-last', () => Math.max(0, Math.ceil(this.#total / size) - 1) * size],
    ];
    this.#buttons = targets.map(([picture, text, id, from]) => {
      const button = h(
        'button',
        { type: 'button', class: 'action', 'aria-label': text, title: text, 'data-testid': id },
        icon(picture),
      );
      button.addEventListener('click', () => {
        if (button.getAttribute('aria-disabled') !== 'true') {
          moved(from());
        }
      });
      return button;
    });
    const [first, previous, next, last] = this.#buttons;
    this.element = h('div', { class: 'pager', hidden: true }, first, previous, this.#place, next, last);
  }

  show(from: number, total: number): void {
    this.#from = from;
    this.#total = total;
    const to = Math.min(total, from + this.#size);
    setHidden(this.element, total <= this.#size);
    setText(
      this.#place,
      t('{0}–{1} of {2}', formatCount(Math.min(total, from + 1)), formatCount(to), formatCount(total)),
    );
    // A button that is disabled would lose the focus at the end of the list.
    this.#buttons.forEach((button, at) => {
      button.setAttribute('aria-disabled', String(at < 2 ? from === 0 : to >= total));
    });
  }
}
