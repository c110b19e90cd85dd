import assert from 'node:assert/strict';
import { counted } from '../../../src/common/counted';

describe('a count in words', () => {
  it('has one wording for 1 and another for all others', () => {
    assert.deepEqual(
      [0, 1, 2, 1.5, 1000].map((count) => counted(count, 'row', 'rows')),
      ['rows', 'row', 'rows', 'rows', 'rows'],
    );
  });
});
