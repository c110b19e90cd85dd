import assert from 'node:assert/strict';
import { BoundedSeries } from '../../../src/common/boundedSeries';

function seriesOf(values: readonly number[], limit: number): BoundedSeries {
  const series = new BoundedSeries(limit);
  for (const [i, value] of values.entries()) {
    series.append(i + 1, value);
  }
  return series;
}

describe('a bounded series', () => {
  it('keeps every point while there are few', () => {
    const { x, y } = seriesOf([3, 1, 2], 8).points();
    assert.deepEqual([...x], [1, 2, 3]);
    assert.deepEqual([...y], [3, 1, 2]);
  });

  it('keeps first and last point and a spike of one step up and down among 1,000,000', () => {
    const series = new BoundedSeries(64);
    for (let step = 1; step <= 1_000_000; step += 1) {
      series.append(step, step === 333_333 ? 1000 : step === 777_777 ? -1000 : Math.sqrt(step));
    }
    const { x, y } = series.points();
    assert.equal(x[0], 1);
    assert.equal(x.at(-1), 1_000_000);
    assert.equal(y[x.indexOf(333_333)], 1000);
    assert.equal(y[x.indexOf(777_777)], -1000);
    assert.ok(x.length <= 256);
    assert.ok(x.every((value, i) => i === 0 || value > x[i - 1]));
  });

  it('keeps smallest and largest value wherever they fall', () => {
    for (let at = 1; at <= 100; at += 1) {
      const values = Array.from({ length: 100 }, (_, i) => (i + 1 === at ? -5 : i + 1 === 101 - at ? 5 : i / 100));
      const { y } = seriesOf(values, 4).points();
      assert.ok(y.includes(-5) && y.includes(5), `lost at ${at}`);
    }
  });

  it('holds no more memory for 1,000,000 points than for 10,000, at most 64 bytes a bucket', () => {
    const series = new BoundedSeries(128);
    const bytesAfter = (count: number) => {
      while (series.count < count) {
        series.append(series.count, 0);
      }
      return series.byteLength;
    };
    const early = bytesAfter(10_000);
    assert.equal(bytesAfter(1_000_000), early);
    assert.equal(early, 128 * 64);
  });

  it('gives only points that were appended, unchanged', () => {
    const values = Array.from({ length: 5000 }, (_, i) => ((i * 7919) % 104_729) / 1000);
    const { x, y } = seriesOf(values, 32).points();
    assert.ok(x.every((step, i) => y[i] === values[step - 1]));
  });

  it('gives the points after a cursor, the last point included', () => {
    const series = seriesOf([1, 2, 3], 4);
    const cursor = series.lastX;
    for (let step = 4; step <= 40; step += 1) {
      series.append(step, step);
    }
    const { x } = series.points(cursor);
    assert.ok(x.every((step) => step > 3));
    assert.equal(x.at(-1), 40);
    assert.equal(series.points(40).x.length, 0);
  });

  it('shows a NaN', () => {
    const values = Array.from({ length: 100 }, (_, i) => (i === 50 ? Number.NaN : i));
    assert.ok([...seriesOf(values, 4).points().y].some(Number.isNaN));
  });

  it('forgets all when it is cleared', () => {
    const series = seriesOf([1, 2, 3, 4, 5, 6, 7], 2);
    series.clear();
    series.append(1, 9);
    assert.deepEqual([...series.points().y], [9]);
    assert.equal(series.count, 1);
  });
});
