/** A view of the panel, and what it is given to draw. */
import type { Questions } from '../../../src/protocol/measurements';
import type { ToPanel } from '../../../src/protocol/panel';
import type { Palette } from '../../shared/theme';
import type { Store } from '../store';
import type { Choices, Transport } from '../transport';

export interface Context {
  readonly store: Store;
  readonly transport: Transport;
  readonly palette: Palette;
  readonly choices: Choices;
}

/** A chart or other expensive part that remains to be painted. */
export type Paint = () => void;

export interface PanelView {
  readonly element: HTMLElement;
  /**
   * Updates texts and structure at once, and returns paint tasks, which the panel distributes over frames.
   */
  draw(context: Context): readonly Paint[];
  /** Receives every message of the host, before it is drawn. */
  receive?(message: ToPanel): void;
}

/** A tab of the panel. `views/list.ts` holds them all. */
export interface ViewEntry {
  readonly id: string;
  /** Translated when it is called, not when the module is loaded. */
  readonly title: () => string;
  readonly make: (transport: Transport, redraw: () => void) => PanelView;
  /** Measured while it is visible, beside what the findings need. */
  readonly questions?: (store: Store, choices: Choices) => Questions;
  /** It has something to show of a spec that has no run. */
  readonly withoutRun?: boolean;
}
