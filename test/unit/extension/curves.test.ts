import assert from 'node:assert/strict';
import { curvesOf } from '../../../src/extension/runs/curves';
import type { Started } from '../../../src/protocol/engine';

describe('the curves of activations in the panel', () => {
  it('jump where a slope does, and are whole elsewhere', () => {
    const layers = ['relu', 'tanh'].map((name) => ({ activation: { name, parameters: {} } }));
    const [relu, tanh] = Object.values(curvesOf({ layers } as unknown as Started));
    const at = [...relu.x].flatMap((x, i) => (x === 0 ? [relu.df?.[i]] : []));
    assert.deepEqual(at, [0, 1]);
    assert.equal(relu.x.length, 102);
    assert.ok(relu.x.every((x, i) => i === 0 || x >= relu.x[i - 1]));
    assert.equal(tanh.x.length, 101);
  });
});
