import { toDisposable } from '../../src/common/disposable';
import type { Clock } from '../../src/runs/runWriter';

/** A clock that the test moves. */
export class TestClock implements Clock {
  time = Date.UTC(2026, 11, 2, 14, 15, 0);
  /** Milliseconds by which the clock was set. Timers do not notice. */
  set = 0;
  readonly #timers = new Map<object, { at: number; action: () => void }>();

  now = () => this.time + this.set;

  after(milliseconds: number, action: () => void) {
    const key = {};
    this.#timers.set(key, { at: this.time + milliseconds, action });
    return toDisposable(() => this.#timers.delete(key));
  }

  /** Lets so many milliseconds pass, and everything that they bring about happen. */
  async pass(milliseconds: number): Promise<void> {
    const end = this.time + milliseconds;
    for (;;) {
      const due = [...this.#timers].filter(([, { at }]) => at <= end).sort(([, a], [, b]) => a.at - b.at)[0];
      if (!due) {
        break;
      }
      this.#timers.delete(due[0]);
      this.time = Math.max(this.time, due[1].at);
      due[1].action();
      await new Promise((done) => setImmediate(done));
    }
    this.time = end;
  }

  get waiting(): number {
    return this.#timers.size;
  }
}
