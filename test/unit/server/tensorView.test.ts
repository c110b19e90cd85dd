import assert from 'node:assert/strict';
import { viewOfTensor } from '../../../src/server/tensorView';

const tensor = (...shape: number[]) => {
  const length = shape.reduce((product, axis) => product * axis, 1);
  return { name: 'W', shape, values: Float32Array.from({ length }, (_, i) => i) };
};

describe('the view of a tensor', () => {
  it('is the whole tensor up to 64 numbers', () => {
    const { values, shown, summary } = viewOfTensor(tensor(8, 8));
    assert.equal(values.length, 64);
    assert.deepEqual(shown, [8, 8]);
    assert.equal(summary, undefined);
  });

  it('is a corner of 8 by 8 and a summary of the whole if it is larger', () => {
    const { values, shown, summary } = viewOfTensor(tensor(10, 20));
    assert.deepEqual(shown, [8, 8]);
    assert.deepEqual([...values.slice(0, 9)], [0, 1, 2, 3, 4, 5, 6, 7, 20]);
    assert.deepEqual([summary?.minimum, summary?.maximum, summary?.mean], [0, 199, 99.5]);
  });

  it('counts axes after the first as columns', () => {
    assert.deepEqual(viewOfTensor(tensor(3, 5, 7)).shown, [3, 8]);
    assert.deepEqual(viewOfTensor(tensor(100)).shown, [64]);
  });

  it('shows a NaN in its summary', () => {
    const broken = tensor(100);
    broken.values[3] = Number.NaN;
    const { summary } = viewOfTensor(broken);
    assert.ok(Number.isNaN(summary?.minimum) && Number.isNaN(summary?.maximum) && Number.isNaN(summary?.mean));
  });
});
