import assert from 'node:assert/strict';
import { smooth, trend } from '../../../webview/shared/smoothing';

describe('smoothing', () => {
  it('of weight 0 gives the series itself', () => {
    assert.deepEqual([...smooth(Float64Array.of(3, 1, 2), 0)], [3, 1, 2]);
  });

  it('starts at the first value, not at 0, and is an exponential moving average (bound 1e-12)', () => {
    const y = Float64Array.of(4, 2, 6);
    const s = smooth(y, 0.5);
    const wanted = [4, (0.5 * 4 * 0.5 + 0.5 * 2) / 0.75, (0.25 * 4 * 0.5 + 0.25 * 2 + 0.5 * 6) / 0.875];
    for (const [i, value] of wanted.entries()) {
      assert.ok(Math.abs(s[i] - value) < 1e-12, `${s[i]} against ${value}`);
    }
  });

  it('skips values that are not finite', () => {
    assert.deepEqual(
      [...smooth(Float64Array.of(2, Number.NaN, 2), 0.9)].map((x) => Math.round(x * 1e9) / 1e9),
      [2, 2, 2],
    );
  });
});

describe('the trend of a loss', () => {
  const series = (f: (i: number) => number) => Float64Array.from({ length: 100 }, (_, i) => f(i));

  it('is computed from its last two fifths', () => {
    assert.equal(trend(series((i) => 1 / (1 + i))), 'falling');
    assert.equal(trend(series((i) => 1 + i)), 'rising');
    assert.equal(trend(series((i) => 0.7 + 1e-4 * (i % 2))), 'flat');
    assert.equal(trend(Float64Array.of(1, 2)), undefined);
  });
});
