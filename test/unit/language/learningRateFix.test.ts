import assert from 'node:assert/strict';
import { applyFixes, learningRateFix, parseSpec } from '../../../src/language';

const around = (training: string): string =>
  `data: { source: xor }\nmodel: { layers: [{ dense: 1, name: out }] }\n${training}`;

/** The text below the network after the rate 0.02 was written. */
function written(training: string): string {
  const text = around(training).replace(', name: out', '');
  const parsed = parseSpec(text, { fileName: 'a.nnspec' });
  const fix = learningRateFix(parsed, 0.02);
  assert.ok(fix, JSON.stringify(parsed.problems));
  const after = applyFixes(text, [fix]);
  const spec = parseSpec(after, { fileName: 'a.nnspec' }).spec;
  assert.equal(spec?.training.optimizer.parameters.learning_rate, 0.02, after);
  return after.slice(text.indexOf('\n', text.indexOf('model')) + 1);
}

describe('the edit that writes a learning rate', () => {
  it('changes the value in each of its forms, and nothing else', () => {
    const forms: readonly (readonly [string, string])[] = [
      ['training: { optimizer: { sgd: 0.5 } }', 'training: { optimizer: { sgd: 0.02 } }'],
      [
        'training:\n  optimizer:\n    adam:\n      learning_rate: 1e-3 # by hand\n      beta_1: 0.8\n',
        'training:\n  optimizer:\n    adam:\n      learning_rate: 0.02 # by hand\n      beta_1: 0.8\n',
      ],
    ];
    for (const [before, after] of forms) {
      assert.equal(written(before), after);
    }
  });

  it('adds it where it is left to its default', () => {
    const forms: readonly (readonly [string, string])[] = [
      ['training: { optimizer: adam }', 'training: { optimizer: { adam: { learning_rate: 0.02 } } }'],
      [
        'training: { optimizer: { sgd: { momentum: 0.9 } } }',
        'training: { optimizer: { sgd: { momentum: 0.9, learning_rate: 0.02 } } }',
      ],
      ['training: { optimizer: { adam: } }', 'training: { optimizer: { adam: { learning_rate: 0.02 } } }'],
    ];
    for (const [before, after] of forms) {
      assert.equal(written(before), after);
    }
    assert.match(
      written('training:\n  epochs: 5\n'),
      /^training:\n {2}epochs: 5\n {2}optimizer: \{ \w+: \{ learning_rate: 0\.02 \} \}\n$/,
    );
    assert.match(written(''), /^training: \{ optimizer: \{ \w+: \{ learning_rate: 0\.02 \} \} \}/);
  });
});
