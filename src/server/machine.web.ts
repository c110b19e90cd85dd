import type { Machine } from './environment';

/** A browser's worker: one thread, since its pages seldom may share memory. */
export function machineOf(): Machine {
  return { cores: 1, now: () => performance.now() };
}
