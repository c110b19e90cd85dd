import { toDisposable } from '../../common/disposable';
import type { ToPanel } from '../../protocol/panel';

/** The clock and the timers of a feed that posts to a page. */
export function feedPort(post: (message: ToPanel) => Thenable<boolean>) {
  return {
    post,
    now: () => performance.now(),
    setTimer(callback: () => void, milliseconds: number) {
      const timer = setTimeout(callback, milliseconds);
      return toDisposable(() => clearTimeout(timer)).dispose;
    },
  };
}
