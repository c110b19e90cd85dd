/** The editor's colours for canvases, read from its CSS variables and again when the theme changes. */
import { css, distinct, parseColor, type Rgb, readable } from './color';

/** Colours for canvases. A colour has the same meaning in every view. */
export interface Palette {
  readonly kind: 'light' | 'dark' | 'high-contrast' | 'high-contrast-light';
  readonly background: Rgb;
  readonly foreground: Rgb;
  /** Axis labels. */
  readonly muted: Rgb;
  readonly grid: Rgb;
  readonly focus: Rgb;
  readonly train: Rgb;
  readonly validation: Rgb;
  readonly error: Rgb;
  /** Layers and classes in order; the first two are blue and orange. */
  readonly series: readonly Rgb[];
  readonly fontFamily: string;
  readonly fontSize: number;
}

/** A dash pattern per series, so that colour is not the only distinction. */
export const dashes: readonly (readonly number[])[] = [
  [],
  [6, 3],
  [2, 2],
  [8, 3, 2, 3],
  [12, 4],
  [14, 3, 4, 3],
  [4, 2, 1, 2, 1, 2],
  [10, 2],
];

const defaults = {
  dark: { background: '#1f1f1f', foreground: '#cccccc' },
  light: { background: '#ffffff', foreground: '#3b3b3b' },
};

/** The variable of each hue, with a fallback. */
const hues: readonly (readonly [variable: string, fallback: string])[] = [
  ['--vscode-charts-blue', '#3794ff'],
  ['--vscode-charts-orange', '#d18616'],
  ['--vscode-charts-green', '#89d185'],
  ['--vscode-charts-purple', '#b180d7'],
  ['--vscode-charts-red', '#f14c4c'],
  ['--vscode-charts-yellow', '#cca700'],
];

export function readPalette(): Palette {
  const style = getComputedStyle(document.documentElement);
  const classes = document.body.classList;
  const kind = classes.contains('vscode-high-contrast-light')
    ? 'high-contrast-light'
    : classes.contains('vscode-high-contrast')
      ? 'high-contrast'
      : classes.contains('vscode-light')
        ? 'light'
        : 'dark';
  return paletteOf(kind, (name) => style.getPropertyValue(name));
}

/** The colours of a theme by its CSS variables; a variable that is not set is empty. */
export function paletteOf(kind: Palette['kind'], variable: (name: string) => string): Palette {
  const basis = kind === 'light' || kind === 'high-contrast-light' ? defaults.light : defaults.dark;
  const read = (name: string, fallback: string): Rgb => parseColor(variable(name)) ?? (parseColor(fallback) as Rgb);
  const background = read('--vscode-editor-background', basis.background);
  const foreground = read('--vscode-editor-foreground', basis.foreground);
  const hued = hues.map(([variable, fallback]) => {
    const color = read(variable, fallback);
    // Some themes define charts-orange as the findMatch colour, which is translucent.
    const solid = color.alpha < 1 && variable === '--vscode-charts-orange' ? (parseColor(fallback) as Rgb) : color;
    return readable(solid, background, foreground);
  });
  const series = distinct(hued, background, foreground);
  const fontSize = Number.parseFloat(variable('--vscode-font-size'));
  return {
    kind,
    background,
    foreground,
    muted: readable(read('--vscode-descriptionForeground', basis.foreground), background, foreground, 4.5),
    grid: foreground,
    focus: read('--vscode-focusBorder', '#0078d4'),
    train: series[0],
    validation: series[1],
    error: readable(read('--vscode-errorForeground', '#f14c4c'), background, foreground, 4.5),
    series,
    fontFamily: variable('--vscode-font-family') || 'system-ui, sans-serif',
    fontSize: Number.isFinite(fontSize) ? fontSize : 13,
  };
}

/** Passes to the style sheets the colours that are readable and opaque, which a theme's own may not be. */
export function passColours(root: HTMLElement, { train, validation, error }: Palette): void {
  root.style.setProperty('--blue', css(train));
  root.style.setProperty('--orange', css(validation));
  root.style.setProperty('--error', css(error));
}

/** Calls `listener` with the new palette when the editor changes its theme. */
export function watchTheme(listener: (palette: Palette) => void): void {
  const observer = new MutationObserver(() => listener(readPalette()));
  observer.observe(document.body, { attributes: true, attributeFilter: ['class', 'data-vscode-theme-id'] });
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['style'] });
}

/**
 * Colour and dash of a layer, the same in every view. Blue and orange are reserved for training and
 * validation as long as there are other colours.
 */
export function layerStyle(palette: Palette, layer: number): { readonly color: Rgb; readonly dash: readonly number[] } {
  return { color: palette.series[(layer + 2) % palette.series.length], dash: dashes[layer % dashes.length] };
}
