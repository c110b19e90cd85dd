import assert from 'node:assert/strict';
import {
  decodeNumber,
  encodeNumber,
  packArrays,
  packNumbers,
  unpackArrays,
  unpackNumbers,
} from '../../../src/common/jsonNumbers';

const special = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0];

describe('numbers that JSON cannot write', () => {
  it('are words, and words are read as the same numbers', () => {
    assert.deepEqual(special.map(encodeNumber), ['NaN', 'Infinity', '-Infinity', '-0']);
    for (const value of [...special, 0, 0.1, -1e300]) {
      assert.ok(Object.is(decodeNumber(JSON.parse(JSON.stringify(encodeNumber(value)))), value), String(value));
    }
  });

  it('are not read from other texts and values', () => {
    for (const json of ['', '1', 'nan', '+Infinity', null, undefined, true, [1], { $number: 'NaN' }]) {
      assert.equal(decodeNumber(json), undefined);
    }
  });

  it('survive JSON in lists and objects, beside texts that look like them', () => {
    const message = {
      type: 'append',
      gradients: { layers: [{ layer: 0, gradientNorm: Number.NaN, weightNorm: Number.POSITIVE_INFINITY }] },
      lowest: [special, [1, -1]],
      nothing: null,
      title: 'NaN',
    };
    assert.deepEqual(unpackNumbers(JSON.parse(JSON.stringify(packNumbers(message)))), message);
  });

  it('cost no copy where there are none, and typed arrays stay as they are', () => {
    const message = { series: { loss: { y: Float64Array.of(1, Number.NaN) } }, list: [1, 2], absent: undefined };
    assert.equal(packNumbers(message), message);
    assert.equal(unpackNumbers(message), message);
    const packed = packNumbers({ ...message, loss: Number.NaN });
    assert.equal(packed.series, message.series);
  });

  it('survive JSON in typed arrays of any length, to the bit', () => {
    const message = {
      series: { loss: { x: Float64Array.of(1, Number.NaN, -0), y: Float64Array.of(0.1).subarray(0) } },
      inputs: Float32Array.from({ length: 30_000 }, (_, i) => i / 3),
      part: Float64Array.of(1, 2, 3).subarray(1, 2),
      base64: 'no array',
      loss: Number.NaN,
    };
    assert.deepEqual(unpackArrays(JSON.parse(JSON.stringify(packArrays(message)))), message);
  });

  it('are read from the form that stored runs have: an object with one word', () => {
    assert.deepEqual(unpackNumbers(JSON.parse('{"final":{"loss":{"$number":"-Infinity"}}}')), {
      final: { loss: Number.NEGATIVE_INFINITY },
    });
  });
});
