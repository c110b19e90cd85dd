import assert from 'node:assert/strict';
import { ThreadChoice } from '../../../../src/engine/wasm/threads/threadChoice';

/**
 * Simulates calls of ten steps on a clock of its own; the time of a step depends on whether all threads work.
 */
class Course {
  readonly #times: { all: number; one: number };
  #clock = 0;
  readonly choice = new ThreadChoice(() => this.#clock);

  constructor(all: number, one: number) {
    this.#times = { all, one };
  }

  change(all: number, one: number): void {
    Object.assign(this.#times, { all, one });
  }

  /** The fraction of `milliseconds` in which all threads worked. */
  run(milliseconds: number, disturbed: (call: number) => number = () => 1): number {
    const start = this.#clock;
    let byAll = 0;
    for (let call = 0; this.#clock - start < milliseconds; call++) {
      const all = this.choice.begin();
      const time = 10 * this.#times[all ? 'all' : 'one'] * disturbed(call);
      this.#clock += time;
      if (all) {
        byAll += time;
      }
      this.choice.end(10);
    }
    return byAll / (this.#clock - start);
  }
}

describe('the choice of threads', () => {
  it('begins with all, and keeps them where they are faster, at hardly any cost', () => {
    const course = new Course(0.3, 0.5);
    assert.ok(course.choice.begin());
    course.choice.end(10);
    assert.ok(course.run(1000) > 0.95);
    assert.ok(course.run(60_000) > 0.99);
  });

  it('leaves the work to one thread where that is faster, and takes all again when they become faster', () => {
    const course = new Course(0.5, 0.3);
    course.run(400);
    assert.equal(course.choice.usesAll, false);
    assert.ok(course.run(60_000) < 0.01);
    course.change(0.3, 0.5);
    course.run(8000);
    assert.equal(course.choice.usesAll, true);
  });

  it('keeps all threads where one is not a tenth faster, and after a call that was held up', () => {
    const near = new Course(0.5, 0.46);
    near.run(60_000);
    assert.equal(near.choice.usesAll, true);
    const held = new Course(0.3, 0.5);
    held.run(60_000, (call) => (call % 97 === 0 ? 50 : 1));
    assert.equal(held.choice.usesAll, true);
  });
});
