/** The input of every view of the panel. */
import type { Store } from '../store';
import type { Palette } from '../theme';
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
}
