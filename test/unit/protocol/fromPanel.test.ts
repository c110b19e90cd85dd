import assert from 'node:assert/strict';
import { type FromPanel, isFromPanel } from '../../../src/protocol/panel';

const messages: readonly FromPanel[] = [
  { type: 'ready' },
  { type: 'ack', frame: 3 },
  { type: 'control', action: 'pause' },
  { type: 'step', unit: 'batch' },
  { type: 'learningRate', value: 0.1 },
  { type: 'subscribe', views: ['surface', 'gradients'] },
  { type: 'subscribe', views: [] },
  { type: 'walk', id: 1, options: { subject: { kind: 'sample', index: 0 } } },
  { type: 'walk', id: 1, options: { subject: { kind: 'batch' } } },
  { type: 'reveal', line: 0 },
  { type: 'showActivation', name: 'relu' },
  { type: 'saveWeights' },
];

const wrong: readonly unknown[] = [
  undefined,
  null,
  -1,
  0.5,
  Number.NaN,
  '',
  'constructor',
  [],
  {},
  [null],
  { kind: 'sample' },
];

describe('a message from the panel', () => {
  it('is accepted as the panel sends it', () => {
    for (const message of messages) {
      assert.ok(isFromPanel(message), JSON.stringify(message));
    }
  });

  it('is refused where it is none, or where a field is missing or of another type', () => {
    for (const value of [...wrong, 'ready', { type: 'toString' }, { type: '__proto__' }, { type: ['ready'] }]) {
      assert.ok(!isFromPanel(value), String(JSON.stringify(value)));
    }
    // Values that are right for some field, though wrong for most.
    const fitting = new Set([
      'learningRate.value -1',
      'learningRate.value 0.5',
      'subscribe.views []',
      'showActivation.name ""',
      'showActivation.name "constructor"',
    ]);
    for (const message of messages) {
      for (const key of Object.keys(message)) {
        for (const value of wrong) {
          const name = `${message.type}.${key} ${JSON.stringify(value)}`;
          assert.equal(isFromPanel({ ...message, [key]: value }), fitting.has(name), name);
        }
      }
    }
  });
});
