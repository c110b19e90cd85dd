/** Colours from the editor's variables: parsing, contrast (WCAG 2.2) and mixing. */

export interface Rgb {
  readonly r: number;
  readonly g: number;
  readonly b: number;
  /** 0..1 */
  readonly alpha: number;
}

/** `#rgb`, `#rrggbb`, either with alpha, `rgb(…)`, `rgba(…)`; `undefined` for anything else. */
export function parseColor(text: string): Rgb | undefined {
  const value = text.trim().toLowerCase();
  if (/^#([0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8})$/.test(value)) {
    const digits = value.length <= 5 ? [...value.slice(1)].map((d) => d + d).join('') : value.slice(1);
    const at = (i: number) => Number.parseInt(digits.slice(i, i + 2), 16);
    return { r: at(0), g: at(2), b: at(4), alpha: digits.length === 8 ? at(6) / 255 : 1 };
  }
  const parts = /^rgba?\(([^)]+)\)$/
    .exec(value)?.[1]
    .split(/[\s,/]+/)
    .filter((part) => part !== '')
    .map(Number);
  if (!parts || parts.length < 3 || parts.some(Number.isNaN)) {
    return undefined;
  }
  return { r: parts[0], g: parts[1], b: parts[2], alpha: parts[3] ?? 1 };
}

/** Mixes `share` of `b` with the rest of `a`. Translucent colours are blended over; the result is opaque. */
export function mix(a: Rgb, b: Rgb, share: number): Rgb {
  const at = (x: number, y: number) => x + (y - x) * share;
  return { r: at(a.r, b.r), g: at(a.g, b.g), b: at(a.b, b.b), alpha: 1 };
}

export function css(color: Rgb, alpha = 1): string {
  return `rgba(${Math.round(color.r)}, ${Math.round(color.g)}, ${Math.round(color.b)}, ${alpha})`;
}

/** Contrast ratio of two opaque colours, 1..21. */
export function contrast(a: Rgb, b: Rgb): number {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
}

function luminance(color: Rgb): number {
  const linear = (channel: number) => {
    const c = channel / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * linear(color.r) + 0.7152 * linear(color.g) + 0.0722 * linear(color.b);
}

/** The colour itself if it contrasts with the background, else mixed with the foreground until it does. */
export function readable(color: Rgb, background: Rgb, foreground: Rgb, ratio = 3): Rgb {
  const opaque = color.alpha < 1 ? mix(background, { ...color, alpha: 1 }, color.alpha) : color;
  for (let share = 0; share < 1; share += 0.125) {
    const mixed = mix(opaque, foreground, share);
    if (contrast(mixed, background) >= ratio) {
      return mixed;
    }
  }
  return foreground;
}
