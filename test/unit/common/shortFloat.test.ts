import assert from 'node:assert/strict';
import { shortFloat } from '../../../src/common/shortFloat';

describe('A number of float32 without the digits that say nothing', () => {
  it('reads back to the same bits, in nine digits at most', () => {
    assert.equal(shortFloat(Math.fround(0.1)), 0.1);
    assert.deepEqual(
      [0, -1, 0.5, 1234567, Number.NaN].map((value) => shortFloat(value)),
      [0, -1, 0.5, 1234567, Number.NaN],
    );
    for (let i = 0; i < 2000; i++) {
      const value = Math.fround(Math.exp(((i * 7919) % 2000) / 25 - 40) * (i % 2 === 0 ? 1 : -1));
      const short = shortFloat(value);
      assert.equal(Math.fround(short), value);
      assert.ok(short.toExponential().replace(/e.*|\D/g, '').length <= 9, String(short));
    }
  });

  it('keeps what differs where a target lies far from 0 for its spread', () => {
    assert.equal(shortFloat(1_700_000_012 + 1 / 3, 100), 1_700_000_012.333333);
    assert.equal(shortFloat(301_234.5678, 80_000), 301_234.57);
  });
});
