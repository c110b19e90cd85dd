/** The page: search, filters, the grid of small plots, and the dialog with one function's full story. */
import type { GalleryBoot, GalleryEntry, GalleryFilter } from '../../src/protocol/gallery';
import { element, fill, plotElement } from './elements';
import { matches } from './search';
import { StoryDialog } from './storyDialog';

const thumbnail = { width: 220, height: 132 };

export class Gallery {
  readonly #boot: GalleryBoot;
  readonly #cards: ReadonlyMap<string, HTMLButtonElement>;
  readonly #search: HTMLInputElement;
  readonly #count = element('p', { class: 'count', role: 'status' });
  readonly #none: HTMLElement;
  readonly #chips = new Map<string, HTMLButtonElement>();
  readonly #dialog: StoryDialog;
  readonly #properties = new Set<string>();
  #family: string | undefined;

  constructor(root: HTMLElement, boot: GalleryBoot) {
    this.#boot = boot;
    const { words } = boot;
    this.#search = element('input', { type: 'search', placeholder: words.search, 'aria-label': words.search });
    this.#search.addEventListener('input', () => this.#update());
    this.#cards = new Map(boot.entries.map((entry) => [entry.name, this.#card(entry)]));
    const clear = element('button', { type: 'button', class: 'clear' }, words.clear);
    clear.addEventListener('click', () => this.#clear());
    this.#none = element('div', { class: 'none' }, element('p', {}, words.none), clear);
    this.#dialog = new StoryDialog(words, (name, step) => this.#neighbour(name, step));
    const grid = element('div', { class: 'grid' }, ...this.#cards.values());
    grid.addEventListener('keydown', (event) => this.#moveFocus(event, grid));
    root.append(
      element(
        'header',
        {},
        element('h1', {}, words.title),
        this.#search,
        this.#filterRow('family', [{ key: '', label: words.all }, ...boot.families]),
        this.#filterRow('property', boot.properties),
        this.#count,
      ),
      element('main', {}, grid, this.#none),
      this.#dialog.element,
    );
    this.#update();
    if (boot.focus) {
      this.show(boot.focus);
    }
  }

  /** Opens the details of an entry. An unknown name is entered into the search field instead. */
  show(name: string): void {
    const entry = this.#boot.entries.find((other) => other.name === name);
    if (entry) {
      this.#dialog.open(entry, this.#cards.get(name));
    } else {
      this.#search.value = name;
      this.#update();
    }
  }

  #card(entry: GalleryEntry): HTMLButtonElement {
    const family = this.#boot.families.find(({ key }) => key === entry.family)?.label ?? '';
    const [first] = entry.plots;
    const card = element(
      'button',
      { type: 'button', class: 'card' },
      element('span', { class: 'name' }, entry.name),
      element('span', { class: 'family' }, family),
      plotElement(first.plot, first.description, thumbnail, false),
      element('span', { class: 'summary' }, entry.summary),
    );
    card.addEventListener('click', () => this.#dialog.open(entry, card));
    return card;
  }

  #filterRow(kind: 'family' | 'property', filters: readonly GalleryFilter[]): HTMLElement {
    const chips = filters.map(({ key, label }) => {
      const chip = element('button', { type: 'button', class: 'chip', 'aria-pressed': 'false' }, label);
      chip.addEventListener('click', () => this.#toggle(kind, key));
      this.#chips.set(`${kind}/${key}`, chip);
      return chip;
    });
    const label = this.#boot.words[kind];
    return element(
      'div',
      { class: 'filters', role: 'group', 'aria-label': label },
      element('span', {}, label),
      ...chips,
    );
  }

  #toggle(kind: 'family' | 'property', key: string): void {
    if (kind === 'family') {
      this.#family = key === '' || key === this.#family ? undefined : key;
    } else if (!this.#properties.delete(key)) {
      this.#properties.add(key);
    }
    this.#update();
  }

  #clear(): void {
    this.#search.value = '';
    this.#family = undefined;
    this.#properties.clear();
    this.#update();
    this.#search.focus();
  }

  #update(): void {
    const shown = this.#shown();
    for (const [name, card] of this.#cards) {
      card.hidden = !shown.some((entry) => entry.name === name);
    }
    for (const [key, chip] of this.#chips) {
      const [kind, name] = key.split('/');
      const pressed = kind === 'family' ? name === (this.#family ?? '') : this.#properties.has(name);
      chip.setAttribute('aria-pressed', String(pressed));
    }
    this.#count.textContent = fill(this.#boot.words.count, shown.length, this.#boot.entries.length);
    this.#none.hidden = shown.length > 0;
  }

  #shown(): readonly GalleryEntry[] {
    const query = { text: this.#search.value, family: this.#family, properties: this.#properties };
    return this.#boot.entries.filter((entry) => matches(entry, this.#boot, query));
  }

  /** The previous or next of the visible entries, from the last to the first and back. */
  #neighbour(name: string, step: 1 | -1): GalleryEntry {
    const shown = this.#shown().some((entry) => entry.name === name) ? this.#shown() : this.#boot.entries;
    const index = shown.findIndex((entry) => entry.name === name);
    return shown[(index + step + shown.length) % shown.length];
  }

  /** The arrow keys move through the grid, up and down by a whole row; Tab also works. */
  #moveFocus(event: KeyboardEvent, grid: HTMLElement): void {
    const cards = [...this.#cards.values()].filter((card) => !card.hidden);
    const at = cards.indexOf(document.activeElement as HTMLButtonElement);
    if (at < 0) {
      return;
    }
    const columns = getComputedStyle(grid).gridTemplateColumns.split(' ').length;
    const steps: Readonly<Record<string, number>> = {
      ArrowLeft: -1,
      ArrowRight: 1,
      ArrowUp: -columns,
      ArrowDown: columns,
      Home: -at,
      End: cards.length - 1 - at,
    };
    const step = steps[event.key];
    if (step === undefined) {
      return;
    }
    event.preventDefault();
    cards[Math.min(Math.max(at + step, 0), cards.length - 1)].focus();
  }
}
