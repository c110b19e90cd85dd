/**
 * Colours of pictures in hovers, which CSS variables do not reach: VS Code's chart colours for each kind of
 * theme.
 */
import type { PaintRole } from '../../common/plotSvg';

export interface HoverTheme {
  readonly dark: boolean;
  readonly highContrast?: boolean;
}

interface Palette {
  readonly text: string;
  readonly axis: string;
  readonly guide: string;
  readonly f: string;
  readonly df: string;
  readonly lineWidth: number;
}

const light: Palette = {
  text: '#3b3b3b',
  axis: '#a0a0a0',
  guide: '#8a8a8a',
  f: '#0f6fdc',
  df: '#b5610f',
  lineWidth: 2,
};
const dark: Palette = { text: '#cccccc', axis: '#6b6b6b', guide: '#8a8a8a', f: '#4fa6ff', df: '#f0a35e', lineWidth: 2 };
const contrastLight: Palette = {
  text: '#000000',
  axis: '#000000',
  guide: '#292929',
  f: '#0f4a85',
  df: '#9a3a00',
  lineWidth: 2.5,
};
const contrastDark: Palette = {
  text: '#ffffff',
  axis: '#ffffff',
  guide: '#c8c8c8',
  f: '#6fc3ff',
  df: '#ffb454',
  lineWidth: 2.5,
};

export function paletteOf({ dark: isDark, highContrast }: HoverTheme): Palette {
  if (highContrast) {
    return isDark ? contrastDark : contrastLight;
  }
  return isDark ? dark : light;
}

/** SVG attributes for each role of a plot. */
export function painter(theme: HoverTheme): (role: PaintRole) => string {
  const palette = paletteOf(theme);
  return (role) =>
    role === 'text'
      ? `fill="${palette.text}" font-family="sans-serif" font-size="11"`
      : `stroke="${palette[role]}" stroke-width="${role === 'f' || role === 'df' ? palette.lineWidth : 1}"`;
}

/** A hover shows about 250 px without scrolling: enough for the heading, both formulas and the plot. */
export function plotSize({ plotWidth = 340 }: { readonly plotWidth?: number }): { width: number; height: number } {
  return { width: plotWidth, height: 158 };
}
