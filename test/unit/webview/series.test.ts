import assert from 'node:assert/strict';
import { capacity, SeriesBuffer, thin } from '../../../webview/shared/series';

function ramp(from: number, count: number, f: (x: number) => number) {
  const x = Float64Array.from({ length: count }, (_, i) => from + i);
  return { x, y: x.map(f) };
}

describe('a series in the panel', () => {
  it('holds what was appended, in order', () => {
    const series = new SeriesBuffer();
    series.append(ramp(1, 300, (x) => 1 / x));
    series.append(ramp(301, 2, (x) => 1 / x));
    assert.equal(series.length, 302);
    assert.equal(series.last, 1 / 302);
    assert.deepEqual([...series.x.slice(-2)], [301, 302]);
  });

  it('stays bounded over a million points and keeps first, last, smallest and largest', () => {
    const series = new SeriesBuffer();
    const f = (x: number) => (x === 123457 ? 99 : x === 654321 ? -99 : Math.sin(x));
    for (let from = 1; from < 1e6; from += 5000) {
      series.append(ramp(from, 5000, f));
    }
    assert.ok(series.length <= capacity);
    assert.equal(series.x[0], 1);
    assert.equal(series.x[series.length - 1], 1e6);
    assert.equal(Math.max(...series.y), 99);
    assert.equal(Math.min(...series.y), -99);
    assert.ok(
      series.x.every((x, i) => i === 0 || x > series.x[i - 1]),
      'x rises',
    );
  });
});

describe('thinning', () => {
  it('does not change short series', () => {
    const points = ramp(0, 40, (x) => x);
    assert.equal(thin(points.x, points.y, 10).y, points.y);
  });

  it('keeps at most four points per bucket, and a NaN', () => {
    const { x, y } = ramp(0, 1000, (x) => (x === 501 ? Number.NaN : x % 7));
    const kept = thin(x, y, 10);
    assert.ok(kept.x.length <= 40);
    assert.ok(kept.y.some(Number.isNaN));
    assert.deepEqual([kept.x[0], kept.x[kept.x.length - 1]], [0, 999]);
  });
});
