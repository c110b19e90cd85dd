import assert from 'node:assert/strict';
import { type FromPanel, isFromPanel } from '../../../src/protocol/panel';

const messages: readonly FromPanel[] = [
  { type: 'ready' },
  { type: 'ack', frame: 3 },
  { type: 'control', action: 'pause' },
  { type: 'step', unit: 'batch' },
  { type: 'learningRate', value: 0.1 },
  { type: 'subscribe', questions: { surface: { resolution: 64 }, gradients: {} } },
  { type: 'subscribe', questions: {} },
  { type: 'walk', id: 1, options: { subject: { kind: 'sample', index: 0 } } },
  { type: 'walk', id: 1, options: { subject: { kind: 'batch' } } },
  { type: 'reveal', line: 0 },
  { type: 'showActivation', name: 'relu' },
  { type: 'openLesson', order: 9 },
  { type: 'saveWeights' },
  { type: 'saveFile', name: 'loss', kind: 'svg', bytes: Uint8Array.of(60) },
  {
    type: 'subscribe',
    questions: { mistakes: { part: 'test', from: 24, cell: { target: 1, predicted: 0 }, threshold: 0.5 } },
  },
  { type: 'openData' },
  { type: 'askData', id: 1, question: { kind: 'columns', search: 'a', from: 50 } },
  { type: 'askData', id: 1, question: { kind: 'page', from: 0, count: 50, columns: [0, 7] } },
  {
    type: 'askData',
    id: 1,
    question: { kind: 'page', from: 0, count: 50, columns: [], sort: { column: 1, descending: true }, part: 'test' },
  },
  { type: 'askData', id: 1, question: { kind: 'scatter', columns: [0, 1, 2, 3, 4] } },
  { type: 'showNotice', index: 2 },
  { type: 'moment', id: 1, frame: 120, questions: { gradients: {} } },
  { type: 'setWeight', tensor: 'dense_1.weight', index: 3, value: -0.25 },
  { type: 'manageTrust' },
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

  it('is refused where it asks for a measurement that there is not, or with a question of another kind', () => {
    for (const questions of [
      { weights: {} },
      { toString: {} },
      { activations: null },
      { surface: {} },
      { surface: { resolution: -1 } },
      { confusion: { part: 'all' } },
      { mistakes: { part: 'train' } },
      { mistakes: { part: 'all', from: 0 } },
      { mistakes: { part: 'train', from: -1 } },
      { mistakes: { part: 'train', from: 0, threshold: Number.NaN } },
      { mistakes: { part: 'train', from: 0, cell: { target: 0, predicted: '1' } } },
    ]) {
      assert.ok(!isFromPanel({ type: 'subscribe', questions }), JSON.stringify(questions));
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
      'subscribe.questions {}',
      'moment.questions {}',
      // The present.
      'moment.frame undefined',
      'setWeight.value -1',
      'setWeight.value 0.5',
      'setWeight.tensor ""',
      'setWeight.tensor "constructor"',
      'showActivation.name ""',
      'saveFile.name ""',
      'saveFile.name "constructor"',
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

  it('is refused where it asks for more than is shown at a time, or for what is none', () => {
    const questions = [
      { kind: 'rows' },
      { kind: 'columns', search: 1, from: 0 },
      { kind: 'page', from: -1, count: 50, columns: [] },
      { kind: 'page', from: 0, count: 50, columns: Array.from({ length: 51 }, (_, i) => i) },
      { kind: 'page', from: 0, count: 50, columns: ['a'] },
      { kind: 'page', from: 0, count: 50, columns: [], sort: { column: 1 } },
      { kind: 'page', from: 0, count: 50, columns: [], part: 'all' },
      { kind: 'scatter', columns: [0, 1, 2, 3, 4, 5] },
    ];
    for (const question of questions) {
      assert.ok(!isFromPanel({ type: 'askData', id: 1, question }), JSON.stringify(question));
    }
  });
});
