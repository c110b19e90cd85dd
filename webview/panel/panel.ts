/** Creates the panel and draws it at most once per frame. */
import { t } from '@vscode/l10n';
import { assertNever } from '../../src/common/assertNever';
import type { ToPanel, View } from '../../src/protocol/panel';
import { mountLiveRegion } from './announce';
import { liveCharts } from './charts/lineChart';
import { h } from './dom';
import { listenToKeys } from './keys';
import { Store } from './store';
import { passColours, readPalette, watchTheme } from './theme';
import { type TabName, Transport, tabNames } from './transport';
import { Activations } from './views/activations';
import { Backprop } from './views/backprop';
import { Banner } from './views/banner';
import { Controls } from './views/controls';
import { Data } from './views/data';
import { Gradients } from './views/gradients';
import { Header } from './views/header';
import { Overview, surfaceAxes } from './views/overview';
import { Tabs } from './views/tabs';
import type { Context, Paint, PanelView } from './views/view';

/** Milliseconds of drawing per frame; the rest waits for the next frame. */
const frameBudget = 4;

/** Data for tests: the numbers in the store and in the charts. */
interface PanelProbe {
  series(tag: string): { x: number[]; y: number[] };
  chart(id: string): { label: string; x: number[]; y: number[]; radius: number }[] | undefined;
  /** The lines of the tooltip that is shown. */
  tooltip(id: string): readonly string[];
  readonly frames: number;
  /** Everything received has been painted. */
  readonly idle: boolean;
}

declare global {
  interface Window {
    nnspecPanel?: PanelProbe;
  }
}

export class Panel {
  readonly #root: HTMLElement;
  readonly #store = new Store();
  readonly #transport: Transport;
  readonly #header = new Header();
  readonly #controls: Controls;
  readonly #banner = new Banner();
  readonly #backprop: Backprop;
  readonly #data: Data;
  readonly #views: Readonly<Record<TabName, PanelView>>;
  readonly #tabs: Tabs<TabName>;
  #palette = readPalette();
  #tab: TabName = 'overview';
  #scheduled = false;
  #stale = false;
  /** The paint tasks that remain of the current drawing. */
  #paints: Paint[] = [];
  /** The newest frame, and the one being drawn; a frame is acknowledged once it is painted completely. */
  #frame: number | undefined;
  #drawn: number | undefined;
  #frames = 0;

  constructor(root: HTMLElement) {
    this.#root = root;
    this.#transport = new Transport((message) => this.#receive(message));
    const redraw = () => this.#schedule();
    this.#controls = new Controls(this.#transport);
    this.#backprop = new Backprop(this.#transport);
    this.#data = new Data(this.#transport, redraw);
    this.#views = {
      overview: new Overview(this.#transport, redraw),
      activations: new Activations(),
      backprop: this.#backprop,
      gradients: new Gradients(),
      data: this.#data,
    };
    const contents = Object.fromEntries(tabNames.map((name) => [name, this.#views[name].element])) as Record<
      TabName,
      HTMLElement
    >;
    for (const name of tabNames.filter((each) => each !== 'data')) {
      contents[name].append(h('p', { class: 'empty-tab without-run' }, t('It appears when you train.')));
    }
    const texts: Readonly<Record<TabName, string>> = {
      overview: t('Overview'),
      activations: t('Activations'),
      backprop: t('Backprop'),
      gradients: t('Gradients'),
      data: t('Data'),
    };
    this.#tabs = new Tabs({
      label: t('Views of the run'),
      tabs: tabNames.map((name, i) => ({ name, text: texts[name], title: t('{0} ({1})', texts[name], i + 1) })),
      contents,
      chosen: (tab) => this.#choose(tab),
    });
    root.append(
      this.#header.element,
      h(
        'main',
        { 'aria-label': t('Training panel') },
        this.#controls.element,
        this.#header.findings,
        this.#banner.element,
        this.#tabs.list,
        ...tabNames.map((name) => contents[name]),
      ),
    );
    // Shown with the first data; an empty panel that is filled a moment later would flicker.
    root.hidden = true;
    mountLiveRegion(root);
    this.#tabs.select(this.#transport.choices.tab);
    listenToKeys({
      togglePause: () => this.#controls.togglePause(),
      step: (held) => this.#controls.step(undefined, held),
      askStop: () => this.#controls.askStop(),
      tab: (index) => this.#tabs.select(tabNames[index], true),
    });
    passColours(root, this.#palette);
    watchTheme((palette) => {
      this.#palette = palette;
      passColours(root, palette);
      this.#schedule();
    });
    window.nnspecPanel = this.#probe();
    this.#transport.post({ type: 'ready' });
  }

  #receive(message: ToPanel): void {
    switch (message.type) {
      case 'hydrate': {
        const isFirst = this.#store.idle;
        this.#store.hydrate(message);
        if (isFirst) {
          this.#tabs.select('overview');
        }
        this.#root.hidden = false;
        this.#transport.remember(message.hydration.specUri);
        this.#frame = message.frame;
        this.#subscribe();
        break;
      }
      case 'append':
        this.#store.append(message);
        this.#frame = message.frame;
        this.#subscribe();
        break;
      case 'walk':
        this.#backprop.receive(message);
        break;
      case 'earlierRuns':
        this.#store.showEarlier(message.earlier);
        break;
      case 'earlierChosen': {
        const { ids } = message;
        this.#transport.choose({ earlier: ids.length > 0 ? 'chosen' : 'none', earlierIds: ids });
        break;
      }
      case 'idle':
        this.#store.showIdle(message.title, message.specUri);
        this.#root.hidden = false;
        this.#transport.remember(message.specUri);
        break;
      case 'specChanged':
        this.#store.showChanged(message.changed);
        break;
      case 'showData':
        this.#data.showBeforeRun();
        this.#tabs.select('data');
        break;
      case 'dataState':
      case 'dataChanged':
      case 'dataAnswer':
        this.#data.receive(message);
        break;
      default:
        assertNever(message);
    }
    this.#schedule();
  }

  #choose(tab: TabName): void {
    this.#tab = tab;
    this.#root.dataset.tab = tab;
    if (this.#transport.choices.tab !== tab) {
      this.#transport.choose({ tab });
    }
    this.#subscribe();
    this.#schedule();
  }

  /**
   * The findings below the header and the history of the gradients are there in every tab; other probes are
   * only requested while they are visible.
   */
  #subscribe(): void {
    if (!this.#store.hydrated || this.#store.idle) {
      return;
    }
    const wanted: View[] = ['activations', 'gradients', 'verdict'];
    if (this.#tab === 'overview' && surfaceAxes(this.#store) > 0) {
      wanted.push('surface');
    }
    if (this.#tab === 'data' && this.#store.run.started?.targetKind !== 'numbers') {
      wanted.push('confusion');
    }
    this.#transport.subscribe(wanted);
  }

  /** Draws everything in a later frame. */
  #schedule(): void {
    this.#stale = true;
    this.#request();
  }

  #request(): void {
    if (this.#store.hydrated && !this.#scheduled) {
      this.#scheduled = true;
      requestAnimationFrame(() => {
        this.#scheduled = false;
        this.#draw();
      });
    }
  }

  /** Draws texts at once and charts one by one, over as many frames as needed to keep each frame short. */
  #draw(): void {
    const until = performance.now() + frameBudget;
    try {
      if (this.#paints.length === 0) {
        this.#begin();
      }
      do {
        this.#paints.shift()?.();
      } while (this.#paints.length > 0 && performance.now() < until);
    } finally {
      // The host waits for the acknowledgement, so it must be sent even if a view failed.
      if (this.#paints.length === 0) {
        this.#end();
      }
      if (this.#paints.length > 0 || this.#stale) {
        this.#request();
      }
    }
  }

  #begin(): void {
    this.#stale = false;
    this.#drawn = this.#frame;
    this.#root.classList.toggle('idle', this.#store.idle);
    const context: Context = {
      store: this.#store,
      transport: this.#transport,
      palette: this.#palette,
      choices: this.#transport.choices,
    };
    this.#header.draw(context);
    this.#controls.draw(context);
    this.#banner.draw(context);
    this.#paints = [...this.#views[this.#tab].draw(context)];
  }

  #end(): void {
    this.#frames++;
    if (this.#drawn !== undefined) {
      this.#transport.post({ type: 'ack', frame: this.#drawn });
      this.#frame = this.#frame === this.#drawn ? undefined : this.#frame;
      this.#drawn = undefined;
    }
  }

  #probe(): PanelProbe {
    const panel = this;
    return {
      series: (tag) => ({ x: [...this.#store.series(tag).x], y: [...this.#store.series(tag).y] }),
      chart: (id) =>
        liveCharts()
          .find((chart) => chart.id === id)
          ?.shownData(),
      tooltip: (id) =>
        liveCharts()
          .find((chart) => chart.id === id)
          ?.shownTooltip() ?? [],
      get frames() {
        return panel.#frames;
      },
      get idle() {
        return !panel.#stale && panel.#paints.length === 0;
      },
    };
  }
}
