/** Draws the views of one run in an output, at most once a frame. */
import { t } from '@vscode/l10n';
import type { Questions } from '../../src/protocol/measurements';
import type { ToPanel } from '../../src/protocol/panel';
import { Store } from '../panel/store';
import { Transport } from '../panel/transport';
import type { Context, Paint } from '../panel/views/view';
import { h } from '../shared/dom';
import type { Palette } from '../shared/theme';
import type { LessonHost } from './host';
import type { Output } from './output';

/** The content of an output that shows a run. */
export interface RunContent {
  readonly element: HTMLElement;
  draw(context: Context): readonly Paint[];
  receive?(message: ToPanel): void;
  /** Measured for what is shown. */
  questions(store: Store): Questions;
}

export class RunPage implements Output {
  readonly element = h('div', { class: 'page lesson-output' });
  readonly store = new Store();
  readonly transport: Transport;
  readonly #content: RunContent;
  readonly #end: () => void;
  #palette: Palette | undefined;
  #frame: number | undefined;
  #scheduled = false;
  #stale = false;

  constructor(host: LessonHost, run: string, make: (page: RunPage) => RunContent) {
    const { host: own, end } = host.hostOf(run, () => this.#showGone());
    this.#end = end;
    this.transport = new Transport((message) => this.#receive(message), own);
    this.#content = make(this);
    this.element.append(this.#content.element);
    this.transport.post({ type: 'ready' });
  }

  get isDrawn(): boolean {
    return !this.#stale;
  }

  draw(palette: Palette): void {
    this.#palette = palette;
    this.redraw();
  }

  /** Draws everything in a later frame. */
  redraw(): void {
    this.#stale = true;
    if (this.store.hydrated && !this.#scheduled) {
      this.#scheduled = true;
      requestAnimationFrame(() => {
        this.#scheduled = false;
        this.#draw();
      });
    }
  }

  /** Has what the views show measured. True if that is something else than before. */
  subscribe(): boolean {
    return this.store.hydrated && this.transport.subscribe(this.#content.questions(this.store));
  }

  dispose(): void {
    this.#end();
  }

  #receive(message: ToPanel): void {
    this.#content.receive?.(message);
    switch (message.type) {
      case 'hydrate':
        this.store.hydrate(message);
        this.#frame = message.frame;
        break;
      case 'append':
        this.store.append(message);
        this.#frame = message.frame;
        break;
    }
    this.subscribe();
    this.redraw();
  }

  #draw(): void {
    if (!this.#palette || !this.element.isConnected) {
      return;
    }
    this.#stale = false;
    const frame = this.#frame;
    try {
      const { store, transport } = this;
      for (const paint of this.#content.draw({
        store,
        transport,
        palette: this.#palette,
        choices: transport.choices,
      })) {
        paint();
      }
    } finally {
      // The host waits for the acknowledgement, so it must be sent even if a view failed.
      if (frame !== undefined) {
        this.#frame = undefined;
        this.transport.post({ type: 'ack', frame });
      }
    }
  }

  #showGone(): void {
    this.element.replaceChildren(h('p', { class: 'muted' }, t('Run the cell again to see it.')));
  }
}
