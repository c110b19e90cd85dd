import assert from 'node:assert/strict';
import { rounds } from '../../../../harness/rounds';
import { complete, thing } from '../../support';
import { compare, draw, oneOf, pairOf, restartDraws } from './support';

const activations = ['linear', 'relu', 'tanh', 'softmax', 'prelu'].map((name) => complete('activation', thing(name)));

/** A layer with barely enough weights for threads to divide its columns. */
function check(count: number): void {
  const inputs = oneOf([300, 500, 1100]) + draw(30);
  const pair = pairOf({
    type: 'dense',
    inputShape: [inputs],
    parameters: { units: Math.ceil(2 ** 18 / inputs) + draw(40), use_bias: draw(4) > 0 },
    activation: draw(4) === 0 ? undefined : oneOf(activations),
    count,
    first: draw(4) === 0,
    error: draw(2) === 0 ? undefined : () => oneOf([0, 0, 0, 1, -1]),
  });
  assert.ok(pair);
  compare(pair, 1e-4);
}

describe('Dense layers of the wasm backend with many weights', () => {
  before(restartDraws);

  it(`agree with the reference for ${rounds(15)} random shapes within 1e-4`, () => {
    for (let round = 0; round < rounds(15); round++) {
      check(1 + draw(6));
    }
  });

  it('agree with so many rows that threads divide the rows instead of the columns', () => check(260));
});
