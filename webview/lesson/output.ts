/** An output of a cell. */
import type { Palette } from '../shared/theme';

export interface Output {
  readonly element: HTMLElement;
  /** Draws it, at first and when the theme has changed. */
  draw(palette: Palette): void;
  dispose(): void;
}
