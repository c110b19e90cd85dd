import assert from 'node:assert/strict';
import { cutTo, duration, short, table, width } from '../../../src/cli/report/format';

describe('figures for people', () => {
  it('have four significant digits', () => {
    assert.deepEqual(
      [0.712345, 0, 1, 0.00001234, 123456, 1234567890, Number.NaN].map((value) => short(value)),
      ['0.7123', '0', '1', '1.234e-5', '123500', '1.235e+9', 'NaN'],
    );
  });

  it('are times in seconds, minutes or hours', () => {
    assert.deepEqual([0.04, 12.3, 185, 7800].map(duration), ['0.0 s', '12 s', '3 min 5 s', '2 h 10 min']);
  });

  it('are aligned in columns, where a Korean syllable is two columns wide', () => {
    assert.equal(width('손실 a'), 6);
    assert.equal(
      table([
        ['', 'loss'],
        ['훈련', '1'],
        ['test', '22'],
      ]),
      '        loss\n  훈련     1\n  test    22\n',
    );
  });

  it('are cut to the available width', () => {
    assert.equal(cutTo('손실 1', 3), '손');
    assert.equal(cutTo('abc', 0), '');
    assert.equal(cutTo('abc', 9), 'abc');
  });
});
