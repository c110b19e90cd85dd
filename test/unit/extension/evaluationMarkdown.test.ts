import assert from 'node:assert/strict';
import { evaluationMarkdown } from '../../../src/extension/reports/evaluationMarkdown';
import type { Scores } from '../../../src/spec/measurements';

const scores: Scores = {
  rows: 4,
  values: [
    ['loss', 0.25],
    ['accuracy', 0.75],
  ],
  baseline: [['loss', 0.6875]],
  confusion: { classes: ['no', '[yes](https://x.y)'], counts: Float64Array.of(2, 0, 1, 1) },
  calibration: { of: 'yes', groups: [{ predicted: 0.1, actual: 0.25, rows: 4 }] },
  thresholds: [{ threshold: 0.5, recall: 0.5, precision: Number.NaN, falseAlarms: 0 }],
  worst: [{ row: 3, target: '<b>', predicted: 'no', probability: 0.125 }],
};

describe('the page of an evaluation', () => {
  it('shows each score beside the baseline, and what is behind it', () => {
    const text = evaluationMarkdown('iris', 'new.csv', scores);
    for (const line of [
      '# Evaluation: iris',
      '| loss | 0.25 | 0.6875 |',
      '| accuracy | 0.75 |  |',
      '| no | 2 | 0 | 1.000 |',
      '| precision | 0.667 | 1.000 |  |',
      '| 0.100 | 0.250 | 4 |',
      '| 0.5 | 0.500 | – | 0.000 |',
      '| 3 | &lt;b&gt; | no | 0.125 |',
    ]) {
      assert.ok(text.split('\n').includes(line), `${line}\n${text}`);
    }
  });

  it('takes names from files for words alone', () => {
    const text = evaluationMarkdown('[a](command:x)', '`b`.csv', scores);
    assert.ok(!/\]\(/.test(text.replaceAll('\\]\\(', '')), text);
  });

  it('leaves out what there is not', () => {
    const text = evaluationMarkdown('a', 'b', { rows: 1, values: [['loss', -2]], baseline: [], worst: [] });
    assert.deepEqual(
      text.split('\n').filter((line) => line.startsWith('#')),
      ['# Evaluation: a'],
    );
    assert.ok(text.includes('| loss | −2 |  |'));
  });
});
