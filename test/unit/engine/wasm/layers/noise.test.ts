import assert from 'node:assert/strict';
import { rounds } from '../../../../harness/rounds';
import { compare, draw, type LayerCase, oneOf, pairOf, restartDraws } from './support';

function random(type: string, parameters: Readonly<Record<string, number>>): LayerCase {
  return {
    type,
    inputShape: [1 + draw(30)],
    parameters,
    count: 1 + draw(9),
    training: draw(4) > 0,
    step: oneOf([0, 1, 77, 2 ** 33 + 5]),
    first: draw(5) === 0,
  };
}

describe('Noise of the wasm backend', () => {
  before(restartDraws);

  it(`dropout and alpha dropout have the reference’s masks and agree within 1e-6 for ${rounds(200)} random shapes`, () => {
    for (let round = 0; round < rounds(200); round++) {
      const type = oneOf(['dropout', 'alpha_dropout']);
      const pair = pairOf(random(type, { rate: oneOf([0, 0.1, 0.5, 0.9, draw(1000) / 1000]) }));
      assert.ok(pair);
      compare(pair, 1e-6);
    }
  });

  it(`Gaussian noise agrees with the reference within 1e-5 for ${rounds(100)} random shapes`, () => {
    for (let round = 0; round < rounds(100); round++) {
      const pair = pairOf(random('gaussian_noise', { stddev: oneOf([0, 0.1, 2]) }));
      assert.ok(pair);
      compare(pair, 1e-5);
    }
  });
});
