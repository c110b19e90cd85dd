import type { RunState } from '../../runs/series';

/**
 * The run that the status bar shows: the latest; where it is over, another one that trains. A paused one
 * waits until the result of the latest was seen. `latest`: undefined once it was.
 */
export function shownRun<R extends { readonly state: RunState }>(
  latest: R | undefined,
  active: readonly R[],
): R | undefined {
  return latest && active.includes(latest)
    ? latest
    : (active.find(({ state }) => state !== 'paused') ?? latest ?? active[0]);
}
