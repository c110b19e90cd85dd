import assert from 'node:assert/strict';
import { normal, purposes } from '../../../src/common/random';
import { wideNumbers } from '../../../src/data/wideNumbers';

const normals = Array.from({ length: 1000 }, (_, i) => normal(3, purposes.probe, 0, i));
const found = (values: readonly number[]) => wideNumbers(Float64Array.from(values).sort());

describe('wide numbers', () => {
  it('differ by factors of ten and more', () => {
    const wide = found(normals.map((value) => Math.exp(value)));
    assert.ok(wide && wide.low < 0.25 && wide.high > 4, JSON.stringify(wide));
    assert.equal(found(normals.map((value) => Math.exp(0.5 * value))), undefined);
    assert.equal(found(normals.slice(0, 20).map((value) => Math.exp(value))), undefined, 'few');
  });

  it('are above 0, and not crowded near it', () => {
    assert.equal(found([0, ...normals.map((value) => Math.exp(value))]), undefined);
    assert.equal(found(normals), undefined);
    // Exponential and even numbers: their logarithms have a long tail towards 0.
    const even = normals.map((_, i) => (i + 0.5) / 1000);
    assert.equal(found(even.map((share) => -Math.log(share))), undefined);
    assert.equal(found(even), undefined);
  });
});
