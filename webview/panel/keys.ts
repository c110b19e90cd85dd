/** The panel's keys: Space, full stop, Escape, 1–5. Fields and buttons keep theirs. */

export interface KeyActions {
  togglePause(): void;
  step(held: boolean): void;
  askStop(): void;
  tab(index: number): void;
}

export function listenToKeys(actions: KeyActions): void {
  document.addEventListener('keydown', (event) => {
    if (
      event.ctrlKey ||
      event.metaKey ||
      event.altKey ||
      event.defaultPrevented ||
      !(event.target instanceof Element)
    ) {
      return;
    }
    const { target } = event;
    if (event.key === 'Escape') {
      actions.askStop();
      return;
    }
    // Digits and full stops belong to a field that takes text, Space to whatever it would press; a tab is chosen as it is focused.
    if (target.matches('input:not([type=range]):not([type=checkbox]):not([type=radio]), select, textarea')) {
      return;
    }
    if (event.key === ' ' && !target.matches('button:not([role=tab]), input, summary, a')) {
      event.preventDefault();
      actions.togglePause();
    } else if (event.key === '.') {
      actions.step(event.repeat);
    } else if (/^[1-5]$/.test(event.key)) {
      actions.tab(Number(event.key) - 1);
    }
  });
}
