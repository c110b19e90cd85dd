import assert from 'node:assert/strict';
import { RecentResults } from '../../../src/common/recentResults';

/** Asks for keys; how often each was found. */
async function askFor(recent: RecentResults<string>, keys: string, find = async (key: string) => key) {
  const found: Record<string, number> = {};
  for (const key of keys) {
    await recent
      .get(key, () => {
        found[key] = (found[key] ?? 0) + 1;
        return find(key);
      })
      .catch(() => undefined);
  }
  return found;
}

describe('recent results', () => {
  it('are found once, and kept in the order in which they were asked for last', async () => {
    const recent = new RecentResults<string>(2);
    assert.deepEqual(await askFor(recent, 'aabab'), { a: 1, b: 1 });
    assert.deepEqual(await askFor(recent, 'acab'), { c: 1, b: 1 });
    assert.deepEqual(
      ['a', 'b', 'c'].map((key) => recent.has(key)),
      [true, true, false],
    );
  });

  it('are found anew where they failed, or are not to last', async () => {
    const recent = new RecentResults<string>(9, (result) => result !== 'b');
    assert.deepEqual(await askFor(recent, 'aabb'), { a: 1, b: 2 });
    const failing = async () => Promise.reject(new Error('no'));
    assert.deepEqual(await askFor(recent, 'acc', failing), { c: 2 });
  });

  it('are not dropped with one whose place they took', async () => {
    const recent = new RecentResults<string>(9);
    let fail: (error: Error) => void = () => undefined;
    const first = recent.get(
      'a',
      () =>
        new Promise((_, reject) => {
          fail = reject;
        }),
    );
    recent.set('a', Promise.resolve('second'));
    fail(new Error('no'));
    await assert.rejects(first);
    assert.equal(await recent.get('a', async () => 'third'), 'second');
  });
});
