import assert from 'node:assert/strict';
import fc from 'fast-check';
import { isMissing, parseNumber } from '../../../src/data/cells';
import { rounds } from '../../harness/rounds';

describe('Numbers in cells', () => {
  it('read back to the bit, in plain, short and scientific notation', () => {
    const texts = (x: number) => [String(x), x.toPrecision(17), x.toExponential()];
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.integer(), fc.nat(12), (x, n, places) => {
        const short = (n / 10 ** places).toFixed(places);
        for (const text of [...texts(x), String(n), short]) {
          assert.ok(Object.is(parseNumber(text), Number(text)), text);
        }
      }),
      { numRuns: rounds(2000), seed: 1 },
    );
  });

  it('may begin or end with the point and have a sign', () => {
    assert.deepEqual(
      ['.5', '5.', '-.5', '+5', '-0', '007', '1E3', '1e-3'].map(parseNumber),
      [0.5, 5, -0.5, 5, -0, 7, 1000, 1e-3],
    );
  });

  it('have no other notation', () => {
    for (const text of ['', '.', '-', '-.', '1.2.3', '1,5', '0x10', '1_000', '1e', 'e5', '1 000', '--1', '٣', '5 %']) {
      assert.equal(parseNumber(text), undefined, text);
    }
  });

  it('may be infinite; the caller then refuses them', () => {
    for (const text of ['inf', 'Infinity', '+INF', '1e309']) {
      assert.equal(parseNumber(text), Number.POSITIVE_INFINITY);
    }
    assert.equal(parseNumber('-inf'), Number.NEGATIVE_INFINITY);
  });

  it('are missing where the cell is empty, NA or NaN, and in no other spelling', () => {
    for (const word of ['', 'NA', 'N/A', 'n/a', '#N/A', '<NA>', 'NaN', 'nan', 'NULL', 'null']) {
      assert.ok(isMissing(word), word);
    }
    for (const word of ['na', 'None', '-', '?', '0', 'NaNs']) {
      assert.ok(!isMissing(word), word);
    }
  });
});
