import assert from 'node:assert/strict';
import { isFromLesson, isFromQuestion } from '../../../src/protocol/lesson';

describe('The messages of a lesson', () => {
  it('are taken from outputs in their forms alone', () => {
    const range = [-5, 5];
    const messages = [
      { type: 'boot' },
      { type: 'run', run: 'a', message: { type: 'ready' } },
      { type: 'curve', id: 1, name: 'elu', parameters: { alpha: 0.5 }, range },
      { type: 'run', run: 'a', message: { type: 'delete' } },
      { type: 'run', run: 1, message: { type: 'ready' } },
      { type: 'curve', id: 1, name: 'elu', parameters: { alpha: Number.NaN }, range },
      { type: 'curve', id: 1, name: 'elu', parameters: {}, range: [0, Number.POSITIVE_INFINITY] },
      { type: 'saveFile', name: 'a', kind: 'exe', bytes: new Uint8Array() },
      null,
      'boot',
    ];
    assert.deepEqual(messages.map(isFromLesson), [true, true, true, ...Array(7).fill(false)]);
  });

  it('are taken from questions in their forms alone', () => {
    const messages = [
      { type: 'boot' },
      { type: 'question', id: 'a' },
      { type: 'answer', id: 'a', given: 2 },
      { type: 'answer', id: 'a', given: '2' },
      { type: 'answer', given: 2 },
      { type: 'run', id: 'a' },
    ];
    assert.deepEqual(messages.map(isFromQuestion), [true, true, true, false, false, false]);
  });
});
