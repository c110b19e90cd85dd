/** A menu that a button opens: arrow keys, Escape, and closing when the focus leaves. */
import { h, setHidden, setText } from './dom';

export interface MenuItem {
  /** Its test id. */
  readonly id: string;
  readonly text: string;
  readonly meaning?: string;
  act(): void;
  /** For an item that is on or off: whether it is on. */
  checked?(): boolean;
  /** Asked each time that the menu opens. */
  hidden?(): boolean;
  /** Why it cannot be chosen, in place of its meaning. Asked each time that the menu opens. */
  missing?(): string | undefined;
}

export class Menu {
  readonly #opener: HTMLButtonElement;
  readonly #items: readonly { readonly item: MenuItem; readonly button: HTMLButtonElement }[];
  readonly element: HTMLElement;

  constructor(opener: HTMLButtonElement, items: readonly MenuItem[], id?: string) {
    this.#opener = opener;
    this.element = h('div', { class: 'menu', role: 'menu', hidden: true, 'data-testid': id });
    this.#items = items.map((item) => {
      const role = item.checked ? 'menuitemcheckbox' : 'menuitem';
      const button = h(
        'button',
        { type: 'button', role, tabindex: -1, 'data-testid': item.id },
        h('span', {}, item.text),
      );
      if (item.meaning !== undefined) {
        button.append(h('small', {}, item.meaning));
      }
      button.addEventListener('click', () => {
        if (item.missing?.() !== undefined) {
          return;
        }
        this.#open(false);
        opener.focus();
        item.act();
      });
      return { item, button };
    });
    this.element.append(...this.#items.map(({ button }) => button));
    opener.setAttribute('aria-haspopup', 'menu');
    opener.setAttribute('aria-expanded', 'false');
    opener.addEventListener('click', () => this.#open(this.element.hidden === true));
    this.element.addEventListener('keydown', (event) => this.#onKey(event));
    this.element.addEventListener('focusout', ({ relatedTarget }) => {
      if (!this.element.contains(relatedTarget as Node | null) && relatedTarget !== opener) {
        this.#open(false);
      }
    });
  }

  #open(open: boolean): void {
    for (const { item, button } of open ? this.#items : []) {
      setHidden(button, item.hidden?.() ?? false);
      if (item.missing) {
        const missing = item.missing();
        button.setAttribute('aria-disabled', String(missing !== undefined));
        setText(button.lastElementChild as Element, missing ?? item.meaning ?? '');
      }
      if (item.checked) {
        button.setAttribute('aria-checked', String(item.checked()));
      }
    }
    setHidden(this.element, !open);
    this.#opener.setAttribute('aria-expanded', String(open));
    if (open) {
      this.#shown[0]?.focus();
    }
  }

  get #shown(): readonly HTMLButtonElement[] {
    return this.#items.map(({ button }) => button).filter(({ hidden }) => !hidden);
  }

  #onKey(event: KeyboardEvent): void {
    const shown = this.#shown;
    const at = shown.indexOf(document.activeElement as HTMLButtonElement);
    const next = event.key === 'ArrowDown' ? at + 1 : event.key === 'ArrowUp' ? at + shown.length - 1 : undefined;
    if (next !== undefined) {
      event.preventDefault();
      shown[next % shown.length].focus();
    } else if (event.key === 'Escape') {
      event.stopPropagation();
      this.#open(false);
      this.#opener.focus();
    }
  }
}
