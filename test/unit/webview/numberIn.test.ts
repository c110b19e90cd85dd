import assert from 'node:assert/strict';
import { numberIn } from '../../../webview/lesson/numberIn';

describe('The number of an answer', () => {
  it('may be written with a comma, spaces around it, and any minus', () => {
    const written = ['1.7', ' 1,7 ', '-0.5', '−0,5', '–2', '1e-3', '.5'];
    assert.deepEqual(written.map(numberIn), [1.7, 1.7, -0.5, -0.5, -2, 0.001, 0.5]);
  });

  it('is none where it is anything else', () => {
    for (const text of ['', '  ', 'two', '1,000,000', '1.2.3', '1;2']) {
      assert.ok(Number.isNaN(numberIn(text)), text);
    }
  });
});
