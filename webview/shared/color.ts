/** Colours from the editor's variables: contrast (WCAG 2.2), mixing, and how the colour-blind see them. */

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
  return 0.2126 * linear(color.r) + 0.7152 * linear(color.g) + 0.0722 * linear(color.b);
}

function linear(channel: number): number {
  const c = channel / 255;
  return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
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

type Matrix = readonly [readonly number[], readonly number[], readonly number[]];

/** Common vision, and the lack of each cone (Machado, Oliveira and Fernandes 2009), on linear RGB. */
export const visions: Readonly<Record<'common' | 'protan' | 'deutan' | 'tritan', Matrix>> = {
  common: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protan: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deutan: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritan: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};

/** A colour in CIE L*a*b* (white D65), as it is seen. */
function lab(color: Rgb, vision: Matrix): readonly number[] {
  const given = [color.r, color.g, color.b].map(linear);
  const [r, g, b] = vision.map((row) =>
    Math.max(
      0,
      Math.min(
        1,
        row.reduce((sum, factor, k) => sum + factor * given[k], 0),
      ),
    ),
  );
  const [x, y, z] = [
    (0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.9505,
    0.2126 * r + 0.7152 * g + 0.0722 * b,
    (0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.089,
  ].map((value) => (value > 0.008856 ? Math.cbrt(value) : 7.787 * value + 16 / 116));
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

/** How different two colours look (ΔE of CIE 1976) to whoever can tell them apart least. */
export function difference(a: Rgb, b: Rgb): number {
  const seen = Object.values(visions).map((vision) => {
    const [one, other] = [lab(a, vision), lab(b, vision)];
    return Math.hypot(...one.map((value, k) => value - other[k]));
  });
  return Math.min(...seen);
}

/** Colours of this difference are told apart at a glance. */
export const clearDifference = 12;

/**
 * The colours, those that some people could not tell from an earlier one made lighter or darker, as long as
 * they contrast with the background.
 */
export function distinct(colors: readonly Rgb[], background: Rgb, foreground: Rgb): Rgb[] {
  const found: Rgb[] = [];
  for (const color of colors) {
    const least = (candidate: Rgb) => Math.min(...found.map((earlier) => difference(candidate, earlier)));
    const steps = Array.from({ length: 8 }, (_, i) => (i + 1) / 10);
    const candidates = [
      color,
      ...steps.flatMap((share) => [foreground, background].map((to) => mix(color, to, share))),
    ];
    const visible = candidates.filter((candidate) => contrast(candidate, background) >= 3);
    const best = () => visible.reduce((a, b) => (least(b) > least(a) ? b : a), color);
    found.push(visible.find((candidate) => least(candidate) >= clearDifference) ?? best());
  }
  return found;
}
