import assert from 'node:assert/strict';
import { editDistance, nearest } from '../../../src/common/nearest';

describe('the nearest word', () => {
  it('counts inserted, deleted, replaced and swapped letters', () => {
    assert.equal(editDistance('relu', 'relu'), 0);
    assert.equal(editDistance('rleu', 'relu'), 1);
    assert.equal(editDistance('rel', 'relu'), 1);
    assert.equal(editDistance('kitten', 'sitting'), 3);
  });

  it('differs in at most a third of the letters', () => {
    assert.equal(nearest('hieght', ['weight', 'height']), 'height');
    assert.equal(nearest('Epochs', ['epochs']), 'epochs');
    assert.equal(nearest('quux', ['epochs', 'seed']), undefined);
  });

  it('shares a letter with the word: another single letter is no suggestion', () => {
    assert.equal(nearest('z', ['a', 'b', 'y']), undefined);
    assert.equal(nearest('x', ['a', 'x1']), 'x1');
    assert.equal(nearest('Y', ['a', 'y']), 'y');
  });
});
