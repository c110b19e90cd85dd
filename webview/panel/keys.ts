/** The panel's keys: Space, full stop, brackets, Escape, digits. Fields and buttons keep their own. */

interface KeyActions {
  togglePause(): void;
  step(held: boolean): void;
  moveFilm(frames: number): void;
  askStop(): void;
  /** There may be no tab with this index. */
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
    // Text fields need digits and full stops; focused buttons need Space. A tab is selected when it gets the
    // focus, so it needs no Space.
    if (target.matches('input:not([type=range]):not([type=checkbox]):not([type=radio]), select, textarea')) {
      return;
    }
    if (event.key === ' ' && !target.matches('button:not([role=tab]), input, summary, a')) {
      event.preventDefault();
      actions.togglePause();
    } else if (event.key === '.') {
      actions.step(event.repeat);
    } else if (event.key === '[' || event.key === ']') {
      actions.moveFilm(event.key === '[' ? -1 : 1);
    } else if (/^[1-9]$/.test(event.key)) {
      actions.tab(Number(event.key) - 1);
    }
  });
}
