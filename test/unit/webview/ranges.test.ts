import assert from 'node:assert/strict';
import { formatShort } from '../../../webview/shared/format';
import { extent, logRange, niceRange, niceStep, tickDigits } from '../../../webview/shared/ranges';

describe('axis ranges', () => {
  it('end at multiples of a round step', () => {
    assert.deepEqual(niceRange(0.02, 0.69), { min: 0, max: 0.8 });
    assert.deepEqual(niceRange(-3.2, 3.7), { min: -4, max: 4 });
    assert.equal(niceStep(132), 50);
  });

  it('do not change while the data fit and fill a third', () => {
    const first = niceRange(0, 0.75);
    assert.equal(niceRange(0.1, 0.6, first), first);
    assert.notEqual(niceRange(0, 0.9, first), first);
    assert.deepEqual(niceRange(0, 0.1, first), { min: 0, max: 0.1 });
  });

  it('widen around a single value', () => {
    assert.deepEqual(niceRange(0, 0), { min: -1, max: 1 });
    const { min, max } = niceRange(0.5, 0.5);
    assert.ok(min < 0.5 && max > 0.5);
  });

  it('have ticks that can be told apart', () => {
    for (const [low, high] of [
      [0, 0.8],
      [1.107, 1.111],
      [0.501, 0.5015],
      [-2000.1, -2000],
    ]) {
      const { min, max } = niceRange(low, high);
      const ticks = Array.from({ length: 8 }, (_, i) =>
        formatShort(min + ((max - min) * i) / 7, tickDigits({ min, max })),
      );
      assert.equal(new Set(ticks).size, ticks.length, ticks.join(' '));
    }
  });

  it('are decades on a log scale and ignore values at or below 0', () => {
    assert.deepEqual(logRange(0.003, 0.69), { min: 0.001, max: 1 });
    assert.deepEqual(logRange(0.1, 0.1), { min: 0.01, max: 1 });
    const { low, high } = extent([Float64Array.of(0, -1, 0.5, Number.NaN, 2)], true);
    assert.deepEqual([low, high], [0.5, 2]);
    assert.deepEqual(logRange(Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY), { min: 0.1, max: 1 });
  });
});
