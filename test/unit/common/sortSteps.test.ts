import assert from 'node:assert/strict';
import { uniform } from '../../../src/common/random';
import { sortNumberSteps, sortSteps } from '../../../src/common/sortSteps';
import { takeAll } from '../../../src/common/steps';

const draw = (i: number) => uniform(3, 8, 0, i);

describe('Sorting in short steps', () => {
  it('orders numbers as a typed array does, −0 before 0, in one go or in many steps', () => {
    for (const length of [0, 1, 2, 4096, 4097, 20000, 50000]) {
      for (const distinct of [2, 50, 1e9]) {
        const values = Float64Array.from({ length }, (_, i) => {
          const value = Math.floor(draw(i) * distinct) - (distinct >> 1);
          return value === 0 && draw(i + length) < 0.5 ? -0 : value;
        });
        const wanted = values.slice().sort();
        let steps = 0;
        for (const _ of sortNumberSteps(values)) {
          steps++;
        }
        assert.deepEqual(new BigInt64Array(values.buffer), new BigInt64Array(wanted.buffer));
        assert.ok(steps >= length / 8192, `${steps} steps for ${length}`);
      }
    }
  });

  it('keeps the order of what is equal', () => {
    const values = Array.from({ length: 30000 }, (_, i) => ({ key: Math.floor(draw(i) * 100), i }));
    const wanted = [...values].sort((a, b) => a.key - b.key);
    takeAll(sortSteps(values, (a, b) => a.key - b.key));
    assert.deepEqual(values, wanted);
  });
});
