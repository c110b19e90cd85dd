import assert from 'node:assert/strict';
import { jsonLine } from '../../../src/common/jsonLine';

describe('a line of JSON', () => {
  it('writes numbers that JSON lacks as texts', () => {
    assert.equal(
      jsonLine({ a: Number.NaN, b: [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY], c: 0.1 }),
      '{"a":"NaN","b":["Infinity","-Infinity"],"c":0.1}\n',
    );
  });

  it('is one line for every reader, whatever a name contains', () => {
    const line = jsonLine({ name: 'a\nb\u2028c\u2029d' });
    assert.equal(line, '{"name":"a\\nb\\u2028c\\u2029d"}\n');
    assert.deepEqual(JSON.parse(line), { name: 'a\nb\u2028c\u2029d' });
  });
});
