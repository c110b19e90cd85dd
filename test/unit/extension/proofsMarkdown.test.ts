import assert from 'node:assert/strict';
import { learnTruthTables } from '../../../src/engine';
import { collapseMarkdown, depthMarkdown, truthTablesMarkdown } from '../../../src/extension/reports/proofsMarkdown';

describe('the pages of the proofs', () => {
  it('show matrices and both outputs, number beside number', () => {
    const affine = (units: number, inputs: number, weight: number[], bias: number[]) => ({
      units,
      inputs,
      weight: Float64Array.from(weight),
      bias: Float64Array.from(bias),
    });
    const text = collapseMarkdown('A | B', {
      layers: [
        { name: 'dense_1', ...affine(2, 1, [2, -1], [0, 1]) },
        { name: 'dense_2', ...affine(1, 2, [3, 0.5], [0.25]) },
      ],
      whole: affine(1, 1, [5.5], [0.75]),
      samples: [{ input: Float64Array.of(2), network: Float64Array.of(11.75), collapsed: Float64Array.of(11.75) }],
    });
    assert.match(text, /^# One linear map: A \\\| B\n/);
    assert.ok(text.includes('W⁽¹⁾ = dense_1  [2, 1]\n'), text);
    assert.match(text, /W = W⁽²⁾·W⁽¹⁾ {2}\[1, 1\]\n +5\.5 +b: +0\.75\n/);
    assert.ok(text.includes('| 2 | 11.75 | 11.75 |'), text);
    assert.ok(text.includes('Largest difference: 0.'), text);
  });

  it('show each of the sixteen tables, its line, and a line that cannot separate XOR', () => {
    const text = truthTablesMarkdown(learnTruthTables());
    assert.match(text, /\*\*One unit has learned 14 of the 16 truth tables of two inputs\.\*\*/);
    assert.equal(text.match(/\| ✓\u00a0/g)?.length, 14);
    assert.match(text, /\| x₁\u00a0AND\u00a0x₂ \| 0001 \| ✓\u00a00001 \| 0\.\d+ \| [\d.]+ \| [\d.]+ \| −[\d.]+ \|/);
    assert.match(text, /\| x₁\u00a0XOR\u00a0x₂ \| 0110 \| ✗\u00a0/);
    assert.equal(text.match(/<svg/g)?.length, 2);
    assert.equal(text.match(/stroke-dasharray="3 4"/g)?.length, 2, 'each picture has its line');
    assert.ok(!/NaN|Infinity|undefined/.test(text));
  });

  it('show what arrives of the gradient, also where it has become 0', () => {
    const run = (activation: string, before: number[]) => ({
      activation,
      steps: 40,
      before,
      after: before,
      lossBefore: 0.7,
      lossAfter: 0.5,
    });
    const text = depthMarkdown('Deep', {
      layers: ['a', 'b'],
      runs: [run('sigmoid', [0.001, 0.1]), run('relu', [0, 0.2])],
    });
    assert.match(text, /arrives at the first: sigmoid 1 %, relu 0 %\./);
    assert.ok(text.includes('| a | 0.001 | 0 |'), text);
    assert.ok(!/NaN|Infinity|undefined/.test(text));
  });
});
