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

export interface PanelView {
  readonly element: HTMLElement;
  draw(context: Context): void;
}
