/** What every part of the panel is drawn from. */
import type { Store } from '../store';
import type { Palette } from '../theme';
import type { Choices, Transport } from '../transport';

export interface Context {
  readonly store: Store;
  readonly transport: Transport;
  readonly palette: Palette;
  readonly choices: Choices;
}

/** One chart or other costly part that is still to be painted. */
export type Paint = () => void;

export interface PanelView {
  readonly element: HTMLElement;
  /** Brings text and structure up to date at once, and returns what is left to paint: the panel spreads it over frames. */
  draw(context: Context): readonly Paint[];
}
