/** Creates elements. Text is always inserted as text, never as markup. */

export type Child = Node | string | number | undefined | false;
type Attributes = Readonly<Record<string, string | number | boolean | undefined>>;

/** `h('button', { disabled: true }, 'Stop')`; `undefined` and `false` attributes are omitted. */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  setAttributes(element, attributes);
  append(element, children);
  return element;
}

export function svg<K extends keyof SVGElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: readonly Child[]
): SVGElementTagNameMap[K] {
  const element = document.createElementNS('http://www.w3.org/2000/svg', tag);
  setAttributes(element, attributes);
  append(element, children);
  return element;
}

function setAttributes(element: Element, attributes: Attributes): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== false) {
      element.setAttribute(name, value === true ? '' : String(value));
    }
  }
}

function append(element: Element, children: readonly Child[]): void {
  for (const child of children) {
    if (child !== undefined && child !== false) {
      element.append(typeof child === 'number' ? String(child) : child);
    }
  }
}

/** Sets text only if it differs, so that screen readers and selections are not disturbed. */
export function setText(element: Element, text: string): void {
  if (element.textContent !== text) {
    element.textContent = text;
  }
}

/** The focused element in the tree of this one: of a shadow tree the document knows only the host. */
export function focusBeside(element: Element): Element | null {
  return (element.getRootNode() as Document | ShadowRoot).activeElement;
}

export function setHidden(element: HTMLElement, hidden: boolean): void {
  if (element.hidden !== hidden) {
    element.hidden = hidden;
  }
}

/** Renders `z_{1} = Σ_{i} W_{1i}·x_{i}`, where `_{…}` and `^{…}` are subscripts and superscripts. */
export function math(text: string): HTMLElement {
  const line = h('span', { class: 'math' });
  for (const part of text.split(/([_^]\{[^{}]*\})/)) {
    if (part.startsWith('_{')) {
      line.append(h('sub', {}, part.slice(2, -1)));
    } else if (part.startsWith('^{')) {
      line.append(h('sup', {}, part.slice(2, -1)));
    } else {
      line.append(part);
    }
  }
  return line;
}
