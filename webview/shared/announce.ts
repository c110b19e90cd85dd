/** A live region: a screen reader speaks its text, which is not visible. */
import { h, setText } from './dom';

const region = h('div', { class: 'visually-hidden', 'aria-live': 'polite', 'data-testid': 'live' });

export function mountLiveRegion(parent: HTMLElement): void {
  parent.append(region);
}

export function announce(text: string): void {
  setText(region, text);
}
