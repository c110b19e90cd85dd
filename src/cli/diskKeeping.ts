/** Keeps runs on disk. */
import { toDisposable } from '../common/disposable';
import { DiskFolder } from '../disk/diskFolder.node';
import { here } from '../disk/here.node';
import type { Keeping } from './io';

export const diskKeeping: Keeping = {
  openFolder: (path) => new DiskFolder(path),
  clock: {
    now: () => Date.now(),
    after(milliseconds, action) {
      const timer = setTimeout(action, milliseconds);
      return toDisposable(() => clearTimeout(timer));
    },
  },
  here,
  random: () => crypto.getRandomValues(new Uint32Array(1))[0] / 2 ** 32,
};
