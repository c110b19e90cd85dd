/** The place of a view below the tabs. */
import { t } from '@vscode/l10n';
import type { ToPanel } from '../../../src/protocol/panel';
import { h } from '../../shared/dom';
import type { Transport } from '../transport';
import type { PanelView, ViewEntry } from './view';

type CursorLayer = Extract<ToPanel, { type: 'cursorLayer' }>;

/** It makes its view when that is shown first: all at once would delay the panel's first frame. */
export class ViewPlace {
  readonly entry: ViewEntry;
  readonly element = h('div');
  readonly #transport: Transport;
  readonly #redraw: () => void;
  #view: PanelView | undefined;
  #cursor: CursorLayer | undefined;

  constructor(entry: ViewEntry, transport: Transport, redraw: () => void) {
    this.entry = entry;
    this.#transport = transport;
    this.#redraw = redraw;
  }

  get view(): PanelView {
    return this.#view ?? this.make();
  }

  /** A view that is not made yet has asked for nothing. Where the cursor is, it is told later. */
  receive(message: ToPanel): void {
    if (message.type === 'cursorLayer') {
      this.#cursor = message;
    }
    this.#view?.receive?.(message);
  }

  make(): PanelView {
    if (this.#view) {
      return this.#view;
    }
    const view = this.entry.make(this.#transport, this.#redraw);
    if (!this.entry.withoutRun) {
      view.element.append(h('p', { class: 'empty-tab without-run' }, t('It appears when you train.')));
    }
    this.element.append(view.element);
    if (this.#cursor) {
      view.receive?.(this.#cursor);
    }
    this.#view = view;
    return view;
  }
}
