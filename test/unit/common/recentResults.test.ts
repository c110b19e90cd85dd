import assert from 'node:assert/strict';
import { RecentResults } from '../../../src/common/recentResults';

/** Requests each key in turn, and returns how often each was computed. */
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
  it('are computed once, and the most recently used are kept', async () => {
    const recent = new RecentResults<string>(2);
    assert.deepEqual(await askFor(recent, 'aabab'), { a: 1, b: 1 });
    assert.deepEqual(await askFor(recent, 'acab'), { c: 1, b: 1 });
    assert.deepEqual(
      ['a', 'b', 'c'].map((key) => recent.has(key)),
      [true, true, false],
    );
  });

  it('are computed again if they failed or are not to be kept', async () => {
    const recent = new RecentResults<string>(9, (result) => result !== 'b');
    assert.deepEqual(await askFor(recent, 'aabb'), { a: 1, b: 2 });
    const failing = async () => Promise.reject(new Error('no'));
    assert.deepEqual(await askFor(recent, 'acc', failing), { c: 2 });
  });

  it('stay when a result that they replaced fails', async () => {
    const recent = new RecentResults<string>(9);
    let fail: (error: Error) => void = () => undefined;
    const first = recent.get(
      'a',
      () =>
        new Promise((_, reject) => {
          fail = reject;
        }),
    );
    void recent.set('a', Promise.resolve('second'));
    fail(new Error('no'));
    await assert.rejects(first);
    assert.equal(await recent.get('a', async () => 'third'), 'second');
  });
});
