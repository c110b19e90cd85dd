/** The data of the spec, without a run or beside one: columns, table and scatter matrix. */
import { t } from '@vscode/l10n';
import type { ToPanel } from '../../../src/protocol/panel';
import type { DataNotice } from '../../../src/protocol/panelData';
import { h, setHidden } from '../../shared/dom';
import { icon } from '../../shared/icons';
import { DataSource } from '../dataSource';
import { type DataPart, dataParts, type Transport } from '../transport';
import { DataOverviewPart } from './data/overview';
import { RunData } from './data/run';
import { ScatterPart } from './data/scatter';
import { TablePart } from './data/table';
import { Tabs } from './tabs';
import type { Context, Paint, PanelView, ViewEntry } from './view';

class Data implements PanelView {
  readonly #transport: Transport;
  readonly #source: DataSource;
  readonly #run = new RunData();
  readonly #overview: DataOverviewPart;
  readonly #table: TablePart;
  readonly #scatter: ScatterPart;
  readonly #contents: Readonly<Record<DataPart, HTMLElement>>;
  readonly #tabs: Tabs<DataPart>;
  readonly #changed = h('p', { class: 'data-notice', role: 'status', hidden: true, 'data-testid': 'data-changed' });
  readonly #status = h('div', { class: 'data-status', role: 'status', 'data-testid': 'data-status' });
  readonly element: HTMLElement;
  #part: DataPart = 'overview';

  constructor(transport: Transport, redraw: () => void) {
    this.#transport = transport;
    this.#source = new DataSource(transport, redraw);
    this.#overview = new DataOverviewPart(this.#source);
    this.#table = new TablePart(this.#source);
    this.#scatter = new ScatterPart(this.#source, redraw);
    this.#contents = {
      overview: this.#overview.element,
      table: this.#table.element,
      scatter: this.#scatter.element,
      run: this.#run.element,
    };
    const texts = { overview: t('Columns'), table: t('Table'), scatter: t('Scatter matrix'), run: t('This run') };
    this.#tabs = new Tabs({
      label: t('Views of the data'),
      prefix: 'data-',
      tabs: dataParts.map((name) => ({ name, text: texts[name] })),
      contents: this.#contents,
      chosen: (part) => {
        this.#part = part;
        redraw();
      },
    });
    this.#tabs.list.classList.add('inner-tabs');
    this.#tabs.list.addEventListener('click', () => transport.choose({ dataPart: this.#part }));
    this.#tabs.list.addEventListener('keydown', () => transport.choose({ dataPart: this.#part }));
    const reload = h('button', { type: 'button', class: 'link', 'data-testid': 'data-reload' }, t('Reload'));
    reload.addEventListener('click', () => this.#source.reload());
    this.#changed.append(icon('info'), h('span', {}, t('The data have changed since they were read.'), ' ', reload));
    this.element = h(
      'div',
      { class: 'tab-panel' },
      this.#tabs.list,
      this.#changed,
      this.#status,
      ...dataParts.map((name) => this.#contents[name]),
    );
    this.#tabs.select(transport.choices.dataPart ?? 'run');
  }

  /** Chooses a part that needs no run. */
  #showBeforeRun(): void {
    if (this.#part === 'run') {
      this.#transport.choose({ dataPart: 'overview' });
      this.#tabs.select('overview');
    }
  }

  receive(message: ToPanel): void {
    switch (message.type) {
      case 'showData':
        this.#showBeforeRun();
        return;
      case 'dataState':
      case 'dataChanged':
      case 'dataAnswer':
        this.#source.receive(message);
        return;
    }
  }

  draw(context: Context): readonly Paint[] {
    const { store } = context;
    this.#tabs.offer('run', !store.idle);
    if (store.idle && this.#part === 'run') {
      this.#tabs.select('overview');
    }
    const part = this.#part;
    const ofRun = part === 'run';
    setHidden(this.#status, ofRun);
    setHidden(this.#changed, ofRun || !this.#source.changed);
    if (ofRun) {
      this.#run.draw(context);
      return [];
    }
    this.#source.open();
    this.#drawStatus();
    const { state } = this.#source;
    for (const name of ['overview', 'table', 'scatter'] as const) {
      setHidden(this.#contents[name], name !== part || state?.kind !== 'open');
    }
    if (state?.kind !== 'open') {
      return [];
    }
    switch (part) {
      case 'overview':
        this.#overview.draw(state.view);
        return [];
      case 'table':
        this.#table.draw(state.view);
        return [];
      case 'scatter':
        return this.#scatter.draw(state.view, context.palette);
    }
  }

  #drawStatus(): void {
    const { state, version } = this.#source;
    const key = String(version);
    if (this.#status.dataset.key === key) {
      return;
    }
    this.#status.dataset.key = key;
    this.#status.setAttribute('aria-busy', String(state === undefined || state.kind === 'reading'));
    switch (state?.kind) {
      case undefined:
        this.#status.replaceChildren();
        return;
      case 'reading':
        this.#status.replaceChildren(h('p', { class: 'muted' }, t('Reading {0}…', state.name)));
        return;
      case 'untrusted':
        this.#status.replaceChildren(
          h('p', {}, t('In Restricted Mode no data are read. They are shown once you trust this workspace.')),
          this.#button(t('Manage Trust'), () => this.#transport.post({ type: 'manageTrust' })),
        );
        return;
      case 'failed':
        this.#status.replaceChildren(
          h('p', { class: 'data-notice' }, icon('warning'), h('span', {}, state.message)),
          this.#button(t('Reload'), () => this.#source.reload()),
        );
        return;
      case 'refused':
        this.#status.replaceChildren(
          h('p', {}, t('There is no table to show before this is corrected:')),
          this.#notices(state.notices),
        );
        return;
      case 'open': {
        const errors = state.notices.some(({ severity }) => severity === 'error');
        const heading = errors && h('p', {}, t('The table can be read, but not trained on before this is corrected:'));
        this.#status.replaceChildren(
          ...(heading ? [heading] : []),
          ...(state.notices.length > 0 ? [this.#notices(state.notices)] : []),
        );
        return;
      }
    }
  }

  #button(text: string, act: () => void): HTMLElement {
    const button = h('button', { type: 'button', class: 'primary', 'data-testid': 'data-action' }, text);
    button.addEventListener('click', act);
    return h('div', {}, button);
  }

  /** Sentences, each with a link to its place. */
  #notices(notices: readonly DataNotice[]): HTMLElement {
    const items = notices.map(({ severity, message }, index) => {
      const link = h('button', { type: 'button', class: 'link', 'data-testid': 'data-notice' }, t('Show the place'));
      link.addEventListener('click', () => this.#transport.post({ type: 'showNotice', index }));
      return h('li', { class: severity }, icon('warning'), h('span', {}, message, ' ', link));
    });
    return h('ul', { class: 'findings data-notices' }, ...items);
  }
}

export const data: ViewEntry = {
  id: 'data',
  title: () => t('Data'),
  make: (transport, redraw) => new Data(transport, redraw),
  withoutRun: true,
};
