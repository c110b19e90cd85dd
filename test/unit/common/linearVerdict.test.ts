import assert from 'node:assert/strict';
import { errorOfDifference } from '../../../src/common/chance';
import { linearVerdict } from '../../../src/common/linearVerdict';

const verdict = (network: number, linear: number, error?: number) =>
  linearVerdict({ rows: 600, network, linear, error });

describe('The verdict on a network beside the linear model', () => {
  it('is about as good within two standard errors of the difference, and better beyond them', () => {
    assert.equal(
      verdict(0.1864, 0.1837, 0.0045),
      'The linear model is about as good: loss 0.184 against 0.186 on the same 600 rows (standard error of the difference: 0.0045). Prefer it, it is simpler.',
    );
    assert.match(verdict(0.18, 0.1885, 0.0045) ?? '', /is about as good/);
    assert.match(verdict(0.1885, 0.18, 0.0045) ?? '', /is about as good/);
    assert.equal(verdict(0.18, 0.1895, 0.0045), undefined);
    assert.match(
      verdict(0.3, 0.2, 0.0045) ?? '',
      /^The linear model is better: loss 0\.2 against 0\.3 .* Prefer it\.$/,
    );
  });

  it('is nothing where the network is better, or where numbers are missing', () => {
    assert.equal(verdict(0.1, 0.2, 0.0045), undefined);
    assert.equal(verdict(0.1, 0.2), undefined);
    assert.equal(verdict(Number.NaN, 0.2, 0.01), undefined);
    assert.equal(verdict(Number.NaN, 0.2), undefined);
  });

  it('says no more than the two means do where losses of rows are not known', () => {
    assert.match(
      verdict(0.2, 0.2) ?? '',
      /loss of the linear model is no larger: 0\.2 against 0\.2 on the same 600 rows\. Prefer it/,
    );
    assert.match(verdict(0.3, 0.2, Number.NaN) ?? '', /no larger/);
  });

  it('rests on pairs of rows: a difference that is the same in each row has no error', () => {
    const a = Float64Array.of(1, 5, 9, 2);
    assert.equal(
      errorOfDifference(
        a,
        a.map((value) => value - 0.5),
      ),
      0,
    );
    // By hand: differences 1, −1, 1, −1, whose deviation is 2/√3.
    assert.ok(Math.abs(errorOfDifference(a, Float64Array.of(0, 6, 8, 3)) - 1 / Math.sqrt(3)) < 1e-12);
  });
});
