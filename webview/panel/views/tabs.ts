/** The five tabs: arrow keys move between them, 1–5 select one. */
import { t } from '@vscode/l10n';
import { h, setHidden } from '../dom';
import { type TabName, tabNames } from '../transport';

export class Tabs {
  readonly list = h('div', { role: 'tablist', class: 'tabs', 'aria-label': t('Views of the run') });
  readonly #tabs: HTMLButtonElement[];
  readonly panels: Readonly<Record<TabName, HTMLElement>>;
  readonly #chosen: (tab: TabName) => void;
  #current: TabName = 'overview';

  constructor(contents: Readonly<Record<TabName, HTMLElement>>, chosen: (tab: TabName) => void) {
    this.#chosen = chosen;
    const names: Readonly<Record<TabName, string>> = {
      overview: t('Overview'),
      activations: t('Activations'),
      backprop: t('Backprop'),
      gradients: t('Gradients'),
      data: t('Data'),
    };
    this.#tabs = tabNames.map((name, i) => {
      const tab = h(
        'button',
        {
          type: 'button',
          role: 'tab',
          id: `tab-${name}`,
          'aria-controls': `panel-${name}`,
          'data-testid': `tab-${name}`,
          title: t('{0} ({1})', names[name], i + 1),
        },
        names[name],
      );
      tab.addEventListener('click', () => this.select(name));
      return tab;
    });
    this.list.append(...this.#tabs);
    this.panels = contents;
    for (const name of tabNames) {
      const panel = contents[name];
      panel.setAttribute('role', 'tabpanel');
      panel.id = `panel-${name}`;
      panel.setAttribute('aria-labelledby', `tab-${name}`);
      panel.dataset.testid = `panel-${name}`;
    }
    this.list.addEventListener('keydown', (event) => this.#move(event));
  }

  select(name: TabName, focus = false): void {
    this.#current = name;
    tabNames.forEach((other, i) => {
      this.#tabs[i].setAttribute('aria-selected', String(other === name));
      this.#tabs[i].tabIndex = other === name ? 0 : -1;
      setHidden(this.panels[other], other !== name);
    });
    if (focus) {
      this.#tabs[tabNames.indexOf(name)].focus();
    }
    this.#chosen(name);
  }

  #move(event: KeyboardEvent): void {
    const at = tabNames.indexOf(this.#current);
    const last = tabNames.length - 1;
    const targets: Readonly<Record<string, number>> = {
      ArrowRight: at === last ? 0 : at + 1,
      ArrowLeft: at === 0 ? last : at - 1,
      Home: 0,
      End: last,
    };
    const target = targets[event.key];
    if (target !== undefined) {
      event.preventDefault();
      this.select(tabNames[target], true);
    }
  }
}
