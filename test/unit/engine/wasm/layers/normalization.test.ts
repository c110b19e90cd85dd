import assert from 'node:assert/strict';
import { rounds } from '../../../../harness/rounds';
import { compare, draw, type LayerCase, oneOf, pairOf, real, restartDraws } from './support';

function shaped(type: string): LayerCase {
  const axes = draw(3);
  const inputShape = [1 + draw(axes === 0 ? 19 : 6), ...Array.from({ length: axes }, () => 1 + draw(6))];
  const training = draw(3) > 0;
  // Far from the running mean an evaluation's numbers are large, and its errors with them.
  const far = training ? oneOf([0, 0, 100]) : 0;
  return {
    type,
    inputShape,
    parameters: { epsilon: 1e-3, momentum: 0.1 },
    // Two samples at least: a batch of one number has no variance.
    count: 2 + draw(9),
    training,
    first: draw(4) === 0,
    value: () => Math.fround(real() + far),
  };
}

describe('Normalisation of the wasm backend', () => {
  before(restartDraws);

  it(`batch normalisation agrees with the reference for ${rounds(200)} random shapes within 1e-5, statistics included`, () => {
    for (let round = 0; round < rounds(200); round++) {
      const pair = pairOf(shaped('batch_normalization'));
      assert.ok(pair);
      compare(pair, 1e-5);
    }
  });

  it(`layer normalisation agrees with the reference for ${rounds(200)} random shapes within 1e-5`, () => {
    for (let round = 0; round < rounds(200); round++) {
      const pair = pairOf(shaped('layer_normalization'));
      assert.ok(pair);
      compare(pair, 1e-5);
    }
  });

  it('layer normalisation agrees with the reference on large samples within 1e-5', () => {
    for (const inputShape of [
      [3, 150, 150],
      [2, 64, 257],
    ]) {
      const pair = pairOf({ ...shaped('layer_normalization'), inputShape, count: 3 });
      assert.ok(pair);
      compare(pair, 1e-5);
    }
  });
});
