import assert from 'node:assert/strict';
import { normal, purposes, uniform } from '../../../src/common/random';
import { wildValues } from '../../../src/data/wildValues';

const count = 1000;
const normals = Array.from({ length: count }, (_, i) => normal(7, purposes.probe, 0, i));
const found = (values: readonly number[]) => wildValues(Float64Array.from(values).sort());
const amounts = normals.map((value) => 300_000 * Math.exp(0.4 * value));
/** Every so many-th number is `times` as large. */
const slipped = (values: readonly number[], every: number, times: number) =>
  values.map((value, i) => (i % every === 0 ? times * value : value));

describe('Wild values', () => {
  it('are few, far from the others, and outweigh them', () => {
    const wild = found(slipped(amounts, 250, 1000));
    assert.equal(wild?.count, 4);
    assert.ok(wild.share > 0.99 && wild.farthest > 1e8, JSON.stringify(wild));
    assert.equal(found([...normals, -300])?.farthest, -300);
    assert.equal(found(slipped(amounts, 125, 50))?.count, 8);
  });

  it('are not the tail of an ordinary distribution, however long', () => {
    for (const deviation of [0.4, 1, 1.5, 2]) {
      assert.equal(found(normals.map((value) => Math.exp(deviation * value))), undefined, `${deviation}`);
    }
    for (let step = 0; step < 100; step++) {
      // Some of these have a few numbers that outweigh all others, but whose logarithms lie with the others.
      const tail = Array.from({ length: 300 }, (_, i) => Math.exp(normal(7, purposes.probe, step, i)));
      assert.equal(found(tail), undefined, `${step}`);
    }
    assert.equal(found(normals), undefined);
    assert.equal(
      found(Array.from({ length: count }, (_, i) => -Math.log(1 - uniform(7, purposes.probe, 0, i)))),
      undefined,
      'exponential',
    );
  });

  it('are not a group of more than a hundredth of the rows, nor numbers among mostly equal ones', () => {
    assert.equal(found(slipped(amounts, 40, 1000)), undefined);
    assert.equal(found([...new Array(count).fill(0), 1000]), undefined);
    assert.equal(found([1, 2, 3, 4, 5000]), undefined, 'too few to tell');
    assert.equal(found([]), undefined);
  });
});
