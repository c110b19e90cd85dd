/** Tabs over contents of which one is shown: arrow keys, Home and End move between them. */
import { h, setHidden } from '../../shared/dom';

interface TabOptions<Name extends string> {
  readonly label: string;
  /** Begins the ids of tabs and contents: `tab-<prefix><name>`. */
  readonly prefix?: string;
  readonly tabs: readonly { readonly name: Name; readonly text: string; readonly title?: string }[];
  readonly contents: Readonly<Record<Name, HTMLElement>>;
  readonly chosen: (name: Name) => void;
}

export class Tabs<Name extends string> {
  readonly list: HTMLElement;
  readonly #names: readonly Name[];
  readonly #tabs: Readonly<Record<Name, HTMLButtonElement>>;
  readonly #contents: Readonly<Record<Name, HTMLElement>>;
  readonly #chosen: (name: Name) => void;
  #current: Name;

  constructor({ label, prefix = '', tabs, contents, chosen }: TabOptions<Name>) {
    this.#names = tabs.map(({ name }) => name);
    this.#contents = contents;
    this.#chosen = chosen;
    this.#current = this.#names[0];
    const entries = tabs.map(({ name, text, title }) => {
      const id = prefix + name;
      const tab = h(
        'button',
        {
          type: 'button',
          role: 'tab',
          id: `tab-${id}`,
          'aria-controls': `panel-${id}`,
          'data-testid': `tab-${id}`,
          title,
        },
        text,
      );
      tab.addEventListener('click', () => this.select(name));
      const content = contents[name];
      content.setAttribute('role', 'tabpanel');
      content.id = `panel-${id}`;
      content.setAttribute('aria-labelledby', tab.id);
      content.dataset.testid = content.id;
      return [name, tab] as const;
    });
    this.#tabs = Object.fromEntries(entries) as Record<Name, HTMLButtonElement>;
    this.list = h(
      'div',
      { role: 'tablist', class: 'tabs', 'aria-label': label },
      ...this.#names.map((name) => this.#tabs[name]),
    );
    this.list.addEventListener('keydown', (event) => this.#move(event));
  }

  select(name: Name, focus = false): void {
    this.#current = name;
    for (const other of this.#names) {
      this.#tabs[other].setAttribute('aria-selected', String(other === name));
      this.#tabs[other].tabIndex = other === name ? 0 : -1;
      setHidden(this.#contents[other], other !== name);
    }
    if (focus) {
      this.#tabs[name].focus();
    }
    this.#tabs[name].scrollIntoView({ block: 'nearest', inline: 'nearest' });
    this.#chosen(name);
  }

  /** A tab that is not offered must not be the selected one. */
  offer(name: Name, offered: boolean): void {
    setHidden(this.#tabs[name], !offered);
  }

  #move(event: KeyboardEvent): void {
    const offered = this.#names.filter((name) => !this.#tabs[name].hidden);
    const at = offered.indexOf(this.#current);
    const last = offered.length - 1;
    const targets: Readonly<Record<string, number>> = {
      ArrowRight: at === last ? 0 : at + 1,
      ArrowLeft: at === 0 ? last : at - 1,
      Home: 0,
      End: last,
    };
    const target = targets[event.key];
    if (target !== undefined) {
      event.preventDefault();
      this.select(offered[target], true);
    }
  }
}
