/** The details of one function, in a dialog over the grid; the arrow keys show its neighbours. */
import type { GalleryBoot, GalleryEntry } from '../../src/protocol/gallery';
import { element, fill, formulaElement, plotElement } from './elements';

const size = { width: 460, height: 270 };

export class StoryDialog {
  readonly element = element('dialog', { class: 'story', 'aria-labelledby': 'story-name' });
  readonly #words: GalleryBoot['words'];
  readonly #neighbour: (name: string, step: 1 | -1) => GalleryEntry;
  #entry: GalleryEntry | undefined;
  /** The element that is focused again when the dialog closes. */
  #opener: HTMLElement | undefined;

  constructor(words: GalleryBoot['words'], neighbour: (name: string, step: 1 | -1) => GalleryEntry) {
    this.#words = words;
    this.#neighbour = neighbour;
    this.element.addEventListener('close', () => this.#opener?.focus());
    this.element.addEventListener('click', (event) => {
      // The content fills the dialog, so a click whose target is the dialog itself hit the backdrop.
      if (event.target === this.element) {
        this.element.close();
      }
    });
    this.element.addEventListener('keydown', (event) => {
      if (event.key === 'ArrowLeft') {
        this.#step(-1);
      }
      if (event.key === 'ArrowRight') {
        this.#step(1);
      }
    });
  }

  open(entry: GalleryEntry, opener: HTMLElement | undefined): void {
    this.#opener = opener;
    this.#render(entry);
    if (!this.element.open) {
      this.element.showModal();
    }
    this.element.scrollTop = 0;
  }

  #step(step: 1 | -1): void {
    if (!this.#entry) {
      return;
    }
    const focused = (document.activeElement as HTMLElement | null)?.dataset.role;
    this.#render(this.#neighbour(this.#entry.name, step));
    this.element.querySelector<HTMLElement>(`[data-role="${focused ?? 'close'}"]`)?.focus();
    this.element.scrollTop = 0;
  }

  #render(entry: GalleryEntry): void {
    this.#entry = entry;
    this.element.replaceChildren(
      element(
        'div',
        { class: 'body' },
        element(
          'div',
          { class: 'bar' },
          element('h2', { id: 'story-name' }, entry.name),
          this.#button('previous', '←', () => this.#step(-1)),
          this.#button('next', '→', () => this.#step(1)),
          this.#button('close', '✕', () => this.element.close()),
        ),
        entry.aliases.length > 0
          ? element('p', { class: 'aliases' }, fill(this.#words.alsoCalled, entry.aliases.join(', ')))
          : undefined,
        element('p', { class: 'lead' }, entry.summary),
        element(
          'div',
          { class: 'formulas' },
          entry.formula ? formulaElement(entry.formula, entry.formulaText) : element('code', {}, entry.formulaText),
          entry.derivative
            ? formulaElement(entry.derivative, entry.derivativeText)
            : element('code', {}, entry.derivativeText),
        ),
        element(
          'div',
          { class: 'plots' },
          ...entry.plots.map(({ plot, description, caption }) =>
            element(
              'figure',
              {},
              caption ? element('figcaption', {}, caption) : undefined,
              plotElement(plot, description, size, true),
            ),
          ),
        ),
        element(
          'dl',
          {},
          ...entry.facts.flatMap(({ title, text, code }) => [
            element('dt', {}, title),
            element('dd', {}, code ? element('code', {}, text) : text),
          ]),
          ...this.#parameters(entry),
        ),
      ),
    );
  }

  #parameters(entry: GalleryEntry): readonly HTMLElement[] {
    if (entry.parameters.length === 0) {
      return [];
    }
    const items = entry.parameters.map(({ name, value, meaning }) =>
      element(
        'li',
        {},
        element('code', {}, name),
        ` (${value || this.#words.required})`,
        meaning ? `: ${meaning}` : undefined,
      ),
    );
    return [element('dt', {}, this.#words.parameters), element('dd', {}, element('ul', {}, ...items))];
  }

  #button(role: 'previous' | 'next' | 'close', sign: string, act: () => void): HTMLButtonElement {
    const label = this.#words[role];
    const button = element('button', { type: 'button', 'data-role': role, 'aria-label': label, title: label }, sign);
    button.autofocus = role === 'close';
    button.addEventListener('click', act);
    return button;
  }
}
