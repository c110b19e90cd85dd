/** Creates the panel and draws it at most once per frame. */
import { t } from '@vscode/l10n';
import type { Questions } from '../../src/protocol/measurements';
import type { ToPanel } from '../../src/protocol/panel';
import { mountLiveRegion } from '../shared/announce';
import { saveChartsWith } from '../shared/charts/chartFiles';
import { h } from '../shared/dom';
import { passColours, readPalette, watchTheme } from '../shared/theme';
import { liveCharts } from './charts/lineChart';
import { listenToKeys } from './keys';
import { Store } from './store';
import { Transport } from './transport';
import { Banner } from './views/banner';
import { Controls } from './views/controls';
import { data } from './views/data';
import { Film } from './views/film';
import { Header } from './views/header';
import { views } from './views/list';
import { network } from './views/network';
import { isSmall } from './views/network/columns';
import { overview } from './views/overview';
import { ViewPlace } from './views/place';
import { Tabs } from './views/tabs';
import type { Context, Paint } from './views/view';

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
  readonly #film: Film;
  readonly #places: readonly ViewPlace[];
  readonly #tabs: Tabs<string>;
  #palette = readPalette();
  #shown = 0;
  #scheduled = false;
  #stale = false;
  /** The paint tasks that remain of the current drawing. */
  #paints: Paint[] = [];
  /** The newest frame, and the one being drawn; a frame is acknowledged once it is painted completely. */
  #frame: number | undefined;
  #drawn: number | undefined;
  #frames = 0;

  /** With `autoplay` the film of a run that was over before it could be seen is played. */
  constructor(root: HTMLElement, { autoplay = false }: { readonly autoplay?: boolean } = {}) {
    this.#root = root;
    this.#transport = new Transport((message) => this.#receive(message));
    saveChartsWith((file) => this.#transport.post({ type: 'saveFile', ...file }));
    // A choice may change what a view has measured.
    const redraw = () => {
      this.#subscribe();
      this.#schedule();
    };
    this.#controls = new Controls(this.#transport);
    this.#film = new Film(this.#store, this.#transport, {
      questions: () => this.#questions(),
      redraw,
      autoplay,
      view: () => this.#place.view.element,
      isDrawn: () => !this.#stale && this.#paints.length === 0,
    });
    this.#places = views.map((entry) => new ViewPlace(entry, this.#transport, redraw));
    this.#tabs = new Tabs({
      label: t('Views of the run'),
      tabs: views.map(({ id, title }, i) => ({ name: id, text: title(), title: t('{0} ({1})', title(), i + 1) })),
      contents: Object.fromEntries(this.#places.map(({ entry, element }) => [entry.id, element])),
      chosen: (id) => this.#choose(id),
    });
    root.append(
      this.#header.element,
      h(
        'main',
        { 'aria-label': t('Training panel') },
        this.#controls.element,
        this.#film.element,
        this.#header.findings,
        this.#banner.element,
        this.#tabs.list,
        ...this.#places.map(({ element }) => element),
      ),
    );
    // Shown with the first data; an empty panel that is filled a moment later would flicker.
    root.hidden = true;
    mountLiveRegion(root);
    const { tab } = this.#transport.choices;
    this.#tabs.select(views.find(({ id }) => id === tab)?.id ?? views[0].id);
    this.#transport.choose({ tab });
    listenToKeys({
      togglePause: () => (this.#store.alive ? this.#controls.togglePause() : this.#film.toggle()),
      moveFilm: (frames) => this.#film.move(frames),
      step: (held) => this.#controls.step(undefined, held),
      askStop: () => this.#controls.askStop(),
      tab: (index) => {
        if (index < views.length) {
          this.#tabs.select(views[index].id, true);
        }
      },
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

  /** Below the chosen tab. */
  get #place(): ViewPlace {
    return this.#places[this.#shown];
  }

  #receive(message: ToPanel): void {
    if (message.type === 'showData') {
      this.#tabs.select(data.id);
    }
    for (const place of this.#places) {
      place.receive(message);
    }
    switch (message.type) {
      case 'hydrate': {
        const isFirst = this.#store.idle;
        this.#store.hydrate(message);
        if (isFirst) {
          this.#transport.choose({ tab: undefined });
        }
        this.#selectFitting();
        this.#root.hidden = false;
        this.#transport.remember(message.hydration.specUri);
        this.#frame = message.frame;
        this.#subscribe();
        break;
      }
      case 'append':
        this.#store.append(message);
        this.#selectFitting();
        this.#frame = message.frame;
        this.#subscribe();
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
      case 'moment':
        this.#film.receive(message);
        break;
      case 'specChanged':
        this.#store.showChanged(message.changed);
        break;
    }
    this.#schedule();
  }

  /** Until a tab is chosen: the network where that can be seen as a whole, else the curves. */
  #selectFitting(): void {
    const { started } = this.#store.run;
    const { id } = started && !isSmall(started.layers) ? overview : network;
    if (this.#transport.choices.tab === undefined && this.#place.entry.id !== id) {
      this.#tabs.select(id);
      this.#transport.choose({ tab: undefined });
    }
  }

  #choose(id: string): void {
    this.#shown = views.findIndex((entry) => entry.id === id);
    // It may be told something before it is drawn.
    this.#place.make();
    this.#root.dataset.tab = id;
    if (this.#transport.choices.tab !== id) {
      this.#transport.choose({ tab: id });
    }
    this.#subscribe();
    this.#schedule();
  }

  /**
   * The verdict below the header and the history of the gradients are there in every tab; what else is
   * measured depends on the visible view.
   */
  #subscribe(): void {
    if (!this.#store.hydrated || this.#store.idle) {
      return;
    }
    // The end of a run brings its verdict.
    const verdict = this.#store.run.ended ? {} : { verdict: {} };
    if (this.#transport.subscribe({ ...verdict, ...this.#questions() })) {
      this.#film.refresh();
    }
  }

  /** All that is measured for the visible view. */
  #questions(): Questions {
    const { questions } = this.#place.entry;
    return { activations: {}, gradients: {}, ...questions?.(this.#store, this.#transport.choices) };
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
    this.#film.draw(context);
    this.#banner.draw(context);
    this.#paints = [...this.#place.view.draw(context)];
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
