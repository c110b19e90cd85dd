import assert from 'node:assert/strict';
import { heldBackFrom } from '../../../src/spec/tableFiles';

describe('heldBackFrom', () => {
  it('finds the table that another is kept back from', () => {
    const tables = [
      'a/haus.csv',
      'a/haus_hold.csv',
      'a/faults.jsonl.gz',
      'a/faults_hold.jsonl.gz',
      'b/고객.csv',
      'b/고객_검증.csv',
      'b/mnist-train.npz',
      'b/mnist-test.npz',
      'b/latest.csv',
      'c/lonely_test.csv',
    ];
    const found = tables.flatMap((path) => heldBackFrom(path, tables) ?? []);
    assert.deepEqual(found, ['a/haus.csv', 'a/faults.jsonl.gz', 'b/고객.csv', 'b/mnist-train.npz']);
    assert.equal(heldBackFrom('b/latest.csv', [...tables, 'b/la.csv']), undefined);
    assert.equal(heldBackFrom('b/haus_hold.csv', tables), undefined);
  });
});
