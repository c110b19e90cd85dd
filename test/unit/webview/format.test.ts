import assert from 'node:assert/strict';
import {
  dataPoints,
  formatCount,
  formatDuration,
  formatMemory,
  formatNumber,
  formatShape,
  formatShare,
  formatShort,
} from '../../../webview/shared/format';

describe('numbers in the panel', () => {
  it('tell an amount of memory in a unit that has few digits', () => {
    assert.deepEqual([85_300_000, 999_000_000, 1_250_000_000].map(formatMemory), [
      '85\u00a0MB',
      '999\u00a0MB',
      '1.3\u00a0GB',
    ]);
  });

  it('have four significant digits and keep trailing zeros', () => {
    const cases: readonly (readonly [number, string])[] = [
      [0.0312, '0.03120'],
      [0.99996, '1.000'],
      [12.5, '12.50'],
      [99.999, '100.0'],
      [0.00012346, '0.0001235'],
      [99999.6, '100000'],
    ];
    assert.deepEqual(
      cases.map(([value]) => formatNumber(value)),
      cases.map(([, text]) => text),
    );
  });

  it('have no point where they are exact integers', () => {
    assert.deepEqual(
      [0, -0, 1, -20, 1234].map((value) => formatNumber(value, 3)),
      ['0', '0', '1', '−20', '1234'],
    );
  });

  it('have exponents outside 1e-4 to 1e5 and a real minus sign', () => {
    assert.equal(formatNumber(1.23456e-5), '1.235e−5');
    assert.equal(formatNumber(-0.5), '−0.5000');
    assert.equal(formatNumber(-123456, 3), '−1.23e5');
  });

  it('have a singular and a plural', () => {
    assert.deepEqual([0, 1, 40].map(dataPoints), ['0 data points', '1 data point', '40 data points']);
  });

  it('have texts for NaN, infinities and a missing value', () => {
    assert.deepEqual(
      [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, undefined].map((value) => formatNumber(value)),
      ['NaN', '∞', '−∞', '–'],
    );
  });

  it('are short on axes', () => {
    assert.deepEqual(
      [0, 0.1, 1e-6, 250, -2.5, 1e6].map((value) => formatShort(value)),
      ['0', '0.1', '1e−6', '250', '−2.5', '1e6'],
    );
  });

  it('have groups of three digits when they are counts', () => {
    assert.deepEqual([7, 1234, -123456.7, 1e16, 1e21, 0.4].map(formatCount), [
      '7',
      '1,234',
      '-123,457',
      '10,000,000,000,000,000',
      '1e+21',
      '0',
    ]);
  });
});

describe('shares in the panel', () => {
  it('never round a remainder to 0 or 100 %', () => {
    assert.deepEqual([0, 0.0001, 0.004, 0.03, 0.41, 0.999, 1].map(formatShare), [
      '0 %',
      'under 0.1 %',
      '0.4 %',
      '3 %',
      '41 %',
      '99.9 %',
      '100 %',
    ]);
  });
});

describe('durations in the panel', () => {
  it('take the largest two units', () => {
    assert.deepEqual([0.31, 8.2, 59.4, 125, 4320].map(formatDuration), [
      '0.3\u00a0s',
      '8\u00a0s',
      '59\u00a0s',
      '2\u00a0min\u00a005\u00a0s',
      '1\u00a0h\u00a012\u00a0min',
    ]);
  });
});

describe('shapes in the panel', () => {
  it('are written with a times sign', () => {
    assert.equal(formatShape([1, 28, 28]), '1 × 28 × 28');
  });
});
