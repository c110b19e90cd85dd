import assert from 'node:assert/strict';
import { compare, draw, pairOf, restartDraws } from './support';

describe('Layers of the wasm backend that pass their numbers on', () => {
  before(restartDraws);

  it('flatten, reshape and residual agree with the reference for 60 random shapes, to the bit', () => {
    for (let round = 0; round < 60; round++) {
      const inputShape = [1 + draw(5), 1 + draw(5), 1 + draw(5)];
      for (const type of ['flatten', 'reshape', 'residual']) {
        const pair = pairOf({
          type,
          inputShape,
          parameters: type === 'reshape' ? { shape: [-1, inputShape[2]] } : {},
          count: 1 + draw(9),
          first: draw(4) === 0,
        });
        assert.ok(pair);
        compare(pair, 0);
      }
    }
  });
});
