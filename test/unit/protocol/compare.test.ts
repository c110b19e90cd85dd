import assert from 'node:assert/strict';
import { isFromCompare, mostCurves, readCompared } from '../../../src/protocol/compare';

describe('the messages of a page that compares runs', () => {
  it('are taken in their own form alone', () => {
    const good = [
      { type: 'ready' },
      { type: 'show', keys: ['a'] },
      { type: 'act', action: 'star', key: 'a' },
      { type: 'diff', keys: ['a', 'b'] },
      { type: 'stopAll' },
    ];
    const bad = [
      undefined,
      {},
      { type: 'show' },
      { type: 'show', keys: [1] },
      { type: 'show', keys: new Array(mostCurves + 1).fill('a') },
      { type: 'act', action: 'delete', key: 'a' },
      { type: 'act', action: 'star' },
      { type: 'diff', keys: ['a'] },
      { type: 'toString' },
    ];
    assert.deepEqual(
      good.map(isFromCompare),
      good.map(() => true),
    );
    assert.deepEqual(
      bad.map(isFromCompare),
      bad.map(() => false),
    );
  });

  it('leave a state from which the comparison is opened again', () => {
    const compared = { spec: 'file:///a.nnspec', sweep: 's', keys: ['a'] };
    assert.deepEqual(readCompared({ compared, choices: {} }), compared);
    assert.deepEqual(readCompared({ compared: { spec: 'a', sweep: 1, keys: [2] } }), { spec: 'a' });
    assert.equal(readCompared({ compared: { keys: [] } }), undefined);
    assert.equal(readCompared(undefined), undefined);
  });
});
