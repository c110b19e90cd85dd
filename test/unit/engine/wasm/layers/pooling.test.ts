import assert from 'node:assert/strict';
import { rounds } from '../../../../harness/rounds';
import { compareMany, draw, type LayerCase, oneOf, pairOf, real, restartDraws } from './support';

/** Windows of all kinds; about a third are the usual one. */
function windowed(type: string): LayerCase {
  const usual = draw(3) === 0;
  const size = (): number => 1 + draw(draw(4) === 0 ? 19 : 9);
  const kernel = () => 1 + draw(4);
  const poolSize = usual ? [2, 2] : draw(12) === 0 ? [9, 10] : [kernel(), kernel()];
  const padding = usual ? 0 : oneOf([0, 'same', Math.floor(Math.min(...poolSize) / 2)]);
  const strides = usual || draw(3) === 0 ? poolSize : [kernel(), kernel()];
  return {
    type,
    inputShape: [1 + draw(3), size(), size()],
    parameters: { pool_size: poolSize, padding, strides },
    count: 1 + draw(7),
    first: draw(5) === 0,
    // Equal values are common behind relu; the first one wins.
    value: draw(2) === 0 ? real : () => oneOf([0, 0.5, 1, -1]),
  };
}

describe('Pooling of the wasm backend', () => {
  before(restartDraws);

  it(`max pooling agrees with the reference for ${rounds(400)} random shapes: outputs and winners exactly, errors within 1e-6`, () => {
    compareMany(rounds(400), () => windowed('max_pooling2d'), 1e-6);
  });

  it(`average pooling agrees with the reference for ${rounds(300)} random shapes within 1e-6`, () => {
    compareMany(rounds(300), () => windowed('average_pooling2d'), 1e-6);
  });

  it(`global average pooling agrees with the reference for ${rounds(100)} random shapes within 1e-6`, () => {
    const make = (): LayerCase => ({
      type: 'global_average_pooling2d',
      inputShape: [1 + draw(6), 1 + draw(9), 1 + draw(9)],
      count: 1 + draw(9),
    });
    compareMany(rounds(100), make, 1e-6);
  });

  it('lets a NaN or −∞ win as the reference does', () => {
    const odd = () => oneOf([Number.NaN, Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY, 1, 2]);
    for (let done = 0; done < 50; ) {
      const pair = pairOf({ ...windowed('max_pooling2d'), value: odd });
      if (!pair) {
        continue;
      }
      done++;
      const found = pair.wasm();
      assert.deepEqual(found.winner, pair.reference.winner, pair.label);
      assert.deepEqual(found.output, pair.reference.output, pair.label);
    }
  });
});
