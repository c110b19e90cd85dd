/** Creates elements, and pictures drawn by our own code, without inline styles. */
import { type PaintRole, type Plot, plotSvg } from '../../src/common/plotSvg';
import type { Picture } from '../../src/protocol/gallery';

type Child = Node | string | undefined;

export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Readonly<Record<string, string>> = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    made.setAttribute(name, value);
  }
  made.append(...children.filter((child) => child !== undefined));
  return made;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** A plot in the theme's colours: the style sheet colours `.paint-f` and similar classes. */
export function plotElement(plot: Plot, description: string, size: Size, detailed: boolean): SVGElement {
  const svg = plotSvg(plot, {
    ...size,
    paint: (role: PaintRole) => `class="paint-${role}"`,
    ...(detailed ? { ticks: true, legend: { f: 'f', df: 'f′' } } : {}),
  });
  return image(svg, description, 'plot');
}

export function formulaElement({ svg }: Picture, text: string): SVGElement {
  return image(svg, text, 'formula');
}

function image(svg: string, description: string, className: string): SVGElement {
  const parsed = new DOMParser().parseFromString(svg, 'image/svg+xml').documentElement;
  const made = document.importNode(parsed, true) as unknown as SVGElement;
  made.setAttribute('class', className);
  made.setAttribute('role', 'img');
  made.setAttribute('aria-label', description);
  return made;
}

/** Replaces `{0}`, `{1}` by values. */
export function fill(sentence: string, ...values: readonly (string | number)[]): string {
  return sentence.replace(/\{(\d)\}/g, (place, index) => String(values[Number(index)] ?? place));
}
