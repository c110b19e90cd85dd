import assert from 'node:assert/strict';
import { packNonFinite, unpackNonFinite } from '../../../src/protocol/nonFinite';

describe('numbers that JSON cannot write', () => {
  it('come through it', () => {
    const message = {
      type: 'append',
      gradients: { layers: [{ layer: 0, gradientNorm: Number.NaN, weightNorm: Number.POSITIVE_INFINITY }] },
      lowest: Number.NEGATIVE_INFINITY,
      nothing: null,
      title: 'NaN',
    };
    assert.deepEqual(unpackNonFinite(JSON.parse(JSON.stringify(packNonFinite(message)))), message);
  });

  it('cost no copy where there is none of them, and typed arrays stay what they are', () => {
    const message = { series: { loss: { y: Float64Array.of(1, Number.NaN) } }, list: [1, 2], absent: undefined };
    assert.equal(packNonFinite(message), message);
    assert.equal(unpackNonFinite(message), message);
    const packed = packNonFinite({ ...message, loss: Number.NaN });
    assert.equal(packed.series, message.series);
  });
});
