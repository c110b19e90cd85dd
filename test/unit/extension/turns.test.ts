import assert from 'node:assert/strict';
import type { Steps } from '../../../src/common/steps';
import { freeTurn, inTurns, turnLength } from '../../../src/extension/language/turns';

const [{ now }, later] = [performance, globalThis.setTimeout];

describe('work in turns', () => {
  let clock: number;
  let timers: (() => void)[];

  beforeEach(() => {
    clock = 0;
    timers = [];
    performance.now = () => clock;
    globalThis.setTimeout = ((timer: () => void) => timers.push(timer)) as unknown as typeof setTimeout;
  });
  afterEach(async () => {
    while (timers.length > 0) {
      await turn();
    }
    performance.now = now.bind(performance);
    globalThis.setTimeout = later;
  });

  /** Runs a turn of the event loop, with its timers. Returns the milliseconds of work in it. */
  async function turn(): Promise<number> {
    const before = clock;
    for (const timer of timers.splice(0)) {
      timer();
    }
    await new Promise(setImmediate);
    return clock - before;
  }

  /** Each step takes a millisecond. */
  function* work(steps: number, name: string): Steps<string> {
    for (let step = 0; step < steps; step++) {
      clock++;
      yield undefined;
    }
    return name;
  }

  it('shares a turn among all callers, and lets each of them continue in turn', async () => {
    const over: string[] = [];
    const works = ['a', 'b', 'c'].map((name, i) => inTurns(work(20 + i, name)).then((made) => over.push(made)));
    await new Promise(setImmediate);
    const turns = [clock];
    while (over.length < 3) {
      turns.push(await turn());
    }
    await Promise.all(works);
    assert.deepEqual(over, ['a', 'b', 'c']);
    assert.equal(
      turns.reduce((sum, milliseconds) => sum + milliseconds),
      63,
    );
    assert.ok(Math.max(...turns) <= turnLength + 1, turns.join(' '));
  });

  it('ends stale work at its next turn', async () => {
    let stale = false;
    const made = inTurns(work(100, 'never'), () => stale);
    stale = true;
    await turn();
    assert.equal(await made, undefined);
    assert.ok(clock <= turnLength + 1);
  });

  it('starts short work only in a turn that has time left', async () => {
    const long = inTurns(work(2 * turnLength, 'long'));
    let begun = false;
    const short = freeTurn().then(() => {
      begun = true;
    });
    await new Promise(setImmediate);
    assert.ok(!begun && clock > turnLength);
    await turn();
    assert.ok(!begun);
    await turn();
    await Promise.all([long, short]);
    assert.ok(begun);
  });

  it('does short work at once', async () => {
    assert.equal(await inTurns(work(turnLength, 'short')), 'short');
    assert.equal(clock, turnLength);
  });
});
